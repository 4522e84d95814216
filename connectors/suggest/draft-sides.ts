/** Drafts the side of each line of manufacture, and which lines are of manufacture at all. */
import type { ResourceProfile } from '../inspect/source-profile';
import { candidatesFor, type Candidate } from './candidates';
import type { Classified } from './classify';
import type { ValueDraft } from './draft-field';
import type { StreamContext } from './draft-stream';
import { reachedColumns } from './reachable';
import { rowSides, type RowSides } from './sides';
import type { Synonyms } from './synonyms';
import { flowList, scalar } from './yaml-text';

/** Rows of a stream, as a condition of the mapping, and what it rests on. */
export interface DraftedWhere {
  readonly condition: string;
  readonly used: Candidate;
  readonly todos: readonly string[];
}

/** The side of a row by a mark, or by what its table is called; null where a code tells it, which is drafted as any other. */
export function sideValue(sides: RowSides | null): ValueDraft | null {
  if (sides === null || sides.by === 'code') return null;
  const { end, evidence } = sides.side;
  const draft = { remarks: [evidence], codes: null };
  if (sides.by === 'table') return { ...draft, spec: `{ value: ${end} }`, todos: [] };
  const { column, value } = sides;
  const when = `{ when: { column: ${scalar(column.name)}, equals: ${JSON.stringify(value)} }, value: ${end} }`;
  const other = end === 'INPUT' ? 'OUTPUT' : 'INPUT';
  const todo = `rows without ${column.name} are taken for the other side: is none of them scrap, or neither?`;
  return { ...draft, spec: `{ cases: [${when}], else: { value: ${other} } }`, todos: [todo] };
}

/** Only the rows with codes that are known, where others are among them; null where every row is of the kind. */
export function rowsWith(
  candidate: Candidate | undefined,
  family: string,
  synonyms: Synonyms,
): DraftedWhere | null {
  if (candidate === undefined) return null;
  const { samples } = candidate.column;
  const known = samples.filter((text) => synonyms.code(family, text) !== null);
  const others = samples.filter((text) => !known.includes(text));
  if (known.length === 0 || others.length === 0) return null;
  const listed = others.map((text) => JSON.stringify(text)).join(', ');
  return {
    condition: `{ column: ${scalar(candidate.reference)}, in: ${flowList(known.map((text) => JSON.stringify(text)))} }`,
    used: candidate,
    todos: [`rows with ${listed} in ${candidate.reference} are left out: is none of them manufacture?`],
  };
}

/** A candidate from here on tells that lines belong to manufacture. */
const LEAST = 0.55;

/**
 * Lines with an item, a lot, a side and the order that they belong to are genealogy, whatever else their table is taken
 * for. Null for all others, and where the table is taken for that already.
 */
export function linesOfManufacture(profile: ResourceProfile, context: StreamContext): Classified | null {
  const { byName, classes, synonyms } = context;
  const type = classes.get(profile.name)?.recordType;
  if (type !== undefined && type !== 'movement') return null;
  const reached = reachedColumns(profile, byName);
  const find = (field: string, kind: Parameters<typeof candidatesFor>[2]) =>
    candidatesFor('transformation', field, kind, reached, classes, synonyms);
  const sides = rowSides(profile, find('role', 'code'), synonyms);
  const [order] = find('transformation', 'text');
  const named = (['item', 'lotNumber'] as const).every(
    (field) => (find(field, field)[0]?.confidence ?? 0) >= LEAST,
  );
  // what a table is called says too little: `product_stock` is no manufacture
  if (sides === null || sides.by === 'table' || !named || (order?.confidence ?? 0) < LEAST) return null;
  const told = sides.by === 'code' ? sides.candidate.reference : sides.column.name;
  const evidence = `lots with a side (${told}) and an order (${order?.reference ?? ''})`;
  return { recordType: 'transformation', score: order?.confidence ?? 0, evidence };
}
