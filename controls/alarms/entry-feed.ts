/** Reads the trail in its sequence: what the sequencer has put in order, and nothing that still waits. */
import type { EntityManager } from 'typeorm';
import type { AlarmEntry } from './rules/match';

/** An entry of the trail; null facts where its body cannot be read, which is a finding of its own. */
export interface FeedEntry {
  readonly seq: number;
  readonly id: string;
  readonly entry: AlarmEntry | null;
}

export interface EntryFeed {
  /** Entries after `seq`, in order, without a gap. */
  after(manager: EntityManager, seq: number, limit: number): Promise<readonly FeedEntry[]>;
  /** Sequence of the newest entry; 0 for an empty trail. */
  head(manager: EntityManager): Promise<number>;
  /** Id of the entry that has waited longest for its sequence; null when none waits. */
  oldestWaiting(manager: EntityManager): Promise<string | null>;
}

interface LogRow {
  readonly seq: number | string;
  readonly id: string;
  readonly body: string | null;
}

export class AuditTrailFeed implements EntryFeed {
  async after(manager: EntityManager, seq: number, limit: number): Promise<readonly FeedEntry[]> {
    const rows = await manager.query<LogRow[]>(
      `SELECT l.seq AS seq, l.entry_id AS id, e.body AS body FROM audit_log l
       LEFT JOIN audit_entry e ON e.id = l.entry_id WHERE l.seq > ? ORDER BY l.seq LIMIT ${Math.trunc(limit)}`,
      [seq],
    );
    return rows.map((row) => ({
      seq: Number(row.seq),
      id: row.id,
      entry: parseEntry(Number(row.seq), row.id, row.body),
    }));
  }

  async head(manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ seq: number | string | null }[]>(
      'SELECT MAX(seq) AS seq FROM audit_log',
    );
    return Number(row?.seq ?? 0);
  }

  async oldestWaiting(manager: EntityManager): Promise<string | null> {
    const [row] = await manager.query<{ id: string }[]>(
      'SELECT entry_id AS id FROM audit_pending ORDER BY entry_id LIMIT 1',
    );
    return row?.id ?? null;
  }
}

/** What rules look at, from an entry's body; null when it is not a body of ours. */
export function parseEntry(seq: number, id: string, body: string | null): AlarmEntry | null {
  const parsed = body === null ? null : parseJson(body);
  if (parsed === null) return null;
  const at = typeof parsed['at'] === 'string' ? Date.parse(parsed['at']) : Number.NaN;
  const actor = objectOf(parsed['actor']);
  const { action, outcome } = parsed;
  if (Number.isNaN(at) || actor === null || typeof action !== 'string' || typeof outcome !== 'string')
    return null;
  const about = objectOf(parsed['object']);
  return {
    ...{ seq, id, at, action, outcome },
    code: textOf(parsed['code']),
    account: textOf(actor['account']) ?? 'unknown',
    person: textOf(actor['person']),
    object: about === null ? null : { type: textOf(about['type']) ?? '', id: textOf(about['id']) ?? '' },
    facts: objectOf(parsed['facts']) ?? {},
  };
}

type Plain = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const objectOf = (value: unknown): Plain | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : null;

function parseJson(text: string): Plain | null {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return null;
  }
}
