/** Identity as the rest of the product sees it: who somebody is, what they may do now, and proof that they just showed it. */
import { type EntityManager, LessThan } from 'typeorm';
import { type Clock, systemClock } from '../../platform/clock';
import type { Config } from '../../platform/config';
import type { Database } from '../../platform/database/database';
import type { LocalizedText } from '../../platform/errors';
import { type AuditActor, SYSTEM_ACTOR } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { subjectSecret } from '../audit/subject-cipher';
import { RecordStore } from '../records/record-store';
import { type ClaimRules, replaceClaimGrants } from './claim-grants';
import { type ClaimsSource, mapLdapGroups } from './claims-mapping';
import { CodeFactors } from './code-factors';
import { Credentials, type Directory } from './credentials';
import { seedDemoPeople } from './demo-people';
import { requireOfficersRemain } from './disabling';
import { Enrolment } from './enrolment';
import { type Grant, Grants, type NewGrant, type Separation } from './grants';
import { StepUpTicketRow, UsedCodeRow } from './identity.entity';
import type { IdentityContext } from './identity-context';
import { IdentityDigest } from './identity-digest';
import { IdentitySeals } from './identity-seals';
import { identityKeyOf, ownIssuer } from './keys';
import { KnownCallers, type TokenRoles } from './known-callers';
import { LdapDirectory } from './ldap-directory';
import { NewAccounts } from './new-accounts';
import { Officers } from './officers';
import { OidcClient } from './oidc-client';
import { OidcSignIn, redirectUriOf } from './oidc-sign-in';
import { OwnAccount } from './own-account';
import { PasskeySignIn } from './passkey-sign-in';
import { Passkeys } from './passkeys';
import { type Eligibility, People } from './people';
import { Recoveries } from './recovery';
import { SecretBox } from './secret-box';
import { ServiceAccounts } from './service-accounts';
import { Sessions } from './sessions';
import { SignIn } from './sign-in';
import { StepUp } from './step-up';
import {
  type IssuedTicket,
  type NewTicket,
  type StepUpProof,
  StepUpTickets,
  type TicketUse,
} from './step-up-tickets';
import { Throttle } from './throttle';

/** Used tickets stay for a while, so that a question about one can be answered. */
const KEPT_TICKETS_MS = 24 * 60 * 60_000;

export interface IdentityOptions {
  readonly config: Config;
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
  readonly database: Database;
  readonly audit: AuditRecorder;
  /** What groups and claims mean. */
  readonly claims: ClaimsSource;
  /** Real time where it is not said: codes and tokens are worth nothing under another clock. */
  readonly clock?: Clock;
  /** Where passwords of `ldap` accounts are checked; the configured directory where it is not said. */
  readonly directory?: Directory;
  /** Roles that tokens of other issuers may bring; none where it is not said. */
  readonly tokenRoles?: TokenRoles;
  /** Roles that may not be held together; any may where it is not said. */
  readonly separation?: Separation;
}

export class IdentityService {
  readonly context: IdentityContext;
  readonly grants: Grants;
  readonly people: People;
  readonly sessions: Sessions;
  readonly factors: CodeFactors;
  readonly tickets: StepUpTickets;
  readonly signIn: SignIn;
  readonly stepUp: StepUp;
  readonly officers: Officers;
  readonly newAccounts: NewAccounts;
  readonly recoveries: Recoveries;
  readonly enrolment: Enrolment;
  readonly services: ServiceAccounts;
  readonly passkeySignIn: PasskeySignIn;
  readonly account: OwnAccount;
  /** Null where no OpenID provider is configured. */
  readonly oidc: OidcSignIn | null;
  readonly #throttle: Throttle;
  /** What tokens are worth now. */
  readonly callers: KnownCallers;

  constructor(private readonly options: IdentityOptions) {
    const context = contextOf(options);
    const directory = options.directory ?? directoryOf(options);
    const throttle = new Throttle(context);
    const separation = options.separation ?? nothingApart;
    const grants = new Grants(context, separation);
    const rules: ClaimRules = { grants, separation };
    const people = new People(context, grants);
    const sessions = new Sessions(context);
    const factors = new CodeFactors(context);
    const tickets = new StepUpTickets(context, subjectSecret(options.config));
    const credentials = new Credentials(context, throttle, factors, directory);
    const officers = new Officers(context, people, tickets);
    const signIn = new SignIn({
      ...{ context, credentials, sessions, grants },
      issuer: ownIssuer(options.config, context.clock),
      onDirectoryEntry: async (manager, person, entry, actor) => {
        const { ldap } = await options.claims.within(manager);
        const given = mapLdapGroups(entry.groups, ldap);
        await replaceClaimGrants(context, manager, person, given, actor, rules);
      },
    });
    const stepUp = new StepUp({ context, credentials, tickets });
    const enrolment = new Enrolment({ context, throttle, factors, sessions, signIn, directory });
    const passkeys = new Passkeys(context, options.config);
    this.#throttle = throttle;
    this.context = context;
    this.grants = grants;
    this.people = people;
    this.sessions = sessions;
    this.factors = factors;
    this.tickets = tickets;
    this.signIn = signIn;
    this.stepUp = stepUp;
    this.officers = officers;
    this.enrolment = enrolment;
    this.callers = new KnownCallers(context, grants, options.tokenRoles ?? noRoles);
    this.newAccounts = new NewAccounts(context, officers);
    this.recoveries = new Recoveries({ context, officers, factors, sessions, grants });
    this.services = new ServiceAccounts(context, throttle, signIn);
    this.passkeySignIn = new PasskeySignIn({ context, passkeys, signIn, stepUp, tickets, enrolment });
    this.oidc = this.#oidcSignIn(context, rules);
    this.account = new OwnAccount({ context, credentials, factors, sessions, tickets, officers });
  }

  #oidcSignIn(context: IdentityContext, rules: ClaimRules): OidcSignIn | null {
    const { config, claims } = this.options;
    const { oidc: settings, origin } = config.identity;
    if (settings === null) return null;
    const client = new OidcClient({ ...settings, redirectUri: redirectUriOf(origin) }, context.clock);
    const { signIn, stepUp } = this;
    return new OidcSignIn({ context, client, rules, signIn, stepUp, claims });
  }

  /** Makes the demo's people that are not there yet. Throws ConfigError outside demo mode. */
  async seedDemo(): Promise<void> {
    const { config, root } = this.options;
    await seedDemoPeople({ config, root, context: this.context, grants: this.grants });
  }

  /** Takes over rows from before they were sealed, once; every process does it before it asks for anybody. */
  async adopt(): Promise<number | null> {
    return await this.context.seals.adopt(this.context.database);
  }

  /** Closes grants that have run out, and forgets what no longer matters; returns how many grants it closed. */
  async sweep(): Promise<number> {
    const { database, clock } = this.context;
    const now = clock.now();
    await database.write(async (manager) => {
      await this.#throttle.forget(manager);
      await manager.delete(UsedCodeRow, { expiresAt: LessThan(now) });
      await manager.delete(StepUpTicketRow, { expiresAt: LessThan(now - KEPT_TICKETS_MS) });
    });
    return await database.write((manager) => this.grants.expire(manager, now, SYSTEM_ACTOR));
  }

  /** What a person may do at this moment, read in the given transaction. */
  eligibility(manager: EntityManager, person: string): Promise<Eligibility> {
    return this.people.eligibility(manager, person);
  }

  /** What a person may do who signed at most `withinMs` ago. */
  eligibilityOfSigner(manager: EntityManager, person: string, withinMs: number): Promise<Eligibility> {
    return this.people.eligibilityOfSigner(manager, person, withinMs);
  }

  /** Whether a role may stand beside those that the person holds: also one that is only lent to them. */
  async mayHold(manager: EntityManager, person: string, role: string): Promise<boolean> {
    return (await this.grants.rolesAgainst(manager, person, role, this.context.clock.now())).length === 0;
  }

  nameOf(manager: EntityManager, person: string): Promise<LocalizedText> {
    return this.people.nameOf(manager, person);
  }

  /** A ticket for a step-up that was just proved in this transaction. */
  issueTicket(manager: EntityManager, ticket: NewTicket): Promise<IssuedTicket> {
    return this.tickets.issue(manager, ticket);
  }

  /** Uses a ticket up. Thrown when it is not good for exactly this: STEP_UP_REQUIRED. */
  consumeTicket(manager: EntityManager, use: TicketUse): Promise<StepUpProof> {
    return this.tickets.consume(manager, use);
  }

  assignGrant(manager: EntityManager, grant: NewGrant, actor: AuditActor): Promise<string> {
    return this.grants.assign(manager, grant, actor);
  }

  /** Takes a role back. Thrown when it would leave fewer than two security officers: SIGN_OFF_NEEDED. */
  async revokeGrant(manager: EntityManager, id: string, actor: AuditActor, reason: string): Promise<boolean> {
    if (actor !== SYSTEM_ACTOR) await requireOfficersRemain(this.people, manager, id);
    return await this.grants.revoke(manager, id, actor, reason);
  }

  /** Closes grants that have run out; returns how many. */
  expireGrants(manager: EntityManager, now: number, actor: AuditActor): Promise<number> {
    return this.grants.expire(manager, now, actor);
  }

  listGrants(manager: EntityManager, filter?: { person?: string; inForceOnly?: boolean }): Promise<Grant[]> {
    return this.grants.list(manager, filter);
  }

  /** Grants in force that nobody has used since an instant. */
  unusedGrants(manager: EntityManager, since: number): Promise<Grant[]> {
    return this.grants.unused(manager, since);
  }
}

const noRoles: TokenRoles = () => Promise.resolve([]);
const nothingApart: Separation = () => Promise.resolve([]);

function directoryOf({ config, claims }: IdentityOptions): Directory | null {
  const { ldap } = config.identity;
  return ldap === null ? null : new LdapDirectory(ldap, async () => (await claims.current()).ldap);
}

/** The key of secrets is looked for when it is first needed: a process that only asks for grants has no use for it. */
function contextOf({ config, database, audit, clock }: IdentityOptions): IdentityContext {
  const state: { secrets?: SecretBox } = {};
  const records = new RecordStore(clock ?? systemClock, config.digestAlgorithm);
  return {
    database,
    audit,
    records,
    seals: new IdentitySeals({ audit, records, digest: new IdentityDigest(subjectSecret(config)) }),
    clock: clock ?? systemClock,
    get secrets() {
      return (state.secrets ??= new SecretBox(identityKeyOf(config)));
    },
  };
}
