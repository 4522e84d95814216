/**
 * Binds rows of identity to the trail. Whatever the product writes to them goes through here: the keyed digest of the row
 * as it then stands is a version of a regulated record, sealed into an entry of the same transaction. A row that was
 * altered, swapped or inserted by SQL does not have the digest of its newest record, and an older row that was put back
 * neither; whoever decides by a row asks first.
 */
import { type EntityManager, type EntityTarget, type FindOptionsWhere, In } from 'typeorm';
import type { Database } from '../../platform/database/database';
import { SYSTEM_ACTOR, type RecordSeal } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { RegulatedRecordRow } from '../records/record.entity';
import type { RecordStore } from '../records/record-store';
import { sealedOf } from '../records/sealed-records';
import { type IdentityDigest, SEALED_KINDS, type SealedKind } from './identity-digest';
import { AccountRow, FactorRow, PersonRow, RecoveryRow, RoleGrantRow } from './identity.entity';

export type SealedRow = AccountRow | FactorRow | PersonRow | RecoveryRow | RoleGrantRow;
/** A class of sealed rows. */
export type SealedEntity<T extends SealedRow> = EntityTarget<T> & (new () => T);

const KINDS = new Map<unknown, SealedKind>([
  [AccountRow, 'account'],
  [PersonRow, 'person'],
  [FactorRow, 'factor'],
  [RoleGrantRow, 'roleGrant'],
  [RecoveryRow, 'recovery'],
]);
/** Stands for the one time at which rows that nothing had sealed yet were taken as they were. */
const ADOPTION = { type: 'identitySeals', id: 'adopted' } as const;
const IN_LIST = 500;

export interface IdentitySealsOptions {
  readonly digest: IdentityDigest;
  readonly records: RecordStore;
  readonly audit: AuditRecorder;
}

export class IdentitySeals {
  constructor(private readonly options: IdentitySealsOptions) {}

  /** Inserts a row, sealed. */
  async insert<T extends SealedRow>(manager: EntityManager, entity: SealedEntity<T>, row: T): Promise<void> {
    await manager.insert(entity, row as never);
    await this.#seal(manager, entity, [row.id]);
  }

  /** Writes a row, new or not, whatever stood there before; for those whom the deployment itself makes. */
  async put<T extends SealedRow>(manager: EntityManager, entity: SealedEntity<T>, row: T): Promise<void> {
    await manager.save(entity, row as never);
    await this.#seal(manager, entity, [row.id]);
  }

  /**
   * Updates the rows that fit, as EntityManager.update does. A row that was not as the product left it is changed, but
   * not sealed: it stays worth nothing.
   */
  async update<T extends SealedRow>(
    manager: EntityManager,
    entity: SealedEntity<T>,
    criteria: FindOptionsWhere<T>,
    values: Partial<T>,
  ): Promise<{ affected: number }> {
    // locked, so that nothing slips in between the look and the seal; SQLite has one writer anyway
    const lock =
      manager.dataSource.options.type === 'mysql' ? { lock: { mode: 'pessimistic_write' as const } } : {};
    const rows = await manager.find(entity, { where: criteria, ...lock });
    if (rows.length === 0) return { affected: 0 };
    const genuine = await this.genuine(manager, entity, rows);
    const ids = rows.map(({ id }) => id);
    await manager.update(entity, { id: In(ids) }, values as never);
    await this.#seal(
      manager,
      entity,
      genuine.map(({ id }) => id),
    );
    return { affected: ids.length };
  }

  /** Those of the rows that stand as the product left them. */
  async genuine<T extends SealedRow>(
    manager: EntityManager,
    entity: SealedEntity<T>,
    rows: readonly T[],
  ): Promise<T[]> {
    const kind = kindOf(entity);
    const digests = await this.#digests(
      manager,
      kind,
      rows.map(({ id }) => id),
    );
    return rows.filter((row) => digests.get(row.id) === this.#digestOf(kind, row));
  }

  /** The row where it stands as the product left it; null otherwise. */
  async checked<T extends SealedRow>(
    manager: EntityManager,
    entity: SealedEntity<T>,
    row: T | null,
  ): Promise<T | null> {
    return row === null ? null : ((await this.genuine(manager, entity, [row]))[0] ?? null);
  }

  /** Tells the trail, and so the alarms, that somebody tried to use a row that is not as the product left it. */
  async tell(manager: EntityManager, entity: SealedEntity<SealedRow>, id: string): Promise<void> {
    await this.options.audit.record(manager, SYSTEM_ACTOR, {
      ...{ action: 'audit.integrityFinding', outcome: 'FAILED', code: 'IDENTITY_ALTERED' },
      object: { type: kindOf(entity), id },
      facts: { code: 'IDENTITY_ALTERED', place: `${kindOf(entity)} ${id}` },
    });
  }

  /**
   * Seals what a deployment from before the seals holds, as it is; once, so that nothing that is inserted later is taken
   * for older. Returns how many rows that were; null when it was done before, or rows have been sealed already: whoever
   * deletes the record of the one time gets no second one.
   */
  async adopt(database: Database): Promise<number | null> {
    const { type: recordType, id: recordId } = ADOPTION;
    const done = async (manager: EntityManager): Promise<boolean> =>
      (await manager.existsBy(RegulatedRecordRow, { recordType, recordId })) || (await hasSeals(manager));
    if (await done(database.reader)) return null;
    return await database.write(async (manager) => {
      if (await done(manager)) return null;
      let adopted = 0;
      for (const entity of [AccountRow, PersonRow, FactorRow, RoleGrantRow, RecoveryRow] as const)
        adopted += await this.#adoptAll(manager, entity);
      const { audit, records } = this.options;
      const entryId = audit.nextId();
      const record = { ...ADOPTION, subject: ADOPTION.id, content: { rows: adopted } };
      const seal = await records.append(manager, record, entryId);
      const act = {
        action: 'identity.adopt',
        outcome: 'DONE',
        records: [seal],
        facts: { rows: adopted },
      } as const;
      await audit.record(manager, SYSTEM_ACTOR, act, entryId);
      return adopted;
    });
  }

  async #adoptAll(manager: EntityManager, entity: SealedEntity<SealedRow>): Promise<number> {
    const recordType = kindOf(entity);
    const known = await manager.find(RegulatedRecordRow, {
      select: { recordId: true },
      where: { recordType },
    });
    const sealed = new Set(known.map(({ recordId }) => recordId));
    const ids = (await manager.find(entity)).map(({ id }) => id).filter((id) => !sealed.has(id));
    for (let start = 0; start < ids.length; start += IN_LIST)
      await this.#seal(manager, entity, ids.slice(start, start + IN_LIST));
    return ids.length;
  }

  /** Writes the digests of rows as they stand now, in an entry of their own. */
  async #seal<T extends SealedRow>(
    manager: EntityManager,
    entity: SealedEntity<T>,
    ids: readonly string[],
  ): Promise<void> {
    if (ids.length === 0) return;
    const { audit, records } = this.options;
    const kind = kindOf(entity);
    const rows = await manager.findBy(entity, { id: In([...ids]) } as never);
    const before = await this.#digests(manager, kind, ids);
    const entryId = audit.nextId();
    const seals: RecordSeal[] = [];
    for (const row of rows) {
      const digest = this.#digestOf(kind, row);
      if (before.get(row.id) === digest) continue;
      const record = { type: kind, id: row.id, subject: row.id, content: { digest } };
      seals.push(await records.append(manager, record, entryId));
    }
    if (seals.length === 0) return;
    const act = { action: 'identity.seal', outcome: 'DONE', records: seals } as const;
    await audit.record(manager, SYSTEM_ACTOR, act, entryId);
  }

  /** The digests that the newest records of these rows hold, where the product wrote them. */
  async #digests(
    manager: EntityManager,
    kind: SealedKind,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await manager.find(RegulatedRecordRow, {
      where: { recordType: kind, recordId: In([...ids]) },
      order: { version: 'ASC' },
    });
    const newest = new Map(rows.map((row) => [row.recordId, row]));
    const sealed = await sealedOf(manager, [...newest.values()]);
    return new Map(
      sealed.map(({ recordId, content }) => [recordId, (JSON.parse(content) as { digest: string }).digest]),
    );
  }

  #digestOf(kind: SealedKind, row: SealedRow): string {
    return this.options.digest.of(kind, row.id, Object.fromEntries(Object.entries(row)));
  }
}

/** Whether rows were ever sealed here, by the records or by the trail; both would have to be emptied to hide it. */
async function hasSeals(manager: EntityManager): Promise<boolean> {
  if (await manager.existsBy(RegulatedRecordRow, { recordType: In([...SEALED_KINDS]) })) return true;
  const entries = await manager.query<unknown[]>(
    `SELECT id FROM audit_entry WHERE body LIKE '{"action":"identity.%' LIMIT 1`,
  );
  return entries.length > 0;
}

function kindOf(entity: unknown): SealedKind {
  const kind = KINDS.get(entity);
  if (kind === undefined) throw new TypeError('rows of this class are not sealed');
  return kind;
}
