/**
 * How golden entities are derived from all the records that describe them: field by field, the most believed
 * system that has a value wins. One table of specifications, no branches.
 */
import type { EntityManager } from 'typeorm';
import type { CanonicalRecord } from '../../connectors/contract';
import { groupBy } from '../../platform/collections';
import {
  type BulkRow,
  type BulkValue,
  bulkDelete,
  bulkInsert,
  bulkReplace,
  type InsertsUnderWay,
} from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import { recordTypeDefinition } from '../../schema/records/record-types';
import { sameForm } from '../attributes/derive-attributes';
import { ATTRIBUTE_COLUMNS, attributeRows, deriveAttributes } from '../attributes/write-attributes';
import { type ObservedFinding, type Scope, reconcileFindings } from '../findings';
import { type Contribution, disagrees, hasValue, winner } from '../merge';
import { firstStated } from './hold-since';
import type { IdentityResolver } from './identity';
import {
  type EntityRecordType,
  type EntitySpec,
  ENTITIES,
  type KnownKeys,
  type Pick,
  statedHolds,
} from './entity-specs';
import { textOf } from './values';

/** A record that describes an entity, as its current version says. */
export interface LoadedContribution extends Contribution {
  readonly entityPk: number;
  /** Number of the record's current version. */
  readonly version: number;
  readonly readAt: number;
}

export interface DeriveContext {
  readonly manager: EntityManager;
  readonly identity: IdentityResolver;
  readonly dictionary: Dictionary;
  readonly now: number;
  readonly nextKey: () => number;
}

type Contributions = ReadonlyMap<number, readonly LoadedContribution[]>;

/** An entity, and what it is known by: the values of its columns of identity. */
export interface KnownEntity {
  readonly pk: number;
  readonly identity: readonly BulkValue[];
}

const columnsOf = ({ identity, derived }: EntitySpec): string[] => [
  'pk',
  ...identity,
  ...derived,
  'mastered',
];

/** Derives the golden rows of the given entities anew from the current versions of their records. */
export async function deriveEntities(
  context: DeriveContext,
  type: EntityRecordType,
  pks: readonly number[],
): Promise<void> {
  if (pks.length === 0) return;
  const { manager, dictionary } = context;
  const contributions = groupBy(await loadContributions(manager, pks), (one) => one.entityPk);
  const spec = ENTITIES[type];
  if (type === 'lot') await resolveSuppliers(context, contributions);
  const current = await selectIn<Record<string, BulkValue>>(
    manager,
    `SELECT pk, ${spec.identity.join(', ')} FROM ${spec.table} WHERE pk IN (?)`,
    pks,
  );
  const entities = current.map((row): KnownEntity => ({
    pk: Number(row['pk']),
    identity: spec.identity.map((column) => row[column] ?? null),
  }));
  await bulkReplace(manager, spec.table, columnsOf(spec), goldenRows(context, type, entities, contributions));
  if (type === 'lot') await deriveHolds(context, pks, contributions);
  await deriveAttributes(manager, dictionary, type, pks, contributions);
  await reconcileConflicts(context, type, pks, contributions);
}

/**
 * Writes the golden rows of lots that this transaction made and that have no row yet, from the only records that can
 * describe them: those that it stores with them. What is inserted may be under way yet.
 */
export async function deriveMadeLots(
  context: DeriveContext,
  inserts: InsertsUnderWay,
  lots: readonly KnownEntity[],
  described: readonly LoadedContribution[],
): Promise<void> {
  const { dictionary } = context;
  const contributions = groupBy(described, (one) => one.entityPk);
  if (described.some(({ record }) => textOf(record, 'supplier') !== null)) {
    await inserts.settle();
    await resolveSuppliers(context, contributions);
  }
  inserts.insert('lot', columnsOf(ENTITIES.lot), goldenRows(context, 'lot', lots, contributions));
  inserts.insert(
    'lot_hold',
    HOLD_COLUMNS,
    holdRows(described, (one) => one.readAt),
  );
  const pks = lots.map(({ pk }) => pk);
  inserts.insert('attribute_value', ATTRIBUTE_COLUMNS, attributeRows(dictionary, 'lot', pks, contributions));
}

function goldenRows(
  context: DeriveContext,
  type: EntityRecordType,
  entities: readonly KnownEntity[],
  contributions: Contributions,
): BulkRow[] {
  const { identity: resolver, dictionary } = context;
  const spec = ENTITIES[type];
  const systems = new Map([...contributions.values()].flat().map((one) => [one.record, one.system]));
  const keys: KnownKeys = {
    pkOf: (kind, key, record) => resolver.pkOf(kind, key, systems.get(record) ?? ''),
  };
  return entities.map(({ pk, identity }): BulkRow => {
    const own = contributions.get(pk) ?? [];
    const pick: Pick = (field) => winner(own, dictionary.precedence(type, field), field)?.record ?? null;
    return [pk, ...identity, ...spec.values(pick, keys), own.length > 0 ? 1 : 0];
  });
}

async function loadContributions(
  manager: EntityManager,
  pks: readonly number[],
): Promise<LoadedContribution[]> {
  const rows = await selectIn<{
    pk: number;
    entity_pk: number;
    system: string;
    version: number;
    canonical: string;
    read_at: number;
  }>(
    manager,
    `SELECT r.pk, r.entity_pk, s.system, r.version, v.canonical, r.read_at
       FROM source_record r
       LEFT JOIN source_stream s ON s.pk = r.stream_pk
       LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
      WHERE r.void_reason IS NULL AND r.entity_pk IN (?)`,
    pks,
  );
  return rows.map((row) => ({
    recordPk: row.pk,
    entityPk: row.entity_pk,
    system: row.system,
    version: row.version,
    record: JSON.parse(row.canonical) as CanonicalRecord,
    readAt: row.read_at,
  }));
}

async function resolveSuppliers(context: DeriveContext, contributions: Contributions): Promise<void> {
  const all = [...contributions.values()].flat();
  for (const [system, own] of groupBy(all, (one) => one.system)) {
    const named = own.map(({ record }) => textOf(record, 'supplier')).filter((one) => one !== null);
    await context.identity.resolve('party', new Set(named), system);
  }
}

/** Each system's hold is kept for itself: clearing one MUST NOT clear another. */
async function deriveHolds(
  context: DeriveContext,
  pks: readonly number[],
  contributions: Contributions,
): Promise<void> {
  const before = await selectIn<{ record_pk: number; kind: string; since: number }>(
    context.manager,
    'SELECT record_pk, kind, since FROM lot_hold WHERE lot_pk IN (?)',
    pks,
  );
  const since = new Map(before.map((hold) => [`${hold.record_pk}/${hold.kind}`, hold.since]));
  const all = pks.flatMap((pk) => contributions.get(pk) ?? []);
  const older = await firstStated(
    context.manager,
    all.filter(
      ({ recordPk, version, record }) =>
        version > 1 && statedHolds(record).some(({ kind }) => !since.has(`${recordPk}/${kind}`)),
    ),
  );
  const sinceOf = ({ recordPk, readAt }: LoadedContribution, kind: string): number => {
    const key = `${recordPk}/${kind}`;
    return since.get(key) ?? older.get(key) ?? readAt;
  };
  await bulkDelete(context.manager, 'lot_hold', 'lot_pk', pks);
  await bulkInsert(context.manager, 'lot_hold', HOLD_COLUMNS, holdRows(all, sinceOf));
}

const HOLD_COLUMNS = ['record_pk', 'lot_pk', 'system', 'kind', 'reason', 'since'];

function holdRows(
  contributions: readonly LoadedContribution[],
  sinceOf: (contribution: LoadedContribution, kind: string) => number,
): BulkRow[] {
  return contributions.flatMap((one) =>
    statedHolds(one.record).map(({ kind, reason }): BulkRow => {
      const { recordPk, entityPk, system } = one;
      return [recordPk, entityPk, system, kind, reason, sinceOf(one, kind)];
    }),
  );
}

/**
 * Two systems that disagree on a regulated field are a finding. Lots and items are left out: what systems must agree on
 * there, the consistency rules say (canonical/rules).
 */
async function reconcileConflicts(
  context: DeriveContext,
  type: EntityRecordType,
  pks: readonly number[],
  contributions: Contributions,
): Promise<void> {
  if (type === 'lot' || type === 'item') return;
  const known = { ...recordTypeDefinition(type).fields, ...attributeFieldsOf(context.dictionary)(type) };
  const fields = Object.entries(known).filter(
    ([field]) => context.dictionary.find(`${type}.${field}`)?.regulated === true,
  );
  const observed: ObservedFinding[] = [];
  for (const pk of pks) {
    const own = contributions.get(pk) ?? [];
    for (const [field, definition] of fields)
      if (disagrees(own, field, sameForm(field, definition))) observed.push(conflict(type, pk, field, own));
  }
  const scope: Scope = { rules: ['VALUE_DIFFERS'], subjectType: type, subjectPks: pks };
  await reconcileFindings(context.manager, context.nextKey, context.now, scope, observed);
}

function conflict(
  type: EntityRecordType,
  pk: number,
  field: string,
  contributions: readonly LoadedContribution[],
): ObservedFinding {
  const values = contributions
    .filter(({ record }) => hasValue(record, field))
    .sort((a, b) => (a.system < b.system ? -1 : a.system > b.system ? 1 : a.recordPk - b.recordPk))
    .map(({ system, record }) => ({ system, value: textOf(record, field) }));
  return { rule: 'VALUE_DIFFERS', subjectType: type, subjectPk: pk, field, facts: { values } };
}
