/**
 * Holds the commands of the outbox to the trail: one that was deleted, or passed for carried out, by SQL never reaches its
 * system though two people signed for it; one that was slipped in, or moved before another, does what nobody asked for.
 * Reads only.
 */
import type { EntryMac } from '../audit/entry-mac';
import { type AuditBody, readBody } from '../audit/index-entry';
import type { Findings } from '../audit/verify/finding';
import type { TrailCheck } from '../audit/verify/verify-trail';
import { matchesDigest } from '../integrity/digest';
import type { ReadOnlyDatabase } from '../../platform/database/read-only';
import { askedOf, commandOf, slotOf } from './asked';
import type { OutboxCommandRow } from './outbox.entity';

type Row = Pick<
  OutboxCommandRow,
  'id' | 'proposalId' | 'system' | 'kind' | 'subject' | 'slot' | 'payload' | 'hash' | 'state'
> & { readonly createdAt: number | string };

/** What the trail says of a command. */
interface Told {
  /** Null where no act asked for it. */
  hash: unknown;
  /** When it was queued, ms since the epoch. */
  at: number;
  turn: number;
  state: unknown;
}

const PAGE = 4_000;
const ACTS = "'command.queue', 'command.send', 'command.outcome'";
/** Row and entry of a command are written in one transaction. */
const MOST_APART_MS = 10_000;
const COLUMNS = `id, proposal_id AS proposalId, system, kind, subject, slot, payload, hash, state, created_at AS createdAt`;
const FINAL: ReadonlySet<string> = new Set(['CONFIRMED', 'REFUSED']);

export class OutboxCheck implements TrailCheck {
  /** Without `mac`, an entry about a command is believed whoever wrote it. */
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly findings: Findings,
    private readonly mac: EntryMac | undefined,
  ) {}

  async check(): Promise<void> {
    // what tells of commands seals nothing: it is looked for once, at the end
  }

  async finish(): Promise<void> {
    // a command that moves while it is looked at passes for no harm: before and after must say the same
    const before = await this.#told();
    const rows = await this.database.query<Row>(`SELECT ${COLUMNS} FROM outbox_command ORDER BY id`);
    const after = await this.#told();
    for (const row of rows) {
      const place = `outbox_command ${row.id}`;
      const [earlier, told] = [before.get(row.id), after.get(row.id)];
      before.delete(row.id);
      if (told === undefined || told.hash === null) this.findings.add('COMMAND_INSERTED', place);
      else if (!asksTheSame(row, told))
        this.findings.add('COMMAND_ALTERED', place, 'it asks for something else');
      else if (earlier?.turn === told.turn && told.state !== row.state)
        this.findings.add('COMMAND_ALTERED', place, `${row.state}, and ${String(told.state)} in the trail`);
    }
    for (const id of before.keys()) this.findings.add('COMMAND_DELETED', `outbox_command ${id}`);
  }

  /** By command, also what still waits for its place in the log. */
  async #told(): Promise<Map<string, Told>> {
    const told = new Map<string, Told>();
    // what waits is read first: what gets its place meanwhile is read twice rather than never
    const waiting = await this.database.query<{ id: string; body: string }>(
      `SELECT e.id, e.body FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
        WHERE e.body LIKE '{"action":"command.%'`,
    );
    const late = waiting.flatMap(({ id, body }) => this.#read(id, body));
    for (let after = 0; ;) {
      const rows = await this.database.query<{ seq: number; id: string; body: string }>(
        `SELECT i.seq, e.id, e.body FROM audit_index i JOIN audit_log l ON l.seq = i.seq
           JOIN audit_entry e ON e.id = l.entry_id
          WHERE i.act IN (${ACTS}) AND i.seq > ? ORDER BY i.seq LIMIT ${PAGE}`,
        [after],
      );
      for (const { id, body } of rows) for (const one of this.#read(id, body)) take(told, one);
      if (rows.length < PAGE) break;
      after = Number(rows.at(-1)?.seq);
    }
    for (const one of late) take(told, one);
    return told;
  }

  #read(id: string, body: string): AuditBody[] {
    return this.mac?.isOwn(body) === false ? [] : [readBody(id, body)];
  }
}

/** Steps of one command are counted, and read in any order: the last of them says where it stands. */
function take(told: Map<string, Told>, { action, at, facts }: AuditBody): void {
  const { command, hash, turn, state } = facts;
  if (typeof command !== 'string') return;
  const known = told.get(command) ?? { hash: null, at: Number.NaN, turn: 0, state: 'PENDING' };
  told.set(command, known);
  if (action === 'command.queue') {
    known.hash = hash;
    known.at = Date.parse(at);
  } else if (Number(turn) > known.turn) {
    known.turn = Number(turn);
    known.state = action === 'command.send' ? 'SENDING' : state;
  }
}

function asksTheSame(row: Row, { hash, at }: Told): boolean {
  if (row.hash !== hash || Math.abs(Number(row.createdAt) - at) > MOST_APART_MS) return false;
  try {
    const command = commandOf(row);
    // what is settled keeps the slot that its version of the product gave it
    const inItsSlot = FINAL.has(row.state) || row.slot === slotOf(command);
    return inItsSlot && matchesDigest(askedOf(row.proposalId, command), row.hash);
  } catch {
    return false;
  }
}
