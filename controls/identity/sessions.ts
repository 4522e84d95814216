/**
 * Sessions: opened by a sign-in, ended by time, by their person, or by an officer. An access token lives ten minutes; a
 * refresh token is good once, and one that is used again ends its session, since one of the two users is a thief.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';

import type { AuditActor } from '../audit/audit-entry';
import { digestOf } from '../integrity/digest';
import { AccountRow, PersonRow, SessionRow, type SessionStage, UsedCodeRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';

export const ACCESS_TOKEN_MS = 10 * 60_000;
export const LONGEST_SESSION_MS = 8 * 60 * 60_000;

export interface NewSession {
  readonly account: AccountRow;
  readonly stage: SessionStage;
  readonly amr: readonly string[];
  readonly client: string | null;
  readonly language: 'en' | 'zh' | null;
  readonly lifetimeMs: number;
  /** False for what lives no longer than its first token. */
  readonly refreshable: boolean;
  readonly onBehalfOf?: string | null | undefined;
  /** When the person proved who they are; now where it is not said. */
  readonly authTime?: number | undefined;
}

export interface OpenedSession {
  readonly session: SessionRow;
  readonly refreshToken: string | null;
}

export interface SessionSummary {
  readonly id: string;
  readonly account: string;
  readonly person: string | null;
  readonly client: string | null;
  readonly amr: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
}

export type Refreshed =
  | { readonly kind: 'REFRESHED'; readonly session: SessionRow; readonly refreshToken: string }
  | { readonly kind: 'REFUSED' }
  /** The token was used before: the session was ended. */
  | { readonly kind: 'REUSED' };

export class Sessions {
  constructor(private readonly context: IdentityContext) {}

  async open(manager: EntityManager, given: NewSession): Promise<OpenedSession> {
    const now = this.context.clock.now();
    const id = randomUUID();
    const refreshToken = given.refreshable ? newRefreshToken(id) : null;
    const session: SessionRow = {
      ...{ id, account: given.account.id, person: given.account.person, stage: given.stage },
      ...{ amr: JSON.stringify(given.amr), authTime: given.authTime ?? now },
      ...{ client: given.client, language: given.language, onBehalfOf: given.onBehalfOf ?? null },
      refreshHash: null,
      ...{ createdAt: now, expiresAt: now + Math.min(given.lifetimeMs, LONGEST_SESSION_MS), revokedAt: null },
    };
    if (refreshToken !== null) session.refreshHash = this.#markOf(refreshToken, session);
    await manager.insert(SessionRow, session);
    return { session, refreshToken };
  }

  /** Exchanges a refresh token. Of two that exchange one at once, one succeeds and the session ends for both. */
  async refresh(manager: EntityManager, token: string): Promise<Refreshed> {
    const now = this.context.clock.now();
    const id = sessionOfRefresh(token);
    if (id === null) return { kind: 'REFUSED' };
    const codeHash = digestOf(token);
    const before = await manager.findOneBy(SessionRow, { id });
    if (before === null) return { kind: 'REFUSED' };
    const refreshHash = this.#markOf(token, before);
    const refreshToken = newRefreshToken(id);
    const done = await manager.update(
      SessionRow,
      { id, refreshHash, revokedAt: IsNull(), expiresAt: MoreThan(now) },
      { refreshHash: this.#markOf(refreshToken, before) },
    );
    if ((done.affected ?? 0) === 0) return await this.#judgeRefused(manager, id, codeHash);
    const session = await manager.findOneByOrFail(SessionRow, { id });
    if (!(await isHolderActive(manager, session, now))) return { kind: 'REFUSED' };
    await manager.insert(UsedCodeRow, { codeHash, session: id, expiresAt: session.expiresAt });
    return { kind: 'REFRESHED', session, refreshToken };
  }

  async #judgeRefused(manager: EntityManager, id: string, codeHash: string): Promise<Refreshed> {
    const used = await manager.findOneBy(UsedCodeRow, { codeHash, session: id });
    if (used === null || !(await this.#end(manager, id))) return { kind: 'REFUSED' };
    return { kind: 'REUSED' };
  }

  /** Ends a session at once. False when it had ended before. */
  async revoke(manager: EntityManager, id: string, actor: AuditActor, reason: string): Promise<boolean> {
    const session = await manager.findOneBy(SessionRow, { id });
    if (session === null || !(await this.#end(manager, id))) return false;
    await this.context.audit.record(manager, actor, {
      action: 'session.revoke',
      outcome: 'DONE',
      object: { type: 'session', id },
      reason,
      facts: { account: session.account },
    });
    return true;
  }

  /** Ends every session of a person, or of an account; returns how many. */
  async revokeAll(
    manager: EntityManager,
    of: { readonly person: string } | { readonly account: string },
    actor: AuditActor,
    reason: string,
  ): Promise<number> {
    const open = await manager.findBy(SessionRow, { ...of, revokedAt: IsNull() });
    for (const { id } of open) await this.revoke(manager, id, actor, reason);
    return open.length;
  }

  /** Ends the session for good; the caller writes why. */
  async end(manager: EntityManager, id: string): Promise<boolean> {
    return await this.#end(manager, id);
  }

  /** Sessions that are open now, newest first; of one person, or of everybody. */
  async list(manager: EntityManager, person?: string): Promise<SessionSummary[]> {
    const rows = await manager.find(SessionRow, {
      where: {
        ...(person === undefined ? {} : { person }),
        revokedAt: IsNull(),
        expiresAt: MoreThan(this.context.clock.now()),
      },
      order: { createdAt: 'DESC', id: 'ASC' },
      take: 200,
    });
    return rows.map(({ id, account, person: of, client, amr, createdAt, expiresAt }) => ({
      ...{ id, account, person: of, client, createdAt, expiresAt },
      amr: JSON.parse(amr) as string[],
    }));
  }

  /** Keyed, and over what the session says: a session that SQL wrote, or gave to another account, refreshes for nobody. */
  #markOf(token: string, row: SessionRow): string {
    const { id, account, person, stage, amr, authTime, client, onBehalfOf, expiresAt } = row;
    const said = [token, id, account, person, stage, amr, authTime, client, onBehalfOf, expiresAt];
    return this.context.secrets.blind(`session ${canonicalJson(said)}`);
  }

  async #end(manager: EntityManager, id: string): Promise<boolean> {
    const now = this.context.clock.now();
    const done = await manager.update(SessionRow, { id, revokedAt: IsNull() }, { revokedAt: now });
    if ((done.affected ?? 0) === 0) return false;
    await bumpEpoch(manager);
    return true;
  }
}

function newRefreshToken(session: string): string {
  return `${session}.${randomBytes(32).toString('base64url')}`;
}

/** The session that a refresh token names; null when it is none. */
export function sessionOfRefresh(token: string): string | null {
  return /^([\w-]{8,64})\.[\w-]{43}$/.exec(token)?.[1] ?? null;
}

async function isHolderActive(manager: EntityManager, session: SessionRow, now: number): Promise<boolean> {
  const account = await manager.findOneBy(AccountRow, { id: session.account });
  if (account?.status !== 'ACTIVE' && session.stage === 'FULL') return false;
  if (account === null || (account.expiresAt ?? Number.POSITIVE_INFINITY) <= now) return false;
  if (account.person === null) return true;
  return await manager.existsBy(PersonRow, { id: account.person, status: 'ACTIVE' });
}
