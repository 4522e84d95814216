/**
 * Public ids of the graph: opaque to clients, made of the kind of thing and its internal key. The key is kept by
 * the identity map through re-derivation, so an id outlives every re-sync.
 */
const PREFIXES = {
  item: 'itm',
  site: 'sit',
  location: 'loc',
  party: 'pty',
  lot: 'lot',
  document: 'doc',
  documentLine: 'dln',
  movement: 'mov',
  transformation: 'trl',
  serial: 'ser',
  inspection: 'ins',
  inspectionResult: 'res',
  disposition: 'dis',
  recallCase: 'rec',
  recallScope: 'rsl',
  finding: 'fnd',
  run: 'run',
  rejectedRow: 'rej',
  sourceRecord: 'src',
  qualityScore: 'qsc',
} as const;

export type IdKind = keyof typeof PREFIXES;

/** 'lot', 1234 → 'lot_ya'. */
export function toId(kind: IdKind, pk: number): string {
  return `${PREFIXES[kind]}_${pk.toString(36)}`;
}

/** The internal key of an id of the given kind; null when the text is no such id. */
export function fromId(kind: IdKind, id: string): number | null {
  const prefix = `${PREFIXES[kind]}_`;
  const digits = id.slice(prefix.length);
  if (!id.startsWith(prefix) || !/^[0-9a-z]{1,11}$/.test(digits)) return null;
  const pk = Number.parseInt(digits, 36);
  return Number.isSafeInteger(pk) && toId(kind, pk) === id ? pk : null;
}
