/** What completeness is judged by: for many lots, a fixed number of statements, of those alone that the rules ask for. */
import { type EntityManager, In } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { IN_LIST, chunks, placeholders } from '../../platform/database/select-in';
import { loadAttributes } from '../attributes/attribute-reads';
import { NAMING_COLUMNS, namedDocuments, reachedDocuments } from '../documents-of-lots';
import { ItemRow } from '../entities/catalogue.entity';
import { LotRow } from '../entities/lot.entity';
import type { RowScope } from '../scope/row-scope';
import { scopeAnd, scopedQuery, scopedSelectIn } from '../scope/scoped-sql';
import { type AskedTerm, PARTIES, VALUES } from './asked-terms';
import type { LotFacts } from './assess';

export interface FactsQuery {
  readonly manager: EntityManager;
  /** Rows that the caller may see; null for all. */
  readonly scope: RowScope | null;
  readonly terms: readonly AskedTerm[];
}

interface RecordOfLot {
  readonly lot_pk: number | string;
  /** What tells records of the term apart; empty where nothing does. */
  readonly kind: string;
}

/** Statements that find the records of lots, by term; `in` picks the lots as often as `times` says. */
const RECORDS_OF_LOTS: Readonly<
  Record<string, { readonly times: number; sql(inLots: string, scope: RowScope | null): string }>
> = {
  // a cancelled sample was never taken; the load's samples are the lot's too
  'lot.inspections': {
    times: 2,
    sql: (inLots) => `
      SELECT i.lot_pk, '' AS kind FROM inspection i WHERE i.lot_pk ${inLots} AND i.state <> 'CANCELLED'
      UNION SELECT l.pk, '' FROM lot l JOIN inspection i
        ON i.sterilization_load = l.sterilization_load AND i.lot_pk IS NULL
       WHERE l.pk ${inLots} AND i.state <> 'CANCELLED'`,
  },
  'lot.documents': {
    times: NAMING_COLUMNS.length,
    sql: (inLots, scope) => `
      WITH named AS (${namedDocuments(inLots, scope)}), reached AS (${reachedDocuments('named', scope)})
      SELECT DISTINCT r.lot_pk, d.document_type AS kind FROM reached r JOIN document d ON d.ref = r.document_ref
       WHERE d.state NOT IN ('DRAFT', 'CANCELLED')${scopeAnd(scope, (rows) => rows.document('d'))}`,
  },
  'lot.movements': {
    times: 1,
    sql: (inLots, scope) => `SELECT DISTINCT m.lot_pk, m.kind FROM movement m
      WHERE m.lot_pk ${inLots}${scopeAnd(scope, (rows) => rows.atLocation('m.location_pk'))}`,
  },
  'lot.ancestors': {
    times: 1,
    sql: (inLots, scope) => `SELECT DISTINCT e.descendant_lot_pk AS lot_pk, '' AS kind FROM genealogy_edge e
      WHERE e.descendant_lot_pk ${inLots}${scopeAnd(scope, (rows) => rows.ofLot('e.ancestor_lot_pk'))}`,
  },
  'lot.serials': {
    times: 1,
    sql: (inLots, scope) => `SELECT DISTINCT s.lot_pk, '' AS kind FROM serial s
      WHERE s.lot_pk ${inLots}${scopeAnd(scope, (rows) => rows.atLocationOrNowhere('s.location_pk'))}`,
  },
};

/** Facts by key of the lot; a lot that is gone has none. */
export async function loadLotFacts(
  query: FactsQuery,
  pks: readonly number[],
): Promise<Map<number, LotFacts>> {
  const { manager, terms } = query;
  const lots = await rowsOf(manager, LotRow, pks);
  const items = await rowsOf(manager, ItemRow, [...new Set([...lots.values()].map((lot) => lot.itemPk))]);
  const parties = await visibleParties(query, [...lots.values()]);
  const attributes = terms.some(({ kind }) => kind === 'attribute')
    ? await attributesOf(manager, [...lots.keys(), ...items.keys()])
    : new Map<string, string>();
  const records = new Map<string, Map<number, ReadonlySet<string>>>();
  for (const { id, kind } of terms) if (kind === 'records') records.set(id, await recordsOf(query, id, pks));
  return new Map(
    [...lots].map(([pk, lot]): [number, LotFacts] => [
      pk,
      {
        value: ({ id, kind }) => {
          if (kind === 'party') return visibleParty(parties, PARTIES[id]?.(lot) ?? null);
          if (kind === 'attribute')
            return attributes.get(`${id.startsWith('item.') ? lot.itemPk : pk} ${id}`) ?? null;
          const value = VALUES[id]?.(lot, items.get(lot.itemPk) ?? null) ?? null;
          return value === null ? null : String(value);
        },
        hasRecord: ({ id }, kinds) => {
          const found = records.get(id)?.get(pk);
          return found !== undefined && (kinds === null || kinds.some((one) => found.has(one)));
        },
      },
    ]),
  );
}

async function rowsOf<R extends { readonly pk: number }>(
  manager: EntityManager,
  entity: new () => R,
  pks: readonly number[],
): Promise<Map<number, R>> {
  const rows = new Map<number, R>();
  for (const chunk of chunks(pks, IN_LIST))
    for (const row of await manager.find(entity, { where: { pk: In([...chunk]) } as never }))
      rows.set(row.pk, row);
  return rows;
}

/** Parties in scope; null where none is hidden. */
async function visibleParties(
  { manager, scope, terms }: FactsQuery,
  lots: readonly LotRow[],
): Promise<ReadonlySet<number> | null> {
  if (scope === null || !scope.limitsSuppliers || !terms.some(({ kind }) => kind === 'party')) return null;
  const keys = lots.flatMap((lot) => Object.values(PARTIES).flatMap((keyOf) => keyOf(lot) ?? []));
  const sql = `SELECT p.pk FROM party p WHERE p.pk IN (?) AND ${scope.party('p')}`;
  const rows = await scopedSelectIn<{ pk: number }>(manager, scope, sql, [...new Set(keys)]);
  return new Set(rows.map(({ pk }) => pk));
}

const visibleParty = (visible: ReadonlySet<number> | null, pk: number | null): string | null =>
  pk === null || (visible !== null && !visible.has(pk)) ? null : String(pk);

/** By `<key> <term>`. */
async function attributesOf(manager: EntityManager, pks: readonly number[]): Promise<Map<string, string>> {
  const rows = [...(await loadAttributes({ reader: manager }, pks)).values()].flat();
  return new Map(rows.map(({ entityPk, term, text }) => [`${entityPk} ${term}`, text]));
}

async function recordsOf(
  { manager, scope }: FactsQuery,
  term: string,
  pks: readonly number[],
): Promise<Map<number, ReadonlySet<string>>> {
  const statement = RECORDS_OF_LOTS[term];
  if (statement === undefined) throw new Error(`no statement finds ${term}`);
  const found: RecordOfLot[] = [];
  for (const chunk of chunks(pks, IN_LIST)) {
    const sql = statement.sql(`IN (${placeholders(chunk.length)})`, scope);
    const parameters = Array.from({ length: statement.times }, () => chunk).flat();
    found.push(...(await scopedQuery<RecordOfLot>(manager, scope, sql, parameters)));
  }
  const byLot = groupBy(found, (row) => Number(row.lot_pk));
  return new Map([...byLot].map(([pk, rows]) => [pk, new Set(rows.map(({ kind }) => kind))]));
}
