/** Signing in with two components, staying signed in, and signing out. */
import type { EntityManager } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { actorOf, type AuditActor } from '../audit/audit-entry';
import type { Credentials, DirectoryEntry, TwoComponents } from './credentials';
import type { Grants } from './grants';
import type { SessionRow } from './identity.entity';
import { AccountRow, PersonRow, type SessionStage } from './identity.entity';
import { type Attempt, type IdentityContext, unknownActor } from './identity-context';
import { normalUserName } from './people';
import {
  ACCESS_TOKEN_MS,
  LONGEST_SESSION_MS,
  type OpenedSession,
  type Sessions,
  sessionOfRefresh,
} from './sessions';
import { issueToken, type TokenIssuer } from './token';

/** What a client gets when it has signed in. */
export interface SignedIn {
  readonly accessToken: string;
  /** Ms since the epoch. */
  readonly accessExpiresAt: number;
  /** Null where the session ends with its token. */
  readonly refreshToken: string | null;
  readonly session: string;
  readonly sessionExpiresAt: number;
  readonly stage: SessionStage;
  readonly account: string;
  readonly person: string | null;
}

export interface OpenFor {
  readonly account: AccountRow;
  readonly amr: readonly string[];
  readonly stage?: SessionStage;
  readonly lifetimeMs?: number;
  readonly refreshable?: boolean;
  readonly onBehalfOf?: string | null;
  readonly authTime?: number;
}

export interface SignInParts {
  readonly context: IdentityContext;
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  readonly grants: Grants;
  /** Null where this deployment keeps no accounts. */
  readonly issuer: TokenIssuer | null;
  /** Takes over what the directory says of a person. */
  readonly onDirectoryEntry: (
    manager: EntityManager,
    person: string,
    entry: DirectoryEntry,
    actor: AuditActor,
  ) => Promise<void>;
}

export class SignIn {
  constructor(private readonly parts: SignInParts) {}

  /** Thrown when anything is wrong, always alike: SIGN_IN_REFUSED. */
  async withPassword(given: TwoComponents, attempt: Attempt): Promise<SignedIn> {
    const judgement = await this.parts.credentials.judge(given, attempt, {
      work: async (manager, { account, person, factor, entry }) => {
        const actor = { ...unknownActor(account.userName, attempt), account: account.id, person: person.id };
        if (entry !== null) await this.parts.onDirectoryEntry(manager, person.id, entry, actor);
        const otp = factor.kind === 'hotp' ? ['otp', 'hwk'] : ['otp'];
        return await this.openFor(manager, { account, amr: ['pwd', ...otp] }, attempt);
      },
      refused: (manager, why) => this.refuse(manager, given.user, attempt, why),
    });
    if (!judgement.proven) throw new GatewayError('SIGN_IN_REFUSED');
    return await this.tokensOf(judgement.result);
  }

  /** A session to read with, for the demo alone: whoever asks gets it, and it proves nothing. */
  async asDemoUser(account: string, attempt: Attempt): Promise<SignedIn> {
    const { database } = this.parts.context;
    const opened = await database.write(async (manager) => {
      const row = await manager.findOneBy(AccountRow, { id: account, status: 'ACTIVE' });
      if (row === null) throw new GatewayError('SIGN_IN_REFUSED');
      return await this.openFor(manager, { account: row, amr: ['demo'], refreshable: false }, attempt);
    });
    return await this.tokensOf(opened, LONGEST_SESSION_MS);
  }

  /** Exchanges a refresh token. Thrown when it is not good, always alike: SIGN_IN_REFUSED. */
  async refresh(token: string, attempt: Attempt): Promise<SignedIn> {
    const { context, sessions } = this.parts;
    const done = await context.database.write(async (manager) => {
      const result = await sessions.refresh(manager, token);
      await context.audit.record(
        manager,
        result.kind === 'REFRESHED' ? actorOfSession(result.session, attempt) : unknownActor('', attempt),
        {
          action: result.kind === 'REUSED' ? 'session.revoke' : 'session.refresh',
          outcome: result.kind === 'REFRESHED' ? 'DONE' : result.kind === 'REUSED' ? 'DONE' : 'REFUSED',
          ...(result.kind === 'REFRESHED'
            ? { object: { type: 'session', id: result.session.id } }
            : { code: 'SIGN_IN_REFUSED', object: sessionObject(token) }),
          ...(result.kind === 'REUSED' ? { reason: 'a refresh token was used twice' } : {}),
        },
      );
      return result;
    });
    if (done.kind !== 'REFRESHED') throw new GatewayError('SIGN_IN_REFUSED');
    return await this.tokensOf(done);
  }

  /** Ends the caller's own session. */
  async signOut(caller: Caller, requestId: string): Promise<void> {
    const { context, sessions } = this.parts;
    await context.database.write(async (manager) => {
      if (!(await sessions.end(manager, caller.session))) return;
      await context.audit.record(manager, actorOf(caller, requestId), {
        action: 'session.signOut',
        outcome: 'DONE',
        object: { type: 'session', id: caller.session },
      });
    });
  }

  /** Opens a session for somebody who has proved who they are, and writes it down. */
  async openFor(manager: EntityManager, given: OpenFor, attempt: Attempt): Promise<OpenedSession> {
    const { context, sessions, grants } = this.parts;
    // whatever was proved, an account that SQL altered is nobody's
    const stands = await manager.findOneBy(AccountRow, { id: given.account.id });
    if ((await context.seals.checked(manager, AccountRow, stands)) === null)
      throw new GatewayError('SIGN_IN_REFUSED');
    const opened = await sessions.open(manager, {
      ...{ account: given.account, amr: given.amr, stage: given.stage ?? 'FULL' },
      ...{ client: attempt.client, language: attempt.language, onBehalfOf: given.onBehalfOf },
      ...{ lifetimeMs: given.lifetimeMs ?? LONGEST_SESSION_MS, refreshable: given.refreshable ?? true },
      authTime: given.authTime,
    });
    const { person } = given.account;
    if (person !== null)
      await grants.noteUse(manager, person, (await grants.effective(manager, person)).roles);
    await context.audit.record(manager, actorOfSession(opened.session, attempt, given.account.userName), {
      action: 'session.signIn',
      outcome: 'DONE',
      object: { type: 'session', id: opened.session.id },
      facts: { amr: [...given.amr], stage: opened.session.stage },
    });
    return opened;
  }

  /** Writes a refusal down, and the lock that came of it. */
  async refuse(
    manager: EntityManager,
    user: string,
    attempt: Attempt,
    why: { readonly account: AccountRow | null; readonly locks: boolean },
  ): Promise<void> {
    const { audit, secrets } = this.parts.context;
    const { account } = why;
    const actor = unknownActor(normalUserName(user).slice(0, 128), attempt);
    const object = account === null ? undefined : { type: 'account', id: account.id };
    // hashed under a key, so that alarms can tell one place from another, and nobody can read it
    const facts = { address: secrets.blind(`address ${attempt.address}`) };
    const act = { outcome: 'REFUSED', code: 'SIGN_IN_REFUSED', object, facts } as const;
    await audit.record(manager, actor, { ...act, action: 'session.signInRefused' });
    if (why.locks) await audit.record(manager, actor, { ...act, action: 'session.lockout' });
  }

  /** The tokens of an open session. Thrown where no accounts are kept: SIGN_IN_REFUSED. */
  async tokensOf(
    { session, refreshToken }: OpenedSession,
    lifetimeMs: number = ACCESS_TOKEN_MS,
  ): Promise<SignedIn> {
    const { context, issuer } = this.parts;
    if (issuer === null) throw new GatewayError('SIGN_IN_REFUSED');
    const now = context.clock.now();
    const lives = Math.max(1000, Math.min(lifetimeMs, session.expiresAt - now));
    const person =
      session.person === null
        ? null
        : await context.database.reader.findOneBy(PersonRow, { id: session.person });
    const name = (session.language === 'zh' ? person?.nameZh : person?.nameEn) ?? session.account;
    const kind = session.person === null ? 'service' : 'person';
    const accessToken = await issueToken(issuer, {
      // roles are not in the token: what its session may do is looked up with every request
      caller: {
        ...{ subject: session.account, person: session.person, name, kind, session: session.id },
        ...{ roles: [], sites: [], suppliers: [], client: session.client, onBehalfOf: session.onBehalfOf },
      },
      language: session.language,
      lifetimeMs: lives,
    });
    return {
      ...{ accessToken, accessExpiresAt: now + lives, refreshToken, session: session.id },
      ...{ sessionExpiresAt: session.expiresAt, stage: session.stage },
      ...{ account: session.account, person: session.person },
    };
  }
}

/** The session that a refused refresh token names; text that is no such token is kept nowhere. */
function sessionObject(token: string): { type: string; id: string } | undefined {
  const id = sessionOfRefresh(token);
  return id === null ? undefined : { type: 'session', id };
}

export function actorOfSession(session: SessionRow, attempt: Attempt, userName?: string): AuditActor {
  return {
    ...{ account: session.account, person: session.person, onBehalfOf: session.onBehalfOf },
    ...{ client: session.client, session: session.id, requestId: attempt.requestId },
    personal: { address: attempt.address, ...(userName === undefined ? {} : { userName }) },
  };
}
