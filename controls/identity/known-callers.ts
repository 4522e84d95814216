/**
 * What a genuine token is worth now. On every request the sessions, accounts and grants are asked through one number,
 * the epoch, that rises with each change of them; only when it has risen are they read again. So what is revoked has no
 * effect from the very next request on, in every process.
 */
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { digestOf } from '../integrity/digest';
import type { Grants } from './grants';
import { AccountRow, PersonRow, SessionRow } from './identity.entity';
import { currentEpoch, type IdentityContext } from './identity-context';
import type { TokenClaims } from './token';

/** Tells who a verified token stands for now. */
export interface CallerSource {
  /** Thrown when the session, the account or the person may not act any more: UNAUTHENTICATED. */
  callerOf(claims: TokenClaims): Promise<Caller>;
}

/** Of some roles, those that a token of another issuer may bring: none of high risk, and none that is not published. */
export type TokenRoles = (roles: readonly string[]) => Promise<readonly string[]>;

interface Known {
  readonly epoch: number;
  readonly until: number;
  readonly caller: Caller;
}

const REMEMBERED = 5000;
/** Nobody is believed longer without being looked up again: whoever sets the epoch back by SQL keeps no right alive. */
const LOOKED_UP_MS = 30_000;
/** How long the answer of the access policy stands: another one may be published meanwhile. */
const POLICY_KEPT_MS = 1000;

export class KnownCallers implements CallerSource {
  readonly #known = new LRUCache<string, Known>({ max: REMEMBERED });

  constructor(
    private readonly context: IdentityContext,
    private readonly grants: Grants,
    private readonly tokenRoles: TokenRoles,
  ) {}

  async callerOf(claims: TokenClaims): Promise<Caller> {
    const epoch = await currentEpoch(this.context.database.reader);
    // no number, no answer: the tables are not what they should be
    if (Number.isNaN(epoch)) throw new GatewayError('UNAUTHENTICATED');
    const { subject, session } = claims.caller;
    // a token of another issuer speaks for itself, so two of one session may say different things
    const key = JSON.stringify(
      claims.builtIn ? [subject, session, claims.language] : [claims.issuer, claims.caller],
    );
    const known = this.#known.get(key);
    if (known?.epoch === epoch && this.context.clock.now() < known.until) return known.caller;
    const found = claims.builtIn ? await this.#ofSession(claims) : await this.#ofOtherIssuer(claims);
    this.#known.set(key, { epoch, ...found, until: Math.min(found.until, this.#now + LOOKED_UP_MS) });
    return found.caller;
  }

  async #ofSession({ caller, language }: TokenClaims): Promise<Omit<Known, 'epoch'>> {
    const session = await this.context.database.reader.findOneBy(SessionRow, { id: caller.session });
    if (session?.account !== caller.subject || session.stage !== 'FULL' || !isOpen(session, this.#now))
      throw new GatewayError('UNAUTHENTICATED');
    const { reader } = this.context.database;
    const account = await reader.findOneBy(AccountRow, { id: session.account });
    if (account === null) throw new GatewayError('UNAUTHENTICATED');
    // the token is signed and the row is not: where they differ, SQL changed the row
    if (session.client !== caller.client || session.onBehalfOf !== caller.onBehalfOf)
      throw new GatewayError('UNAUTHENTICATED');
    const found = await this.#ofAccount(account, caller, language);
    return { ...found, until: Math.min(found.until, session.expiresAt) };
  }

  /** Roles in the token count only for somebody whom we do not know ourselves. */
  async #ofOtherIssuer({ caller, issuer, language }: TokenClaims): Promise<Omit<Known, 'epoch'>> {
    const { reader } = this.context.database;
    const session = await reader.findOneBy(SessionRow, { id: caller.session });
    if (session !== null && session.revokedAt !== null) throw new GatewayError('UNAUTHENTICATED');
    const account = await reader.findOneBy(AccountRow, { externalKey: externalKey(issuer, caller.subject) });
    if (account !== null) return await this.#ofAccount(account, caller, language);
    // a person whom we do not know cannot be told from another one: they may read, but have no slot in a sign-off, and
    // no role that two people sign for here
    const roles = await this.tokenRoles(caller.roles);
    return { caller: Object.freeze({ ...caller, person: null, roles }), until: this.#now + POLICY_KEPT_MS };
  }

  async #ofAccount(
    account: AccountRow,
    caller: Caller,
    language: TokenClaims['language'],
  ): Promise<Omit<Known, 'epoch'>> {
    const { reader } = this.context.database;
    const { seals } = this.context;
    if ((await seals.checked(reader, AccountRow, account)) === null)
      throw new GatewayError('UNAUTHENTICATED');
    if (account.status !== 'ACTIVE' || (account.expiresAt ?? Number.POSITIVE_INFINITY) <= this.#now)
      throw new GatewayError('UNAUTHENTICATED');
    const accountEnds = account.expiresAt ?? Number.POSITIVE_INFINITY;
    const common = { ...caller, subject: account.id };
    if (account.kind === 'service') {
      const roles = JSON.parse(account.serviceRoles ?? '[]') as string[];
      const service = { ...common, kind: 'service' as const, person: null, roles };
      return { caller: Object.freeze(service), until: accountEnds };
    }
    const human = await reader.findOneBy(PersonRow, { id: account.person ?? '' });
    const person = await seals.checked(reader, PersonRow, human);
    if (person?.status !== 'ACTIVE') throw new GatewayError('UNAUTHENTICATED');
    const { roles, sites, suppliers, until } = await this.grants.effective(reader, person.id);
    const name = language === 'zh' ? person.nameZh : person.nameEn;
    const found = { ...common, kind: 'person' as const, person: person.id, name, roles, sites, suppliers };
    return { caller: Object.freeze(found), until: Math.min(until, accountEnds) };
  }

  get #now(): number {
    return this.context.clock.now();
  }
}

function isOpen(session: SessionRow, now: number): boolean {
  return session.revokedAt === null && session.expiresAt > now;
}

/** Key of an account that another issuer keeps. */
export function externalKey(issuer: string, subject: string): string {
  return digestOf(JSON.stringify([issuer, subject]));
}
