/** The acts that `lotgraph propose` knows, and what each of them takes. */

export interface KnownAct {
  readonly mutation: string;
  readonly says: string;
  /** GraphQL type of each argument beside lot and reason, which all of them take. */
  readonly more: Readonly<Record<string, string>>;
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
};
