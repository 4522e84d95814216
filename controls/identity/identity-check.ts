/**
 * Holds rows of identity to the digests that the trail seals: an account, person, factor, grant or recovery that was
 * altered, put back, inserted or deleted by SQL is found and named. Reads only.
 */
import type { Findings } from '../audit/verify/finding';
import type { TrailCheck } from '../audit/verify/verify-trail';
import type { ReadOnlyDatabase } from '../../platform/database/read-only';
import { BINDINGS, type IdentityDigest, SEALED_KINDS, type SealedKind } from './identity-digest';

interface RecordRow {
  readonly record_id: string;
  readonly content: string;
}

export class IdentityCheck implements TrailCheck {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly findings: Findings,
    private readonly digest: IdentityDigest,
  ) {}

  async check(): Promise<void> {
    // that a record is what its entry seals is held elsewhere: here, the row to its newest record
  }

  async finish(): Promise<void> {
    for (const kind of SEALED_KINDS) await this.#checkKind(kind);
  }

  async #checkKind(kind: SealedKind): Promise<void> {
    const records = await this.database.query<RecordRow>(
      `SELECT r.record_id, r.content FROM regulated_record r JOIN (
         SELECT record_id AS id, MAX(version) AS newest FROM regulated_record WHERE record_type = ? GROUP BY record_id
       ) n ON n.id = r.record_id AND n.newest = r.version WHERE r.record_type = ?`,
      [kind, kind],
    );
    const sealed = new Map(records.map(({ record_id: id, content }) => [id, digestIn(content)]));
    const { table, columns } = BINDINGS[kind];
    const named = Object.entries(columns).map(([name, column]) => `${column} AS ${name}`);
    const rows = await this.database.query<Record<string, unknown> & { id: string }>(
      `SELECT id, ${named.join(', ')} FROM ${table} ORDER BY id`,
    );
    for (const row of rows) {
      const digest = sealed.get(row.id);
      const place = `${table} ${row.id}`;
      if (digest === undefined) this.findings.add('IDENTITY_INSERTED', place);
      else if (digest !== this.digest.of(kind, row.id, row)) this.findings.add('IDENTITY_ALTERED', place);
      sealed.delete(row.id);
    }
    for (const id of sealed.keys()) this.findings.add('IDENTITY_DELETED', `${table} ${id}`);
  }
}

function digestIn(content: string): unknown {
  try {
    return (JSON.parse(content) as { digest?: unknown } | null)?.digest;
  } catch {
    return null;
  }
}
