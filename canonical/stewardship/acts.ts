/** Matching and splitting as acts that two people sign: what they rely on, what they change, and what is kept of them. */
import type { EntityManager } from 'typeorm';
import type { Json } from '../../controls/audit/audit-entry';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { sealedOf } from '../../controls/records/sealed-records';
import type { ActContext } from '../../controls/sign-off/act-context';
import { digestOf } from '../../controls/integrity/digest';
import { selectIn } from '../../platform/database/select-in';
import { canonicalJson } from '../../platform/canonical-json';
import { toId } from '../ids';
import type { CheckContext } from '../sync/checks';
import type { EntityType } from '../sync/identity';
import { EVERY_SYSTEM, IdentityEdges } from '../sync/identity-edges';
import {
  type EntityRef,
  type Plan,
  type Planned,
  entityOf,
  isRefused,
  planMatch,
  planSplit,
  planTakeBack,
  standStill,
} from './decisions';
import { describe } from './described';
import { evidenceOf } from './evidence';
import { type EdgeChange, reached, redraw } from './redraw';

const IDENTITY_RECORD = 'identityDecision';

/** More records are not moved by one act: its transaction would hold everybody up. */
const MOST_RECORDS = 20_000;
/** Longest reason that is kept. */
const TEXT_LENGTH = 4000;

/** Columns of a golden row that the signers are shown when they change. */
const SHOWN: Readonly<Record<EntityType, readonly string[]>> = {
  item: ['name', 'uom', 'shelf_life_days', 'gtin', 'active'],
  site: ['name', 'time_zone'],
  location: ['name', 'location_type'],
  party: ['name', 'role', 'country'],
  lot: ['manufactured_on', 'expires_on', 'sterilization_load', 'produced_micros', 'supplier_lot_number'],
};

type Checks = Omit<CheckContext, 'manager' | 'now' | 'nextKey'>;

export interface MatchInput {
  readonly into: string;
  readonly from: string;
  readonly reason: string;
}

export interface SplitInput {
  readonly entity: string;
  /** The system whose words are set apart; null takes a match of `entity` back. */
  readonly system: string | null;
  readonly reason: string;
}

/** Resolves to the entity that remains; null when the act was refused. */
export async function matchIdentities(
  act: ActContext,
  checks: Checks,
  input: MatchInput,
): Promise<EntityRef | null> {
  const [into, from] = [entityOf(input.into), entityOf(input.from)];
  if (into === null || from === null) return refuse(act, input.into, 'NOT_FOUND');
  await standStill(act.manager);
  await relyOn(act, [into, from]);
  return await run(act, checks, into, input.reason, await planMatch(act.manager, into, from, act.proposalId));
}

/** The same of a split. */
export async function splitIdentity(
  act: ActContext,
  checks: Checks,
  input: SplitInput,
): Promise<EntityRef | null> {
  const entity = entityOf(input.entity);
  if (entity === null) return refuse(act, input.entity, 'NOT_FOUND');
  const { system } = input;
  await standStill(act.manager);
  const edges = await IdentityEdges.load(act.manager);
  const into = { type: entity.type, pk: edges.follow(entity.pk, EVERY_SYSTEM) };
  await relyOn(act, system === null && into.pk !== entity.pk ? [into, entity] : [entity]);
  const plan =
    system === null
      ? await planTakeBack(act.manager, entity)
      : await planSplit(act.manager, entity, system, act.proposalId);
  return await run(act, checks, into, input.reason, plan);
}

function refuse(act: ActContext, id: string, code: 'NOT_FOUND'): null {
  act.relyOn('identity', id, { refused: code });
  act.refuse(code);
  return null;
}

async function run(
  act: ActContext,
  checks: Checks,
  entity: EntityRef,
  given: string,
  plan: Plan,
): Promise<EntityRef | null> {
  const { manager, now } = act;
  const reason = given.trim().slice(0, TEXT_LENGTH);
  if (reason === '') act.refuse('REASON_REQUIRED');
  if (isRefused(plan)) act.refuse(plan.code, { names: [...plan.names] });
  if (act.refused || isRefused(plan)) return null;
  const { change, kind } = plan;
  const { records } = await reached(manager, change, await IdentityEdges.load(manager));
  if (records.size > MOST_RECORDS) {
    act.refuse('IDENTITY_TOO_LARGE');
    return null;
  }
  const names = await namesOf(manager, plan);
  const evidence = await evidenceBetween(manager, plan);
  const before = await goldenOf(manager, entity);
  const moved = await redraw({ ...checks, manager, now }, change);
  const after = await goldenOf(manager, entity);
  act.change({ field: `identity.${change.type}`, before: names.other, after: `${kind} ${names.into}` });
  for (const column of SHOWN[change.type]) {
    const [stood, stands] = [before[column] ?? null, after[column] ?? null];
    if (stood !== stands) act.change({ field: `${change.type}.${column}`, before: stood, after: stands });
  }
  const id = toId(change.type, plan.other);
  await act.writeRecord({
    ...{ type: IDENTITY_RECORD, id, subject: `identity:${id}` },
    content: {
      ...{
        kind,
        entityType: change.type,
        into: toId(change.type, plan.into),
        other: id,
        names,
        evidence,
        reason,
      },
      added: change.added.map((edge) => edgeShown(change.type, edge)),
      removed: change.removed.map((edge) => edgeShown(change.type, edge)),
      ...{ records: moved.records, proposal: act.proposalId, at: now },
      signers: act.signers.map(({ person, name }) => ({ person, name })),
    },
  });
  return entity;
}

const edgeShown = (type: EntityType, edge: EdgeChange['removed'][number]) => ({
  ...{ from: toId(type, edge.from_pk), system: edge.system, to: toId(type, edge.to_pk) },
});

/** The state that the act stands on: what describes each, in which version, and what was decided about it. */
async function relyOn(act: ActContext, entities: readonly EntityRef[]): Promise<void> {
  const { manager } = act;
  const edges = await IdentityEdges.load(manager);
  for (const { type, pk } of entities) {
    const records = await selectIn<{ pk: number; version: number }>(
      manager,
      'SELECT pk, version FROM source_record WHERE entity_pk IN (?) ORDER BY pk',
      [pk],
    );
    const about = edges
      .touching(new Set([pk]))
      .map((edge) => `${toId(type, edge.from_pk)}/${edge.system}/${toId(type, edge.to_pk)}`);
    const described = (await describe(manager, type, [pk])).get(pk);
    act.relyOn('identity', toId(type, pk), {
      name: described?.name ?? null,
      records: records.length,
      versions: digestOf(canonicalJson(records.map((one) => [one.pk, one.version]))),
      decisions: about,
    });
  }
  const [first, second] = entities;
  if (first === undefined || second === undefined) return;
  const both = await describe(manager, first.type, [first.pk, second.pk]);
  const [a, b] = [both.get(first.pk), both.get(second.pk)];
  if (a === undefined || b === undefined || first.type !== second.type) return;
  const evidence = evidenceOf(a, b).map((one): Json => ({ ...one }));
  act.relyOn('identityEvidence', `${toId(first.type, first.pk)}+${toId(second.type, second.pk)}`, evidence);
}

async function namesOf(manager: EntityManager, plan: Planned): Promise<{ into: string; other: string }> {
  const { type, added, removed } = plan.change;
  const known = await describe(manager, type, [plan.into, plan.other]);
  const shown = (pk: number): string => {
    const one = known.get(pk);
    if (one !== undefined) return one.item == null ? one.name : `${one.item.name} ${one.name}`;
    return removed.length > 0 ? toId(type, pk) : '';
  };
  const [edge] = added;
  const system = edge === undefined || edge.system === EVERY_SYSTEM ? '' : ` (${edge.system})`;
  return {
    into: shown(plan.into),
    other: `${shown(plan.kind === 'SPLIT' ? plan.into : plan.other)}${system}`,
  };
}

async function evidenceBetween(manager: EntityManager, { change, into, other }: Planned): Promise<Json> {
  const both = await describe(manager, change.type, [into, other]);
  const [a, b] = [both.get(into), both.get(other)];
  return a === undefined || b === undefined ? [] : evidenceOf(a, b).map((one) => ({ ...one }));
}

async function goldenOf(
  manager: EntityManager,
  { type, pk }: EntityRef,
): Promise<Readonly<Record<string, Json>>> {
  const [row] = await manager.query<Record<string, Json>[]>(
    `SELECT ${SHOWN[type].join(', ')} FROM ${type} WHERE pk = ?`,
    [pk],
  );
  return row ?? {};
}

export interface IdentityDecision {
  readonly kind: 'MATCHED' | 'SPLIT' | 'TAKEN_BACK';
  readonly entityType: EntityType;
  readonly into: string;
  readonly other: string;
  readonly names: { readonly into: string; readonly other: string };
  readonly reason: string;
  readonly proposal: string;
  readonly at: number;
  readonly records: number;
}

/** Decisions about an entity, by any of its ids, or about all; newest first. Only those that the product sealed. */
export async function decisionsAbout(
  manager: EntityManager,
  id: string | null,
  limit: number,
): Promise<IdentityDecision[]> {
  const rows = await manager.find(RegulatedRecordRow, {
    where: { recordType: IDENTITY_RECORD },
    order: { at: 'DESC', recordId: 'ASC', version: 'DESC' },
    ...(id === null ? { take: limit } : {}),
  });
  const all = (await sealedOf(manager, rows)).map((row) => JSON.parse(row.content) as IdentityDecision);
  return all.filter((one) => id === null || one.into === id || one.other === id).slice(0, limit);
}
