/** Assesses drafts that were handed in, one after the other. An assessment that was killed is made again. */
import { In } from 'typeorm';
import type { Controls } from '../../controls/open-controls';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { type ImpactChange, assessImpact } from './impact';
import { recordImpact } from './impact-records';
import { draftOf } from './mapping-drafts';
import { MappingImpactRow } from './mapping.entity';
import type { MappingVersions } from './mapping-versions';
import { isPending } from './pending';

export interface ImpactJobOptions {
  readonly database: Database;
  readonly dictionary: Dictionary;
  readonly clock: Clock;
  readonly controls: Pick<Controls, 'audit' | 'records'>;
  readonly versions: MappingVersions;
  readonly signal: AbortSignal;
}

/** Changes that are kept to be looked at; the rest is counted, and can be exported. */
const MOST_SHOWN = 500;

/** Assesses the draft that waits longest; false when none waits. MUST be called by one process at a time. */
export async function assessNext(options: ImpactJobOptions): Promise<boolean> {
  const { database } = options;
  const rows = await database.reader.find(MappingImpactRow, {
    where: { state: In(['WAITING', 'RUNNING']) },
    order: { pk: 'ASC' },
  });
  for (const row of rows) {
    // values of two mappings at once are nothing to compare with
    const base = (await options.versions.current()).get(row.system);
    const mapping = base === undefined ? null : options.versions.compiled(base);
    if (await isPending(database.reader, row.system, mapping)) continue;
    await assess(options, row);
    return true;
  }
  return false;
}

async function assess(options: ImpactJobOptions, row: MappingImpactRow): Promise<void> {
  const { database, clock, dictionary, controls, versions, signal } = options;
  const set = (values: Partial<MappingImpactRow>): Promise<unknown> =>
    database.write((manager) => manager.update(MappingImpactRow, { pk: row.pk }, values));
  await set({ state: 'RUNNING', rowsDone: 0 });
  try {
    const draft = await draftOf(database.reader, row.draft);
    const compiled = versions.compile(`${row.system}/mapping.yaml`, draft?.text ?? '');
    const [head] = await database.reader.query<{ next: number }[]>(
      "SELECT next FROM key_sequence WHERE name = 'canonical'",
    );
    const baseNumber = (await versions.numbers()).get(row.system) ?? 0;
    const shown = new ShownChanges();
    const summary = await assessImpact({
      ...{ reader: database.reader, dictionary, draft: compiled, signal },
      onChange: (change) => shown.add(change),
      onProgress: async (rowsDone, rowsTotal) => {
        await set({ rowsDone, rowsTotal });
      },
    });
    await database.write(async (manager) => {
      const basis = (head?.next ?? 1) - 1;
      await recordImpact(manager, controls, {
        ...summary,
        ...{ system: row.system, draft: row.draft, baseNumber, basis },
      });
      await manager.update(
        MappingImpactRow,
        { pk: row.pk },
        { state: 'DONE', baseNumber, finishedAt: clock.now(), sample: JSON.stringify(shown.list()) },
      );
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const message = error instanceof Error ? error.message : 'unknown failure';
    await set({ state: 'FAILED', finishedAt: clock.now(), error: message });
  }
}

/** The first changes, what is regulated before the rest, so that no crowd of harmless ones hides it. */
class ShownChanges {
  readonly #regulated: ImpactChange[] = [];
  readonly #others: ImpactChange[] = [];

  add(change: ImpactChange): void {
    const list = change.regulated ? this.#regulated : this.#others;
    if (list.length < MOST_SHOWN) list.push(change);
  }

  list(): ImpactChange[] {
    return [...this.#regulated, ...this.#others].slice(0, MOST_SHOWN);
  }
}
