/**
 * Holds the versions of source records to the digests that the audit trail keeps of their batches, and each to the
 * hash of its own content. Golden values are checked against these versions, so they must be the ones that were read.
 */
import type { SealingEntry } from '../controls/audit/verify/log-scan';
import type { TrailCheck } from '../controls/audit/verify/verify-trail';
import type { Findings } from '../controls/audit/verify/finding';
import { readBody } from '../controls/audit/index-entry';
import type { ReadOnlyDatabase } from '../platform/database/read-only';
import { batchDigest, versionHash } from './sync/batch-seal';

interface VersionRow {
  readonly record_pk: number;
  readonly version: number;
  readonly raw: string;
  readonly canonical: string;
  readonly hash: string;
  readonly void_reason: string | null;
}

interface BatchSeal {
  readonly batch: number;
  readonly rows: number;
  readonly digest: string;
}

const SHOWN = 100;

export class VersionCheck implements TrailCheck {
  #sealed = 0;
  readonly #batches = new Set<number>();

  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly findings: Findings,
  ) {}

  async check(entries: readonly SealingEntry[]): Promise<void> {
    for (const { seq, entryId, body } of entries) {
      const seal = sealOf(entryId, body);
      if (seal !== null) await this.#checkBatch(seq, seal);
    }
  }

  async finish(): Promise<void> {
    await this.#checkUnsealed();
    await this.#checkCurrent();
  }

  async #checkBatch(seq: number, { batch, digest, rows }: BatchSeal): Promise<void> {
    this.#batches.add(batch);
    const versions = await this.database.query<VersionRow>(
      `SELECT record_pk, version, raw, canonical, hash, void_reason FROM source_version
        WHERE batch_pk = ? ORDER BY record_pk, version`,
      [batch],
    );
    this.#sealed += versions.length;
    for (const one of versions) {
      if (versionHash(one.raw, one.canonical, one.void_reason) !== one.hash)
        this.findings.add('VERSION_ALTERED', `source_version ${one.record_pk} v${one.version}`);
    }
    const found = batchDigest(
      versions.map((one) => ({ recordPk: one.record_pk, version: one.version, hash: one.hash })),
    );
    if (found !== digest)
      this.findings.add(
        'VERSION_SET_DIFFERS',
        `source_version batch_pk ${batch}`,
        `sealed at seq ${seq} with ${rows} rows, now ${versions.length}`,
      );
  }

  /** Versions that belong to no batch of the trail; those of entries that still wait for their place are not told. */
  async #checkUnsealed(): Promise<void> {
    const waiting = await this.database.query<{ id: string; body: string }>(
      'SELECT e.id, e.body FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id',
    );
    for (const { id, body } of waiting) {
      const seal = sealOf(id, body);
      if (seal === null) continue;
      this.#batches.add(seal.batch);
      this.#sealed += seal.rows;
    }
    const [[total] = []] = await this.database.rows('SELECT COUNT(*) FROM source_version');
    if (Number(total) === this.#sealed) return;
    const groups = await this.database.query<{ batch_pk: number | null; n: number }>(
      'SELECT batch_pk, COUNT(*) AS n FROM source_version GROUP BY batch_pk',
    );
    for (const { batch_pk: batch, n } of groups)
      if (batch === null || !this.#batches.has(batch))
        this.findings.add('VERSION_UNSEALED', `source_version batch_pk ${batch ?? 'null'}`, `${n} rows`);
  }

  /** A record that was set back to an older version would give golden values that once were right. */
  async #checkCurrent(): Promise<void> {
    const rows = await this.database.query<{ pk: number }>(
      `SELECT r.pk FROM source_record r
         LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
         LEFT JOIN source_version n ON n.record_pk = r.pk AND n.version = r.version + 1
        WHERE v.record_pk IS NULL OR v.hash <> r.hash OR n.record_pk IS NOT NULL
           OR COALESCE(v.void_reason, '') <> COALESCE(r.void_reason, '')
        ORDER BY r.pk LIMIT ${SHOWN}`,
    );
    for (const { pk } of rows) this.findings.add('VERSION_NOT_CURRENT', `source_record ${pk}`);
  }
}

function sealOf(entryId: string, body: string): BatchSeal | null {
  const { action, facts } = readBody(entryId, body);
  if (action !== 'sync.batch') return null;
  const { batch, rows, digest } = facts;
  return typeof batch === 'number' && typeof rows === 'number' && typeof digest === 'string'
    ? { batch, rows, digest }
    : null;
}
