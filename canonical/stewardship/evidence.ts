/**
 * What speaks for two entities being one, and what against it. Evidence is for a person to weigh: no value of it merges
 * anything. Pure, so that the same records always give the same evidence.
 */

/** Golden facts of an entity, as far as they help to tell. Absent values say nothing. */
export interface Described {
  readonly type: 'item' | 'site' | 'location' | 'party' | 'lot';
  /** Code, or lot number. */
  readonly name: string;
  readonly title?: string | null;
  readonly titleZh?: string | null;
  readonly gtin?: string | null;
  readonly itemClass?: string | null;
  readonly country?: string | null;
  readonly role?: string | null;
  readonly site?: number | null;
  readonly itemPk?: number | null;
  readonly manufacturerPk?: number | null;
  readonly supplierPk?: number | null;
  readonly expiresOn?: string | null;
  readonly manufacturedOn?: string | null;
  readonly supplierLotNumber?: string | null;
  /** The item of a lot. */
  readonly item?: Described | null;
}

export const EVIDENCE_KINDS = [
  ...(['SAME_NAME', 'SAME_NORMAL_NAME', 'OTHER_NAME', 'SAME_GTIN', 'OTHER_GTIN', 'SIMILAR_TITLE'] as const),
  ...(['OTHER_TITLE', 'SAME_ITEM', 'LIKELY_ITEM', 'OTHER_ITEM', 'SAME_EXPIRY', 'OTHER_EXPIRY'] as const),
  ...([
    'SAME_MANUFACTURE_DATE',
    'OTHER_MANUFACTURE_DATE',
    'SAME_MANUFACTURER',
    'OTHER_MANUFACTURER',
  ] as const),
  ...([
    'SAME_SUPPLIER',
    'OTHER_SUPPLIER',
    'SAME_SUPPLIER_LOT',
    'SAME_SITE',
    'OTHER_SITE',
    'OTHER_ROLE',
  ] as const),
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export interface Evidence {
  readonly kind: EvidenceKind;
  readonly supports: boolean;
  readonly first: string | null;
  readonly second: string | null;
}

/** Points that each kind is worth; below nothing it speaks against. */
const WEIGHTS: Readonly<Record<EvidenceKind, number>> = {
  SAME_NAME: 40,
  SAME_NORMAL_NAME: 30,
  OTHER_NAME: -10,
  SAME_GTIN: 50,
  OTHER_GTIN: -50,
  SIMILAR_TITLE: 20,
  OTHER_TITLE: -10,
  SAME_ITEM: 30,
  LIKELY_ITEM: 20,
  OTHER_ITEM: -30,
  SAME_EXPIRY: 20,
  OTHER_EXPIRY: -30,
  SAME_MANUFACTURE_DATE: 15,
  OTHER_MANUFACTURE_DATE: -25,
  SAME_MANUFACTURER: 15,
  OTHER_MANUFACTURER: -40,
  SAME_SUPPLIER: 10,
  OTHER_SUPPLIER: -5,
  SAME_SUPPLIER_LOT: 15,
  SAME_SITE: 20,
  OTHER_SITE: -30,
  OTHER_ROLE: -20,
};

/** Certainty is a person's: what is found never comes to more. */
const MOST = 95;

/** Confidence of 0 to 95. */
export function confidenceOf(evidence: readonly Evidence[]): number {
  const points = evidence.reduce((sum, { kind }) => sum + WEIGHTS[kind], 0);
  return Math.max(0, Math.min(MOST, points));
}

/**
 * A name without what systems add or drop: width, case, separators and leading zeros. Two names of one normal form are
 * worth a look; they stay two names.
 */
export function normalName(name: string): string {
  const plain = name
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return plain.replace(/^0+(?=.)/u, '');
}

const SIMILAR = 0.6;

/** Shared pairs of letters of two titles, 0 to 1 (Dice); works for words and for Chinese alike. */
function similarity(first: string, second: string): number {
  const [a, b] = [pairsOf(first), pairsOf(second)];
  if (a.length === 0 || b.length === 0) return normalName(first) === normalName(second) ? 1 : 0;
  const left = [...b];
  let shared = 0;
  for (const pair of a) {
    const at = left.indexOf(pair);
    if (at === -1) continue;
    left.splice(at, 1);
    shared += 1;
  }
  return (2 * shared) / (a.length + b.length);
}

function pairsOf(title: string): string[] {
  const letters = Array.from(normalName(title));
  return letters.slice(1).map((letter, index) => `${letters[index] ?? ''}${letter}`);
}

/** What the golden values of two entities of one type say about their being one. */
export function evidenceOf(first: Described, second: Described): Evidence[] {
  return [
    ...namesOf(first, second),
    ...(first.type === 'lot' ? ofLots(first, second) : ofMasters(first, second)),
  ];
}

function namesOf(a: Described, b: Described): Evidence[] {
  const [first, second] = [a.name, b.name];
  if (first === second) return [{ kind: 'SAME_NAME', supports: true, first, second }];
  return normalName(first) === normalName(second)
    ? [{ kind: 'SAME_NORMAL_NAME', supports: true, first, second }]
    : [{ kind: 'OTHER_NAME', supports: false, first, second }];
}

function ofMasters(a: Described, b: Described): Evidence[] {
  return [
    ...compared('SAME_GTIN', 'OTHER_GTIN', a.gtin, b.gtin),
    ...titlesOf(a, b),
    ...compared('SAME_SITE', 'OTHER_SITE', a.site, b.site),
    ...compared(null, 'OTHER_ROLE', a.role, b.role),
  ];
}

function titlesOf(a: Described, b: Described): Evidence[] {
  const pairs = [
    [a.title, b.title],
    [a.titleZh, b.titleZh],
  ].filter((pair): pair is [string, string] => pair.every((one) => typeof one === 'string' && one !== ''));
  if (pairs.length === 0) return [];
  const [best] = pairs.sort((x, y) => similarity(...y) - similarity(...x));
  if (best === undefined) return [];
  const supports = similarity(...best) >= SIMILAR;
  const [first, second] = best;
  return [{ kind: supports ? 'SIMILAR_TITLE' : 'OTHER_TITLE', supports, first, second }];
}

function ofLots(a: Described, b: Described): Evidence[] {
  return [
    ...itemsOf(a, b),
    ...compared('SAME_EXPIRY', 'OTHER_EXPIRY', a.expiresOn, b.expiresOn),
    ...compared('SAME_MANUFACTURE_DATE', 'OTHER_MANUFACTURE_DATE', a.manufacturedOn, b.manufacturedOn),
    ...compared('SAME_MANUFACTURER', 'OTHER_MANUFACTURER', a.manufacturerPk, b.manufacturerPk),
    ...compared('SAME_SUPPLIER', 'OTHER_SUPPLIER', a.supplierPk, b.supplierPk),
    ...compared('SAME_SUPPLIER_LOT', null, a.supplierLotNumber, b.supplierLotNumber),
  ];
}

const LIKELY = 30;

function itemsOf(a: Described, b: Described): Evidence[] {
  const [first, second] = [a.item?.name ?? null, b.item?.name ?? null];
  if (a.itemPk === b.itemPk) return [{ kind: 'SAME_ITEM', supports: true, first, second }];
  if (a.item == null || b.item == null) return [];
  return confidenceOf(evidenceOf(a.item, b.item)) >= LIKELY
    ? [{ kind: 'LIKELY_ITEM', supports: true, first, second }]
    : [{ kind: 'OTHER_ITEM', supports: false, first, second }];
}

type Comparable = string | number | null | undefined;

function compared(
  same: EvidenceKind | null,
  other: EvidenceKind | null,
  a: Comparable,
  b: Comparable,
): Evidence[] {
  if (a == null || b == null) return [];
  const supports = a === b;
  const kind = supports ? same : other;
  return kind === null ? [] : [{ kind, supports, first: shown(a), second: shown(b) }];
}

/** Internal keys are nobody's business. */
const shown = (value: string | number): string | null => (typeof value === 'string' ? value : null);
