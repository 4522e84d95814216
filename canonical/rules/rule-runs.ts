/**
 * Runs consistency rules over all lots and items, a chunk a transaction: a run that is killed goes on after the last one
 * that was checked. Runs are asked for by people, and due once a day and whenever the rules are others: some rules come true by
 * the calendar alone.
 */
import type { EntityManager } from 'typeorm';
import { type AuditAct, type AuditActor, SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { InvalidInputError } from '../../platform/errors';
import { KeyAllocator } from '../sync/keys';
import { checkConsistency } from './check-lots';
import type { ConsistencyRules, RuleSubject } from './consistency-rule';
import { ITEMS_AT_ONCE } from './lot-facts';
import { RuleRunRow } from './rule-run.entity';

export interface RuleRunsOptions {
  readonly database: Database;
  readonly dictionary: Dictionary;
  readonly rules: ConsistencyRules;
  readonly clock: Clock;
  readonly audit: Pick<AuditRecorder, 'record'>;
}

const CHUNK = 500;
const DAY_MS = 24 * 60 * 60_000;

export class RuleRuns {
  constructor(private readonly options: RuleRunsOptions) {}

  get rules(): ConsistencyRules {
    return this.options.rules;
  }

  /** Asks for a run of one rule, or of all; one of the same that waits already is that one. Throws InvalidInputError. */
  async request(actor: AuditActor, ruleId: string | null): Promise<RuleRunRow> {
    const { database, rules } = this.options;
    if (ruleId !== null && !rules.rules.some(({ id }) => id === ruleId))
      throw new InvalidInputError(`There is no consistency rule "${ruleId}".`, { argument: 'rule' });
    return await database.write(async (manager) => {
      const run =
        (await waiting(manager, ruleId, rules.version)) ?? (await this.#insert(manager, actor, ruleId));
      await this.#record(manager, actor, run);
      return run;
    });
  }

  /** Puts a run of all rules in line where one is due. */
  async requestDue(): Promise<void> {
    const { database, clock, rules } = this.options;
    const [latest] = await database.reader.query<{ rules_version: string; requested_at: number }[]>(
      'SELECT rules_version, requested_at FROM rule_run WHERE rule_id IS NULL ORDER BY pk DESC LIMIT 1',
    );
    const isOther = latest?.rules_version !== rules.version;
    if (!isOther && clock.now() - latest.requested_at < DAY_MS) return;
    await database.write(async (manager) => {
      const run = await this.#insert(manager, SYSTEM_ACTOR, null);
      // what is checked from now on changed; the daily run is routine
      if (isOther) await this.#record(manager, SYSTEM_ACTOR, run);
    });
  }

  /** Does the next chunk of the oldest run that waits. False when none waits. */
  async step(): Promise<boolean> {
    const { database, clock } = this.options;
    const [next] = await database.reader.find(RuleRunRow, {
      where: { state: 'WAITING' },
      order: { pk: 'ASC' },
      take: 1,
    });
    if (next === undefined) return false;
    try {
      await this.#chunk(next);
    } catch (error) {
      const text = error instanceof Error ? error.message : 'unknown failure';
      await database.write((manager) =>
        manager.update(
          RuleRunRow,
          { pk: next.pk },
          { state: 'FAILED', finishedAt: clock.now(), error: text },
        ),
      );
      throw error;
    }
    return true;
  }

  async #chunk({ pk, place, ruleId, lotsDone }: RuleRunRow): Promise<void> {
    const { database, dictionary, rules, clock } = this.options;
    await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const found = await subjectsAfter(manager, place);
      const next = upToItems(found);
      const context = { manager, dictionary, rules, now: clock.now(), nextKey: () => keys.next() };
      const pksOf = (type: RuleSubject): number[] =>
        next.filter((one) => one.type === type).map((one) => one.pk);
      const lots = pksOf('lot');
      await checkConsistency(context, 'lot', lots, ruleId);
      await checkConsistency(context, 'item', pksOf('item'), ruleId);
      const isLast = found.length < CHUNK && next.length === found.length;
      await manager.update(
        RuleRunRow,
        { pk },
        {
          ...{ place: next.at(-1)?.pk ?? place, lotsDone: lotsDone + lots.length },
          rulesVersion: rules.version,
          ...(isLast ? { state: 'DONE' as const, finishedAt: clock.now() } : {}),
        },
      );
      await keys.save();
    });
  }

  async #insert(manager: EntityManager, actor: AuditActor, ruleId: string | null): Promise<RuleRunRow> {
    const { clock, rules } = this.options;
    const keys = await KeyAllocator.lock(manager);
    const [count] = await manager.query<{ n: number | string }[]>('SELECT COUNT(*) AS n FROM lot');
    const run: RuleRunRow = {
      ...{ pk: keys.next(), ruleId, rulesVersion: rules.version, state: 'WAITING' },
      ...{ requestedBy: actor.account, requestedAt: clock.now(), place: 0 },
      ...{ lotsTotal: Number(count?.n ?? 0), lotsDone: 0, finishedAt: null, error: null },
    };
    await manager.insert(RuleRunRow, run);
    await keys.save();
    return run;
  }

  async #record(manager: EntityManager, actor: AuditActor, run: RuleRunRow): Promise<void> {
    const act: AuditAct = {
      ...{ action: 'rules.run', outcome: 'DONE', object: { type: 'ruleRun', id: String(run.pk) } },
      facts: { rule: run.ruleId, rulesVersion: run.rulesVersion, lots: run.lotsTotal },
    };
    await this.options.audit.record(manager, actor, act);
  }
}

interface Subject {
  readonly pk: number;
  readonly type: RuleSubject;
}

/** The first of them, with no more items than may be checked at once. */
function upToItems(subjects: readonly Subject[]): readonly Subject[] {
  const beyond = subjects.filter(({ type }) => type === 'item')[ITEMS_AT_ONCE];
  return beyond === undefined ? subjects : subjects.slice(0, subjects.indexOf(beyond));
}

/** Lots and items share one sequence of keys, so that one place says how far both are. */
async function subjectsAfter(manager: EntityManager, place: number): Promise<Subject[]> {
  const of = (type: RuleSubject): string =>
    `SELECT * FROM (SELECT pk, '${type}' AS type FROM ${type} WHERE pk > ? ORDER BY pk LIMIT ${CHUNK}) ${type}s`;
  return await manager.query(`${of('lot')} UNION ALL ${of('item')} ORDER BY pk LIMIT ${CHUNK}`, [
    place,
    place,
  ]);
}

async function waiting(
  manager: EntityManager,
  ruleId: string | null,
  version: string,
): Promise<RuleRunRow | undefined> {
  const runs = await manager.findBy(RuleRunRow, { state: 'WAITING', rulesVersion: version });
  // one that is under way has passed lots by
  return runs.find((run) => run.ruleId === ruleId && run.place === 0);
}
