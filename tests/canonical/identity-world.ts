/** A copy of three systems made of lists, and the identity map over it, without anybody signing. */
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { Leases } from '../../controls/jobs/lease';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import {
  type Plan,
  isRefused,
  planMatch,
  planSplit,
  planTakeBack,
} from '../../canonical/stewardship/decisions';
import { redraw } from '../../canonical/stewardship/redraw';
import type { EntityType } from '../../canonical/sync/identity';
import { rederiveWithin } from '../../canonical/sync/rederive';
import { KeyAllocator } from '../../canonical/sync/keys';
import { SyncService } from '../../canonical/sync/sync-service';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { FixedClock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { Dictionary, type Term } from '../../platform/dictionary/dictionary';
import { silentLogger } from '../../platform/log';
import type { EntityManager } from 'typeorm';
import type { RecordType } from '../../schema/records/record-types';
import { goldenDump } from '../mappings/golden-dump';
import type { OpenDatabase } from '../support/databases';
import { ListSystem, type ListedRow } from '../support/list-system';
import { ruleSource, shippedRules } from '../support/rules';

const term = (id: string, more: Partial<Term>): Term =>
  ({ id, precedence: [], regulated: false, ...more }) as Term;
export const DICTIONARY = new Dictionary([
  term('item', { precedence: ['erp', 'wms'] }),
  term('lot', { precedence: ['erp', 'wms'] }),
  term('lot.expiresOn', { regulated: true, precedence: ['erp', 'wms'] }),
  term('movement', { precedence: ['wms', 'erp'] }),
]);
const RULES = shippedRules(DICTIONARY);

export const row = (key: string, record: ListedRow['record']): ListedRow => ({ key, record });
export const move = (key: string, item: string, lotNumber: string, quantity: string): ListedRow =>
  row(key, {
    ...{ item, lotNumber, quantity, site: 'SZ', location: 'BIN-1', movementKind: 'OTHER' },
    occurredAt: '2026-01-01T00:00:00.000Z',
  });

const STREAMS: Readonly<Record<string, RecordType>> = {
  ...{ items: 'item', parties: 'party', sites: 'site', lots: 'lot' },
  ...{ movements: 'movement', samples: 'inspection', references: 'crossReference' },
};

export class IdentityWorld {
  readonly systems = Object.fromEntries(
    ['erp', 'wms', 'lims'].map((id) => [id, new ListSystem(id, STREAMS)]),
  ) as Record<'erp' | 'wms' | 'lims', ListSystem>;
  readonly clock = new FixedClock('2026-06-01T00:00:00Z');

  private constructor(readonly database: Database) {}

  static async open(open: OpenDatabase): Promise<IdentityWorld> {
    return new IdentityWorld(
      await open({
        entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES],
        migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
      }),
    );
  }

  async sync(...ids: ('erp' | 'wms' | 'lims')[]): Promise<void> {
    const { database, clock } = this;
    // nobody acts in a sync, so there are no words about a person to seal
    const personal = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };
    const service = new SyncService({
      ...{
        database,
        clock,
        dictionary: DICTIONARY,
        consistencyRules: ruleSource(RULES),
        logger: silentLogger,
      },
      leases: new Leases(database, clock, 'test'),
      controls: { audit: new AuditRecorder({ clock, algorithm: 'sha256', personal }) },
    });
    for (const id of ids.length > 0 ? ids : (['erp', 'wms', 'lims'] as const)) {
      const { state, errorMessage } = await service.run(this.systems[id], {
        signal: AbortSignal.timeout(20_000),
      });
      if (state !== 'SUCCEEDED') throw new Error(errorMessage ?? state);
    }
  }

  rows<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.database.reader.query<T[]>(sql, parameters);
  }

  /** Key of a lot by the code of its item and its number; the first where there are several. */
  async lot(item: string, lotNumber: string): Promise<number> {
    const [found] = await this.rows<{ pk: number }>(
      'SELECT l.pk FROM lot l JOIN item i ON i.pk = l.item_pk WHERE i.code = ? AND l.lot_number = ? ORDER BY l.pk',
      [item, lotNumber],
    );
    return found?.pk ?? 0;
  }

  async coded(type: 'item' | 'site' | 'party', code: string): Promise<number> {
    const [found] = await this.rows<{ pk: number }>(`SELECT pk FROM ${type} WHERE code = ?`, [code]);
    return found?.pk ?? 0;
  }

  match(type: EntityType, into: number, from: number): Promise<string> {
    return this.#apply((manager) => planMatch(manager, { type, pk: into }, { type, pk: from }, 'test'));
  }

  split(type: EntityType, pk: number, system: string): Promise<string> {
    return this.#apply((manager) => planSplit(manager, { type, pk }, system, 'test'));
  }

  takeBack(type: EntityType, pk: number): Promise<string> {
    return this.#apply((manager) => planTakeBack(manager, { type, pk }));
  }

  dump(): Promise<Record<string, string[]>> {
    return goldenDump(this.database);
  }

  /** Derives everything anew from the versions that are kept. */
  async rebuild(): Promise<void> {
    const { database, clock } = this;
    const records = await this.rows<{ pk: number }>('SELECT pk FROM source_record ORDER BY pk');
    await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      await rederiveWithin(
        { manager, keys, dictionary: DICTIONARY, now: clock.now() },
        records.map(({ pk }) => pk),
      );
      await keys.save();
    });
  }

  /** The kind of decision, or the code of its refusal; what is refused leaves nothing behind. */
  async #apply(plan: (manager: EntityManager) => Promise<Plan>): Promise<string> {
    let code = '';
    try {
      return await this.database.write(async (manager) => {
        const planned = await plan(manager);
        if (isRefused(planned)) {
          code = planned.code;
          throw new Error(code);
        }
        const now = this.clock.now();
        await redraw({ manager, dictionary: DICTIONARY, rules: RULES, now }, planned.change);
        return planned.kind;
      });
    } catch (error) {
      if (code !== '') return code;
      throw error;
    }
  }
}
