/**
 * Group commit of entries that no act of their own carries (reads, sign-ins, refusals): callers that come while a
 * transaction is under way share the next one. A caller goes on only once its entry is committed, and learns when it
 * is not: what cannot be recorded MUST NOT be done.
 */
import type { Database } from '../../platform/database/database';
import type { AuditAct, AuditActor } from './audit-entry';
import { type AuditRecorder, type PreparedEntry, storeEntries } from './audit-recorder';

const MOST_AT_ONCE = 2_000;

export interface NewEntry {
  readonly actor: AuditActor;
  readonly act: AuditAct;
}

interface Waiting {
  readonly entries: readonly NewEntry[];
  readonly resolve: (ids: string[]) => void;
  readonly reject: (error: unknown) => void;
}

export class AuditWriter {
  #waiting: Waiting[] = [];
  #committing = false;

  constructor(
    private readonly database: Database,
    private readonly recorder: Pick<AuditRecorder, 'prepare'>,
  ) {}

  /** Resolves with the entries' ids once they are committed. Rejects when they are not. */
  async write(entries: readonly NewEntry[]): Promise<string[]> {
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      if (!this.#committing) void this.#flush();
    });
  }

  /** One transaction after another, each for all that wait when it begins, until nobody waits. */
  async #flush(): Promise<void> {
    this.#committing = true;
    // callers of this same turn of the event loop are to share the first transaction too
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, MOST_AT_ONCE));
    this.#committing = false;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const acts = group.map(({ entries }) => entries);
      const prepared = await this.database.write((manager) => commitGroup(manager, acts, this.recorder));
      group.forEach(({ resolve }, index) => resolve((prepared[index] ?? []).map(({ id }) => id)));
    } catch (error) {
      const [only] = group;
      if (group.length === 1) only?.reject(error);
      // one entry that cannot be written must not take the others' with it
      else for (const one of group) await this.#commit([one]);
    }
  }
}

async function commitGroup(
  manager: Parameters<typeof storeEntries>[0],
  group: readonly (readonly NewEntry[])[],
  recorder: Pick<AuditRecorder, 'prepare'>,
): Promise<PreparedEntry[][]> {
  const prepared: PreparedEntry[][] = [];
  for (const entries of group) {
    const own: PreparedEntry[] = [];
    for (const { actor, act } of entries) own.push(await recorder.prepare(manager, actor, act));
    prepared.push(own);
  }
  await storeEntries(manager, prepared.flat());
  return prepared;
}
