/**
 * The verification of a trail: what the database holds against its own hashes, the signatures of its checkpoints, and
 * what witnesses outside of it saw. Reads only, and needs no secret: a public key, and if possible a witness.
 */
import { groupBy } from '../../../platform/collections';
import type { ReadOnlyDatabase } from '../../../platform/database/read-only';
import { type DigestAlgorithm, DIGEST_ALGORITHMS } from '../../integrity/digest';
import { checkSignature, type PublicKeys } from '../../integrity/signature';
import { type Checkpoint, checkpointText, readCheckpoint } from '../checkpoint';
import { Findings, type IntegrityFinding } from './finding';
import type { EntryMac } from '../entry-mac';
import { LogScan, type LogState, type SealingEntry } from './log-scan';
import { RecordCheck } from './record-check';
import type { ThreadUse } from './scan-threads';

/** A checkpoint that somebody outside the database kept. */
export interface Witness {
  /** File and line, or the like. */
  readonly place: string;
  readonly checkpoint: Checkpoint;
}

export interface VerifyOptions {
  readonly database: ReadOnlyDatabase;
  readonly keys: PublicKeys;
  readonly witnesses: readonly Witness[];
  /** True where the witnesses are all that the deployment's sinks got, so that none may be missing there. */
  readonly allWitnessed?: boolean;
  /** Checks what other parts bind to the trail, entry by entry and then once at the end. */
  readonly others?: readonly TrailCheck[];
  readonly onProgress?: (seq: number) => void;
  /** With it, entries that the product did not write are found too; it takes a secret of the deployment. */
  readonly mac?: EntryMac | undefined;
  /** A long trail is walked in several threads; in one when left out. */
  readonly threads?: ThreadUse | undefined;
  /** Places of a page are this power of two. */
  readonly pageLevel?: number | undefined;
}

/** A part of the product that binds its rows to the trail. */
export interface TrailCheck {
  check(entries: readonly SealingEntry[]): Promise<void>;
  finish(): Promise<void>;
}

export interface VerifyReport {
  readonly logId: string | null;
  readonly size: number;
  readonly root: string | null;
  /** Size up to which a valid signature vouches for the log. */
  readonly signedSize: number;
  readonly checkpoints: number;
  readonly witnesses: number;
  /** Entries that wait for their place: what nothing vouches for yet. */
  readonly pending: number;
  readonly records: number;
  readonly findings: readonly IntegrityFinding[];
}

/** Sinks that cannot be reached get what they missed later; for so long it is no harm. */
const WITNESSED_WITHIN_MS = 10 * 60_000;

interface HeadRow {
  readonly log_id: string;
  readonly algorithm: string;
  readonly tree_size: number;
  readonly chain_hash: string;
  readonly frontier: string;
}

interface Expectation extends Witness {
  readonly fromTable: boolean;
}

/** Verifies the whole trail. Rejects only when the database cannot be read; all else is a finding. */
export async function verifyTrail(options: VerifyOptions, findings = new Findings()): Promise<VerifyReport> {
  return await new TrailVerification(options, findings).run();
}

class TrailVerification {
  #head: HeadRow | null = null;
  #signedSize = 0;
  #lastGood = 0;

  constructor(
    private readonly options: VerifyOptions,
    private readonly findings: Findings,
  ) {}

  async run(): Promise<VerifyReport> {
    const { database, witnesses } = this.options;
    const [head] = await database.query<HeadRow>(
      'SELECT log_id, algorithm, tree_size, chain_hash, frontier FROM audit_head WHERE pk = 1',
    );
    this.#head = head ?? null;
    const stored = await this.#storedCheckpoints();
    const expectations = [...stored, ...witnesses.map((one) => ({ ...one, fromTable: false }))]
      .filter((one) => this.#isTrusted(one))
      .sort((a, b) => a.checkpoint.treeSize - b.checkpoint.treeSize);
    const records = new RecordCheck(database, this.findings);
    const end = await this.#scan(expectations, [records, ...(this.options.others ?? [])]);
    this.#checkEnd(end, expectations);
    this.#checkMissingCheckpoints(stored);
    if (this.options.allWitnessed === true) this.#checkUnwitnessed(stored);
    const pending = await this.#checkUnsequenced(end.size);
    return {
      ...{ logId: head?.log_id ?? null, size: end.size, root: end.root, signedSize: this.#signedSize },
      ...{ checkpoints: stored.length, witnesses: witnesses.length, pending, records: records.sealed },
      findings: this.findings.list,
    };
  }

  async #scan(expectations: readonly Expectation[], checks: readonly TrailCheck[]): Promise<LogState> {
    const { database, onProgress, mac, threads, pageLevel } = this.options;
    const bySize = groupBy(expectations, (one) => one.checkpoint.treeSize);
    const scan = new LogScan({
      ...{ database, onProgress, mac, threads, pageLevel },
      ...{ findings: this.findings, algorithm: this.#algorithm() },
      checkpoints: expectations.map(({ checkpoint }) => checkpoint),
      onStop: (state) => this.#compare(state, bySize.get(state.size) ?? []),
      onSealing: async (entries) => {
        for (const check of checks) await check.check(entries);
      },
    });
    const end = await scan.run();
    for (const check of checks) await check.finish();
    return end;
  }

  #algorithm(): DigestAlgorithm {
    return DIGEST_ALGORITHMS.find((one) => one === this.#head?.algorithm) ?? 'sha256';
  }

  async #storedCheckpoints(): Promise<Expectation[]> {
    const rows = await this.options.database.query<Record<string, unknown>>(
      `SELECT tree_size AS treeSize, log_id AS logId, root, chain_hash AS chainHash, at, signature
         FROM audit_checkpoint ORDER BY tree_size`,
    );
    return rows.flatMap((row) => {
      const place = `audit_checkpoint tree_size ${String(row['treeSize'])}`;
      const checkpoint = readCheckpoint(row);
      if (checkpoint !== null) return [{ place, checkpoint, fromTable: true }];
      this.findings.add('CHECKPOINT_SIGNATURE', place, 'it is not a checkpoint');
      return [];
    });
  }

  /** Only what is signed with a key that the caller trusts is held against the log. */
  #isTrusted({ checkpoint, place }: Expectation): boolean {
    const verdict = checkSignature(checkpointText(checkpoint), checkpoint.signature, this.options.keys);
    if (verdict === 'UNKNOWN_KEY') this.findings.add('CHECKPOINT_UNKNOWN_KEY', place);
    else if (verdict !== 'VALID') this.findings.add('CHECKPOINT_SIGNATURE', place);
    if (verdict !== 'VALID') return false;
    if (this.#head !== null && checkpoint.logId !== this.#head.log_id) {
      this.findings.add('OTHER_LOG', place, `log ${checkpoint.logId}`);
      return false;
    }
    return true;
  }

  #compare(state: LogState, expectations: readonly Expectation[]): void {
    // with places missing no root can be made, and the gap itself is told already
    if (state.root === null) return;
    for (const { checkpoint, place, fromTable } of expectations) {
      if (checkpoint.root === state.root && checkpoint.chainHash === state.chainHash) {
        this.#signedSize = Math.max(this.#signedSize, state.size);
        continue;
      }
      const range = `audit_log seq ${this.#lastGood + 1} to ${state.size}`;
      this.findings.add(fromTable ? 'CHECKPOINT_MISMATCH' : 'FORKED', place, `look at ${range}`);
    }
    if (this.#signedSize === state.size) this.#lastGood = state.size;
  }

  #checkEnd(end: LogState, expectations: readonly Expectation[]): void {
    const beyond = expectations.filter((one) => one.checkpoint.treeSize > end.size);
    const farthest = beyond.at(-1);
    if (farthest !== undefined) {
      const { treeSize, at } = farthest.checkpoint;
      const detail = `signed with ${treeSize} entries at ${new Date(at).toISOString()}: ${farthest.place}`;
      this.findings.add('TRUNCATED', `audit_log seq ${end.size + 1} to ${treeSize}`, detail);
    }
    if (this.#head === null) {
      if (end.size > 0) this.findings.add('HEAD_ALTERED', 'audit_head pk 1', 'it is gone');
      return;
    }
    const { tree_size: size, chain_hash: chainHash, frontier } = this.#head;
    const fits =
      size === end.size &&
      (size === 0 || chainHash === end.chainHash) &&
      (end.root === null || frontier === JSON.stringify(end.frontier));
    if (!fits)
      this.findings.add('HEAD_ALTERED', 'audit_head pk 1', `it says ${size}, the log has ${end.size}`);
  }

  /** What a witness got was in the table once. */
  #checkMissingCheckpoints(stored: readonly Expectation[]): void {
    const signatures = new Map(stored.map(({ checkpoint }) => [checkpoint.treeSize, checkpoint.signature]));
    for (const { checkpoint, place } of this.options.witnesses)
      if (checkpoint.logId === this.#head?.log_id && !signatures.has(checkpoint.treeSize))
        this.findings.add('CHECKPOINT_MISSING', `audit_checkpoint tree_size ${checkpoint.treeSize}`, place);
  }

  /** What the table has and no witness got: it was kept from the sinks, or signed by whoever has the key. */
  #checkUnwitnessed(stored: readonly Expectation[]): void {
    const seen = new Set(this.options.witnesses.map(({ checkpoint }) => checkpoint.signature));
    const newestSeen = this.options.witnesses.reduce(
      (most, { checkpoint }) => Math.max(most, checkpoint.treeSize),
      0,
    );
    const newest = stored.at(-1)?.checkpoint.at ?? 0;
    for (const { checkpoint, place } of stored) {
      const due = checkpoint.treeSize < newestSeen || checkpoint.at < newest - WITNESSED_WITHIN_MS;
      if (due && !seen.has(checkpoint.signature)) this.findings.add('CHECKPOINT_UNWITNESSED', place);
    }
  }

  /** Entries without a place; resolves to how many wait for one. Counts first: the join costs as much as the scan. */
  async #checkUnsequenced(size: number): Promise<number> {
    const { database } = this.options;
    const count = async (table: string): Promise<number> =>
      Number((await database.rows(`SELECT COUNT(*) FROM ${table}`))[0]?.[0] ?? 0);
    const gone = await database.query<{ entry_id: string }>(
      `SELECT p.entry_id FROM audit_pending p LEFT JOIN audit_entry e ON e.id = p.entry_id
        WHERE e.id IS NULL ORDER BY p.entry_id LIMIT 100`,
    );
    for (const { entry_id: id } of gone) this.findings.add('ENTRY_DELETED', `audit_pending entry ${id}`);
    const pending = await count('audit_pending');
    if ((await count('audit_entry')) !== (await count('audit_log')) + pending) await this.#findUnsequenced();
    const indexed = await count('audit_index');
    if (indexed !== size)
      this.findings.add('INDEX_DIFFERS', 'audit_index', `${indexed} rows, ${size} entries`);
    const [changes] = await database.rows('SELECT COALESCE(SUM(change_count), 0) FROM audit_index');
    const found = await count('audit_change');
    if (found !== Number(changes?.[0]))
      this.findings.add('INDEX_DIFFERS', 'audit_change', `${found} rows, ${String(changes?.[0])} changes`);
    return pending;
  }

  async #findUnsequenced(): Promise<void> {
    const rows = await this.options.database.query<{ id: string }>(
      `SELECT e.id FROM audit_entry e
         LEFT JOIN audit_log l ON l.entry_id = e.id LEFT JOIN audit_pending p ON p.entry_id = e.id
        WHERE l.seq IS NULL AND p.entry_id IS NULL ORDER BY e.id LIMIT 101`,
    );
    for (const { id } of rows) this.findings.add('ENTRY_UNSEQUENCED', `audit_entry ${id}`);
  }
}
