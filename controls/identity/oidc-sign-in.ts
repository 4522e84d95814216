/** Signing in, and stepping up, over an OpenID provider; what it says of groups becomes grants for one session. */
import type { EntityManager } from 'typeorm';
import { ConfigError, GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { digestOf } from '../integrity/digest';
import { timedId } from '../integrity/ids';
import { type ClaimRules, replaceClaimGrants } from './claim-grants';
import { type ClaimsSource, mapOidcClaims, type OidcClaims } from './claims-mapping';
import { AccountRow, PersonRow, SessionRow, UsedCodeRow } from './identity.entity';
import { type Attempt, type IdentityContext, unknownActor } from './identity-context';
import { externalKey } from './known-callers';
import type { IdToken, OidcChecks, OidcClient } from './oidc-client';
import type { SignedIn, SignIn } from './sign-in';
import { requirePerson, type StepUp } from './step-up';
import type { IssuedTicket } from './step-up-tickets';

const FLOW_MS = 10 * 60_000;
/** How old a proof may be that signs. */
const FRESH_S = 5 * 60;

interface Flow {
  readonly checks: OidcChecks;
  readonly expiresAt: number;
  /** Of a step-up: the session that it is for, and its purpose. */
  readonly stepUp: { readonly caller: Caller; readonly purpose: string } | null;
}

export interface OidcSignInParts {
  readonly context: IdentityContext;
  readonly client: OidcClient;
  readonly claims: ClaimsSource;
  readonly rules: ClaimRules;
  readonly signIn: SignIn;
  readonly stepUp: StepUp;
}

/** Where to send the person, and what their browser must bring back. */
export interface OidcStart {
  readonly url: string;
  readonly flow: string;
}

export class OidcSignIn {
  constructor(private readonly parts: OidcSignInParts) {}

  /** The provider that people come from. */
  get issuer(): string {
    return this.parts.client.issuer;
  }

  async start(): Promise<OidcStart> {
    return await this.#begin(null, null);
  }

  /** Asks the provider to prove the person anew, for one purpose. */
  async startStepUp(caller: Caller, purpose: string): Promise<OidcStart> {
    requirePerson(caller);
    return await this.#begin(FRESH_S, { caller, purpose });
  }

  /** Ends a flow with what came back: a session, or a ticket. Thrown when anything does not hold: SIGN_IN_REFUSED. */
  async finish(currentUrl: URL, sealedFlow: string, attempt: Attempt): Promise<SignedIn | IssuedTicket> {
    const { context, signIn } = this.parts;
    try {
      const flow = this.#open(sealedFlow);
      const token = await this.parts.client.redeem(currentUrl, flow.checks);
      requireSecondFactor(token, (await this.parts.claims.current()).oidc);
      return flow.stepUp === null
        ? await this.#signIn(flow, token, attempt)
        : await this.#stepUp(flow, flow.stepUp, token, attempt);
    } catch (error) {
      await context.database.write((manager) =>
        signIn.refuse(manager, 'oidc', attempt, { account: null, locks: false }),
      );
      throw error;
    }
  }

  async #signIn(flow: Flow, token: IdToken, attempt: Attempt): Promise<SignedIn> {
    const { context, signIn } = this.parts;
    const opened = await context.database.write(async (manager) => {
      await this.#useUp(manager, flow);
      const { oidc: claims } = await this.parts.claims.within(manager);
      const account = await this.#account(manager, token, claims);
      const person = await manager.findOneBy(PersonRow, { id: account?.person ?? '' });
      if (account?.status !== 'ACTIVE' || person?.status !== 'ACTIVE')
        throw new GatewayError('SIGN_IN_REFUSED');
      const actor = { ...unknownActor('', attempt), account: account.id, person: person.id };
      const given = mapOidcClaims(token.claims, claims);
      await replaceClaimGrants(context, manager, person.id, given, actor, this.parts.rules);
      const amr = ['oidc', ...token.amr];
      const authTime = token.authTime ?? context.clock.now();
      return await signIn.openFor(manager, { account, amr, authTime }, attempt);
    });
    return await signIn.tokensOf(opened);
  }

  async #stepUp(
    flow: Flow,
    { caller, purpose }: { caller: Caller; purpose: string },
    token: IdToken,
    attempt: Attempt,
  ): Promise<IssuedTicket> {
    const { context, stepUp } = this.parts;
    const person = requirePerson(caller);
    return await context.database.write(async (manager) => {
      await this.#useUp(manager, flow);
      const account = await manager.findOneBy(AccountRow, {
        externalKey: externalKey(token.issuer, token.subject),
      });
      const session = await manager.findOneBy(SessionRow, { id: caller.session, account: caller.subject });
      if (account?.person !== person || account.status !== 'ACTIVE' || session?.revokedAt !== null)
        throw new GatewayError('SIGN_IN_REFUSED');
      return await stepUp.issue(
        manager,
        caller,
        { person, purpose, methods: ['oidc', ...token.amr] },
        attempt,
      );
    });
  }

  async #account(manager: EntityManager, token: IdToken, claims: OidcClaims): Promise<AccountRow | null> {
    const key = externalKey(token.issuer, token.subject);
    const known = await manager.findOneBy(AccountRow, { externalKey: key });
    if (known !== null || !claims.provision) return known;
    const now = this.parts.context.clock.now();
    const [person, id] = [timedId(now), timedId(now)];
    const said = token.claims[claims.nameClaim];
    const name = (typeof said === 'string' ? said : token.subject).slice(0, 200);
    await this.parts.context.seals.insert(manager, PersonRow, {
      id: person,
      nameEn: name,
      nameZh: name,
      status: 'ACTIVE',
      createdAt: now,
    });
    const account: AccountRow = {
      ...{
        id,
        person,
        kind: 'oidc',
        userName: `oidc:${key.slice(7, 39)}`,
        secretHash: null,
        externalKey: key,
      },
      ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: now },
    };
    await this.parts.context.seals.insert(manager, AccountRow, account);
    await this.parts.context.audit.record(
      manager,
      {
        ...unknownActor('', { requestId: '', address: '', client: null, language: null }),
        account: id,
        person,
        personal: { name },
      },
      {
        action: 'account.create',
        outcome: 'DONE',
        object: { type: 'account', id },
        reason: 'first sign-in over OIDC',
      },
    );
    return account;
  }

  async #begin(maxAgeS: number | null, stepUp: Flow['stepUp']): Promise<OidcStart> {
    const { client, claims, context } = this.parts;
    const { url, checks } = await client.begin(maxAgeS, (await claims.current()).oidc.acr);
    const flow: Flow = { checks, stepUp, expiresAt: context.clock.now() + FLOW_MS };
    return { url, flow: context.secrets.seal(JSON.stringify(flow), 'oidc') };
  }

  #open(sealed: string): Flow {
    try {
      const flow = JSON.parse(this.parts.context.secrets.open(sealed, 'oidc')) as Flow;
      if (flow.expiresAt > this.parts.context.clock.now()) return flow;
    } catch (error) {
      throw new GatewayError('SIGN_IN_REFUSED', undefined, {}, error);
    }
    throw new GatewayError('SIGN_IN_REFUSED');
  }

  async #useUp(manager: EntityManager, { checks, expiresAt }: Flow): Promise<void> {
    const codeHash = digestOf(`oidc ${checks.state}`);
    if (await manager.existsBy(UsedCodeRow, { codeHash })) throw new GatewayError('SIGN_IN_REFUSED');
    await manager.insert(UsedCodeRow, { codeHash, session: null, expiresAt });
  }
}

/** Throws ConfigError when the deployment's origin is not known. */
export function redirectUriOf(origin: string | null): string {
  if (origin === null) throw new ConfigError(['LOTGRAPH_ORIGIN must be set for signing in over OIDC']);
  return `${origin}/auth/oidc/callback`;
}

function requireSecondFactor({ acr, amr }: IdToken, claims: OidcClaims): void {
  const acrFits = claims.acr.length === 0 || (acr !== null && claims.acr.includes(acr));
  const amrFits = claims.amr.length === 0 || amr.some((method) => claims.amr.includes(method));
  if (!acrFits || !amrFits) throw new GatewayError('SIGN_IN_REFUSED');
}
