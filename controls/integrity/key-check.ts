/** Holds the table of public keys to what vouches for them: a key that was slipped in is found and named. Reads only. */
import type { EntryMac } from '../audit/entry-mac';
import { readBody } from '../audit/index-entry';
import type { Findings } from '../audit/verify/finding';
import type { TrailCheck } from '../audit/verify/verify-trail';
import type { ReadOnlyDatabase } from '../../platform/database/read-only';
import { readable } from './signature';

/** Act by which a key is told of. */
export const KEY_USED = 'audit.keyUsed';

export class KeyCheck implements TrailCheck {
  /**
   * `trusted` holds the ids of keys that are known without the database. Without `mac`, an entry about a key is believed
   * whoever wrote it.
   */
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly findings: Findings,
    private readonly trusted: ReadonlySet<string>,
    private readonly mac: EntryMac | undefined,
  ) {}

  async check(): Promise<void> {
    // what tells of a key seals nothing: it is looked for once, at the end
  }

  async finish(): Promise<void> {
    const rows = await this.database.query<{ key_id: string; purpose: string; public_key: string }>(
      'SELECT key_id, purpose, public_key FROM integrity_key ORDER BY key_id',
    );
    const told = await this.#told();
    for (const { key_id: id, purpose, public_key: pem } of rows) {
      const place = `integrity_key ${id}`;
      // the row's own id means nothing: it is the key's fingerprint that is trusted
      const [found] = [...readable([pem]).keys()];
      if (found !== id) this.findings.add('KEY_INSERTED', place, 'it is not the key that it is named after');
      else if (!this.trusted.has(id) && !told.has(`${purpose} ${id}`))
        this.findings.add('KEY_INSERTED', place, `for ${purpose}`);
    }
  }

  /** Purpose and id of keys that the trail tells of, also where it still waits for its place. */
  async #told(): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ id: string; body: string }>(
      `SELECT e.id, e.body FROM audit_index i JOIN audit_log l ON l.seq = i.seq
         JOIN audit_entry e ON e.id = l.entry_id WHERE i.act = '${KEY_USED}'
       UNION ALL SELECT e.id, e.body FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id`,
    );
    const own = rows
      .filter(({ body }) => this.mac?.isOwn(body) ?? true)
      .map(({ id, body }) => readBody(id, body));
    return new Set(
      own.flatMap(({ action, facts, object }) => {
        const { purpose } = facts;
        return action === KEY_USED && typeof purpose === 'string' && object !== null
          ? [`${purpose} ${object.id}`]
          : [];
      }),
    );
  }
}
