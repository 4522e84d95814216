/** The acts that `lotgraph propose` knows, and what each of them takes. */

export interface KnownAct {
  readonly mutation: string;
  readonly says: string;
  /** Argument that takes the lot; `lot` when absent. */
  readonly lot?: string;
  /** GraphQL type of each argument beside lot and reason, which all of them take; a list may be set several times. */
  readonly more: Readonly<Record<string, string>>;
  /** How arguments are written on the command line that are no plain values. */
  readonly written?: Readonly<Record<string, 'LOT' | 'NUMBER:QUANTITY'>>;
}

export const KNOWN_ACTS: Readonly<Record<string, KnownAct>> = {
  release: { mutation: 'releaseLot', says: 'release a lot', more: {} },
  reject: { mutation: 'rejectLot', says: 'reject a lot', more: {} },
  expiry: {
    mutation: 'changeLotExpiry',
    says: 'change a lot’s expiry',
    more: { expiresOn: 'LocalDate!', evidence: 'String!' },
  },
  status: {
    mutation: 'changeLotStatus',
    says: 'change a lot’s status',
    more: { status: 'LotStatusChange!' },
  },
  quantity: {
    mutation: 'adjustLotQuantity',
    says: 'adjust a lot’s quantity',
    more: { location: 'ID!', quantity: 'Decimal!' },
  },
  split: {
    mutation: 'splitLot',
    says: 'split what a place holds of a lot; the parts are all of it, what stays under its own number too',
    more: { location: 'ID!', parts: '[LotPart!]!' },
    written: { parts: 'NUMBER:QUANTITY' },
  },
  merge: {
    mutation: 'mergeLots',
    says: 'merge what a place holds of other lots into the lot',
    lot: 'into',
    more: { location: 'ID!', lots: '[ID!]!' },
    written: { lots: 'LOT' },
  },
};
