/**
 * Holds grants of roles to the entries that gave them: a role that somebody wrote into the table, widened, or brought
 * back by SQL is found and named. Reads only.
 */
import type { AuditBody } from '../audit/index-entry';
import { readBody } from '../audit/index-entry';
import type { Findings } from '../audit/verify/finding';
import type { TrailCheck } from '../audit/verify/verify-trail';
import type { ReadOnlyDatabase } from '../../platform/database/read-only';

interface GrantRow {
  readonly id: string;
  readonly person: string;
  readonly role_name: string;
  readonly source: string;
  readonly sites: string;
  readonly suppliers: string;
  readonly expires_at: number | string | null;
}

const ASSIGN = 'grant.assign';

export class GrantCheck implements TrailCheck {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly findings: Findings,
  ) {}

  async check(): Promise<void> {
    // what gives a role seals nothing: it is looked for once, at the end
  }

  async finish(): Promise<void> {
    // ends are read before the grants, and beginnings after them: what happens meanwhile passes for no harm
    const { ended } = await this.#entries();
    const grants = await this.database.query<GrantRow>(
      'SELECT id, person, role_name, source, sites, suppliers, expires_at FROM role_grant WHERE revoked_at IS NULL',
    );
    const { given } = await this.#entries();
    for (const grant of grants) {
      const place = `role_grant ${grant.id}`;
      const entry = given.get(grant.id);
      const what = `${grant.role_name} for person ${grant.person}`;
      if (entry === undefined) this.findings.add('GRANT_INSERTED', place, what);
      else if (!fits(grant, entry) || ended.has(grant.id)) this.findings.add('GRANT_ALTERED', place, what);
    }
  }

  /** What the trail says of grants, also where it still waits for its place. */
  async #entries(): Promise<{ given: Map<string, AuditBody>; ended: Set<string> }> {
    const rows = await this.database.query<{ id: string; body: string }>(
      `SELECT e.id, e.body FROM audit_index i JOIN audit_log l ON l.seq = i.seq JOIN audit_entry e ON e.id = l.entry_id
        WHERE i.act IN ('${ASSIGN}', 'grant.revoke', 'grant.expire')
       UNION ALL SELECT e.id, e.body FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id`,
    );
    const given = new Map<string, AuditBody>();
    const ended = new Set<string>();
    for (const { id, body } of rows) {
      const entry = readBody(id, body);
      const { grant } = entry.facts;
      if (typeof grant !== 'string' || !entry.action.startsWith('grant.')) continue;
      if (entry.action === ASSIGN) given.set(grant, entry);
      else ended.add(grant);
    }
    return { given, ended };
  }
}

function fits(grant: GrantRow, { object, changes, facts }: AuditBody): boolean {
  const same = (stored: string, said: unknown): boolean => stored === JSON.stringify(said ?? []);
  return (
    object?.id === grant.person &&
    changes.some(({ field, after }) => field === 'role' && after === grant.role_name) &&
    same(grant.sites, facts['sites']) &&
    same(grant.suppliers, facts['suppliers']) &&
    (grant.source === 'CLAIM') === (facts['source'] === 'CLAIM') &&
    // a claim is prolonged with each sign-in, without an entry of its own
    (grant.source === 'CLAIM' || (facts['expiresAt'] ?? null) === numberOf(grant.expires_at))
  );
}

const numberOf = (value: number | string | null): number | null => (value === null ? null : Number(value));
