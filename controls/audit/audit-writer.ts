/**
 * Group commit of entries that no act of their own carries (reads, sign-ins, refusals): callers that wait at the same
 * time share transactions. On a server a few of these are under way at once, so that one group is made while another
 * is being stored; an embedded database has one writer. A caller goes on only once its entry is committed, and learns
 * when it is not: what cannot be recorded MUST NOT be done.
 */
import type { Database } from '../../platform/database/database';
import type { AuditAct, AuditActor } from './audit-entry';
import { type AuditRecorder, type PreparedEntry, storeEntries } from './audit-recorder';

const MOST_IN_GROUP = 2_000;
/** Fewer are not worth a transaction of their own while another one is under way. */
const FEWEST_IN_GROUP = 16;
const LANES = { mysql: 3, sqlite: 1 } as const;

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
  #underWay = 0;
  #called = false;
  readonly #lanes: number;

  constructor(
    private readonly database: Database,
    private readonly recorder: Pick<AuditRecorder, 'prepare'>,
  ) {
    this.#lanes = LANES[database.dialect];
  }

  /** Resolves with the entries' ids once they are committed. Rejects when they are not. */
  async write(entries: readonly NewEntry[]): Promise<string[]> {
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      this.#call();
    });
  }

  /** Begins transactions once the callers of this turn of the event loop have all come: they share them. */
  #call(): void {
    if (this.#called || this.#underWay === this.#lanes) return;
    this.#called = true;
    setImmediate(() => {
      this.#called = false;
      this.#begin();
    });
  }

  /** Shares those who wait evenly among the lanes that are free. */
  #begin(): void {
    while (this.#waiting.length > 0 && this.#underWay < this.#lanes) {
      const share = Math.ceil(this.#waiting.length / (this.#lanes - this.#underWay));
      const size = Math.min(MOST_IN_GROUP, Math.max(FEWEST_IN_GROUP, share));
      this.#underWay += 1;
      void this.#commit(this.#waiting.splice(0, size)).finally(() => {
        this.#underWay -= 1;
        this.#call();
      });
    }
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
