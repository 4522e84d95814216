/**
 * Looking for entries by what the sequencer indexed, newest first. What a reader may not see MUST NOT be found by its
 * value either: values are looked for only in fields that the reader may read.
 */
import type { EntityManager } from 'typeorm';
import { placeholders } from '../../platform/database/select-in';
import { InvalidInputError } from '../../platform/errors';
import { type AuditBody, readBody, wordsOf } from './index-entry';

export interface AuditFilter {
  readonly persons?: readonly string[] | null | undefined;
  readonly accounts?: readonly string[] | null | undefined;
  readonly actions?: readonly string[] | null | undefined;
  readonly objectType?: string | null | undefined;
  readonly objectId?: string | null | undefined;
  /** Ms since the epoch, inclusive. */
  readonly from?: number | null | undefined;
  /** Ms since the epoch, exclusive. */
  readonly to?: number | null | undefined;
  /** Words that must all stand in action, object, code or reason. */
  readonly text?: string | null | undefined;
  readonly changedField?: string | null | undefined;
  /** Value that a field had before or has after. */
  readonly changedValue?: string | null | undefined;
  readonly outcome?: string | null | undefined;
  /** Places, both inclusive. */
  readonly fromSeq?: number | null | undefined;
  readonly toSeq?: number | null | undefined;
}

export interface FoundEntry {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly hash: string;
  readonly body: AuditBody;
}

const MOST_WORDS = 8;

type Part = readonly [sql: string, ...parameters: (string | number)[]];

/** A page of entries, newest first, with places below `before`. `mayRead` judges the fields that values are looked for in. */
export async function searchEntries(
  manager: EntityManager,
  filter: AuditFilter,
  page: { readonly limit: number; readonly before: number | null },
  mayRead: (field: string) => boolean,
): Promise<FoundEntry[]> {
  const joins: Part[] = wordJoins(filter.text);
  const changes = await changeJoin(manager, filter, mayRead);
  if (changes === 'NOTHING') return [];
  if (changes !== null) joins.push(changes);
  const wheres = conditions(filter, page.before);
  const sql = `SELECT i.seq FROM audit_index i ${indexHint(manager, filter)} ${joins.map(([join]) => join).join(' ')}
    WHERE ${wheres.map(([where]) => where).join(' AND ')} ORDER BY i.seq DESC LIMIT ${Math.trunc(page.limit)}`;
  const parameters = [...joins, ...wheres].flatMap(([, ...values]) => values);
  const rows = await manager.query<{ seq: number }[]>(sql, parameters);
  return await loadEntries(
    manager,
    rows.map(({ seq }) => seq),
  );
}

/** Entries by their places, in the order given. */
export async function loadEntries(manager: EntityManager, seqs: readonly number[]): Promise<FoundEntry[]> {
  if (seqs.length === 0) return [];
  const rows = await manager.query<{ seq: number; id: string; at: number; hash: string; body: string }[]>(
    `SELECT l.seq, e.id, e.at, e.hash, e.body FROM audit_log l JOIN audit_entry e ON e.id = l.entry_id
      WHERE l.seq IN (${placeholders(seqs.length)})`,
    [...seqs],
  );
  const bySeq = new Map(rows.map((row) => [row.seq, { ...row, body: readBody(row.id, row.body) }]));
  return seqs.map((seq) => bySeq.get(seq)).filter((one) => one !== undefined);
}

/** The place of an entry; null while it has none. */
export async function seqOf(manager: EntityManager, entryId: string): Promise<number | null> {
  const [row] = await manager.query<{ seq: number }[]>('SELECT seq FROM audit_log WHERE entry_id = ?', [
    entryId,
  ]);
  return row?.seq ?? null;
}

/** How many entries of a range fit a filter. */
export async function countEntries(manager: EntityManager, filter: AuditFilter): Promise<number> {
  const joins = wordJoins(filter.text);
  const wheres = conditions(filter, null);
  const [row] = await manager.query<{ n: number | string }[]>(
    `SELECT COUNT(*) AS n FROM audit_index i ${joins.map(([join]) => join).join(' ')}
      WHERE ${wheres.map(([where]) => where).join(' AND ')}`,
    [...joins, ...wheres].flatMap(([, ...values]) => values),
  );
  return Number(row?.n ?? 0);
}

/** Indexes that end in the place, so that newest first needs no sorting; the one most likely to narrow comes first. */
const NARROWING = [
  ['objectId', 'ix_audit_index_object'],
  ['persons', 'ix_audit_index_person'],
  ['accounts', 'ix_audit_index_account'],
  ['actions', 'ix_audit_index_act'],
] as const;

/** MariaDB would intersect two indexes and sort what is left, which takes seconds where both conditions are common. */
function indexHint(manager: EntityManager, filter: AuditFilter): string {
  if (manager.dataSource.options.type !== 'mysql') return '';
  const chosen = NARROWING.find(([name]) => filter[name] != null);
  return chosen === undefined ? '' : `USE INDEX (PRIMARY, ${chosen[1]})`;
}

function conditions(filter: AuditFilter, before: number | null): Part[] {
  const parts: Part[] = [['i.seq > 0']];
  const among = (column: string, values: readonly string[] | null | undefined): void => {
    if (values == null) return;
    // an empty list fits nothing; an IN () without values is no SQL
    parts.push(
      values.length === 0 ? ['1 = 0'] : [`i.${column} IN (${placeholders(values.length)})`, ...values],
    );
  };
  const compare = (sql: string, value: string | number | null | undefined): void => {
    if (value != null) parts.push([sql, value]);
  };
  among('person', filter.persons);
  among('account', filter.accounts);
  among('act', filter.actions);
  compare('i.object_type = ?', filter.objectType);
  compare('i.object_id = ?', filter.objectId);
  compare('i.outcome = ?', filter.outcome);
  compare('i.at >= ?', filter.from);
  compare('i.at < ?', filter.to);
  compare('i.seq >= ?', filter.fromSeq);
  compare('i.seq <= ?', filter.toSeq);
  compare('i.seq < ?', before);
  return parts;
}

function wordJoins(text: string | null | undefined): Part[] {
  if (text == null) return [];
  const words = [...wordsOf(text)];
  if (words.length === 0 || words.length > MOST_WORDS)
    throw new InvalidInputError(`Give from one to ${MOST_WORDS} words to look for.`, { argument: 'text' });
  return words.map((word, n): Part => [
    `JOIN audit_word w${n} ON w${n}.seq = i.seq AND w${n}.word = ?`,
    word,
  ]);
}

/** Null for no condition; NOTHING when no field may be looked in. */
async function changeJoin(
  manager: EntityManager,
  { changedField, changedValue }: AuditFilter,
  mayRead: (field: string) => boolean,
): Promise<Part | 'NOTHING' | null> {
  if (changedField == null && changedValue == null) return null;
  const fields = (changedField == null ? await changedFields(manager) : [changedField]).filter(mayRead);
  if (fields.length === 0) return 'NOTHING';
  const within = `field IN (${placeholders(fields.length)})`;
  if (changedValue == null)
    return [`JOIN (SELECT DISTINCT seq FROM audit_change WHERE ${within}) c ON c.seq = i.seq`, ...fields];
  const value = changedValue.slice(0, 120);
  // two index reads joined by UNION; OR over two columns would use neither index
  return [
    `JOIN (SELECT seq FROM audit_change WHERE value_before = ? AND ${within}
           UNION SELECT seq FROM audit_change WHERE value_after = ? AND ${within}) c ON c.seq = i.seq`,
    ...[value, ...fields, value, ...fields],
  ];
}

/** Every field that ever changed: few, and read from the index alone. */
async function changedFields(manager: EntityManager): Promise<string[]> {
  const rows = await manager.query<{ field: string }[]>('SELECT DISTINCT field FROM audit_change');
  return rows.map(({ field }) => field);
}
