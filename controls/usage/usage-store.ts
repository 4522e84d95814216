/** Keeps which operations are run and what of the graph they use, so that the consumers of a field are known. */
import { DateTime } from 'luxon';
import type { EntityManager } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { chunks, selectIn } from '../../platform/database/select-in';
import type { Database } from '../../platform/database/database';

/** An operation as it is recorded. */
export interface RecordedOperation {
  readonly id: string;
  readonly name: string | null;
  readonly app: string | null;
  readonly registered: boolean;
  readonly text: string;
}

export interface OperationUse {
  readonly operation: RecordedOperation;
  readonly coordinates: ReadonlySet<string>;
  readonly client: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly times: number;
}

/** An operation with those who run it. */
export interface Consumer extends RecordedOperation {
  readonly clients: readonly string[];
  /** Day of the last use; null when it was registered and never run. */
  readonly lastUsedOn: string | null;
  readonly times: number;
}

/** Uses and operations that were not seen for so long are forgotten. */
export const USAGE_KEPT_DAYS = 180;
const USES_A_TRANSACTION = 50;
const COORDINATES_A_STATEMENT = 400;

export class UsageStore {
  constructor(private readonly database: Database) {}

  /** Adds uses up; several processes may write at once. */
  async record(uses: readonly OperationUse[], now: number): Promise<void> {
    // short transactions: whoever acts or signs does not wait for statistics
    for (const some of chunks(uses, USES_A_TRANSACTION))
      await this.database.write(async (manager) => {
        for (const use of some) await addUse(manager, use, now);
      });
  }

  /** Says which documents are registered now; the others are so no longer. */
  async register(
    documents: readonly {
      readonly operation: RecordedOperation;
      readonly coordinates: ReadonlySet<string>;
    }[],
    now: number,
  ): Promise<void> {
    await this.database.write(async (manager) => {
      await manager.query('UPDATE graph_operation SET registered = 0 WHERE registered = 1');
      for (const { operation, coordinates } of documents)
        await keepOperation(manager, operation, coordinates, now);
    });
  }

  /** Forgets what was not used for long; registered documents stay. */
  async forgetOld(now: number): Promise<void> {
    const limit = DateTime.fromMillis(now, { zone: 'utc' }).minus({ days: USAGE_KEPT_DAYS });
    await this.database.write(async (manager) => {
      await manager.query('DELETE FROM graph_operation_use WHERE day < ?', [limit.toISODate()]);
      const old = await manager.query<{ id: string }[]>(
        'SELECT id FROM graph_operation WHERE registered = 0 AND last_seen_at < ? LIMIT 1000',
        [limit.toMillis()],
      );
      for (const { id } of old) {
        await manager.query('DELETE FROM graph_operation_coordinate WHERE operation = ?', [id]);
        await manager.query('DELETE FROM graph_operation WHERE id = ?', [id]);
      }
    });
  }

  /** Operations that use any of the coordinates: registered ones and those that were run lately. */
  async consumersOf(coordinates: readonly string[]): Promise<Consumer[]> {
    if (coordinates.length === 0) return [];
    const found = await selectIn<{ operation: string }>(
      this.database.reader,
      'SELECT DISTINCT operation FROM graph_operation_coordinate WHERE coordinate IN (?)',
      coordinates,
    );
    return await this.#consumers([...new Set(found.map(({ operation }) => operation))]);
  }

  /** Every operation that is registered or was run lately. */
  async consumers(): Promise<Consumer[]> {
    const rows = await this.database.reader.query<{ id: string }[]>('SELECT id FROM graph_operation');
    return await this.#consumers(rows.map(({ id }) => id));
  }

  /** Apps and clients by name, each with all that it uses. */
  async namedConsumers(): Promise<{ readonly name: string; readonly coordinates: ReadonlySet<string> }[]> {
    const consumers = await this.consumers();
    const rows = await selectIn<{ operation: string; coordinate: string }>(
      this.database.reader,
      'SELECT operation, coordinate FROM graph_operation_coordinate WHERE operation IN (?)',
      consumers.map(({ id }) => id),
    );
    const used = groupBy(rows, ({ operation }) => operation);
    const byName = new Map<string, Set<string>>();
    for (const { id, app, clients } of consumers) {
      for (const name of new Set(app === null ? clients : [app, ...clients])) {
        const known = byName.get(name) ?? new Set<string>();
        byName.set(name, known);
        for (const { coordinate } of used.get(id) ?? []) known.add(coordinate);
      }
    }
    return [...byName]
      .map(([name, coordinates]) => ({ name, coordinates }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #consumers(ids: readonly string[]): Promise<Consumer[]> {
    const { reader } = this.database;
    const rows = await selectIn<{
      id: string;
      name: string | null;
      app: string | null;
      registered: number;
      text: string;
    }>(reader, 'SELECT id, name, app, registered, text FROM graph_operation WHERE id IN (?)', ids);
    const uses = groupBy(
      await selectIn<{ operation: string; client: string; last: string; times: number | string }>(
        reader,
        `SELECT operation, client, MAX(day) AS last, SUM(times) AS times FROM graph_operation_use
          WHERE operation IN (?) GROUP BY operation, client ORDER BY client`,
        ids,
      ),
      (use) => use.operation,
    );
    return rows
      .map((row): Consumer => {
        const own = uses.get(row.id) ?? [];
        return {
          ...row,
          registered: row.registered !== 0,
          clients: own.map(({ client }) => client),
          lastUsedOn:
            own
              .map(({ last }) => last)
              .sort()
              .at(-1) ?? null,
          times: own.reduce((sum, { times }) => sum + Number(times), 0),
        };
      })
      .filter((one) => one.registered || one.times > 0)
      .sort((a, b) => (labelOf(a) < labelOf(b) ? -1 : 1));
  }
}

async function addUse(
  manager: EntityManager,
  { operation, coordinates, client, day, times }: OperationUse,
  now: number,
): Promise<void> {
  await keepOperation(manager, operation, coordinates, now);
  const key = [operation.id, client, day];
  await manager.query(
    `${ignoreOf(manager)} INTO graph_operation_use (operation, client, day, times) VALUES (?, ?, ?, 0)`,
    key,
  );
  await manager.query(
    'UPDATE graph_operation_use SET times = times + ? WHERE operation = ? AND client = ? AND day = ?',
    [times, ...key],
  );
}

const labelOf = ({ app, name, id }: RecordedOperation): string => `${app ?? '~'}/${name ?? ''}/${id}`;

async function keepOperation(
  manager: EntityManager,
  { id, name, app, registered, text }: RecordedOperation,
  coordinates: ReadonlySet<string>,
  now: number,
): Promise<void> {
  const ignore = ignoreOf(manager);
  await manager.query(
    `${ignore} INTO graph_operation (id, name, app, registered, text, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [id, name, app, registered ? 1 : 0, text, now, now],
  );
  const seen = registered ? 'registered = 1, last_seen_at = ?' : 'last_seen_at = ?';
  await manager.query(`UPDATE graph_operation SET ${seen} WHERE id = ?`, [now, id]);
  for (const some of chunks([...coordinates], COORDINATES_A_STATEMENT))
    await manager.query(
      `${ignore} INTO graph_operation_coordinate (operation, coordinate) VALUES ${some.map(() => '(?, ?)').join(', ')}`,
      some.flatMap((coordinate) => [id, coordinate]),
    );
}

const ignoreOf = (manager: EntityManager): string =>
  manager.dataSource.options.type === 'mysql' ? 'INSERT IGNORE' : 'INSERT OR IGNORE';
