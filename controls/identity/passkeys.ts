/**
 * Passkeys (WebAuthn), always with user verification: having the key and a PIN or finger are two components in one.
 * They are bound to the deployment's origin, and browsers offer them only where that is https or localhost.
 */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { EntityManager } from 'typeorm';
import { type Config } from '../../platform/config';
import { GatewayError, InvalidInputError } from '../../platform/errors';
import type { AuditActor } from '../audit/audit-entry';
import { digestOf } from '../integrity/digest';
import { timedId } from '../integrity/ids';
import { FactorRow, UsedCodeRow } from './identity.entity';
import type { IdentityContext } from './identity-context';

const CHALLENGE_MS = 5 * 60_000;
const RP_NAME = 'LotGraph';

/** What a challenge was given out for; sealed, so that it comes back unaltered. */
export interface PasskeyFlow {
  readonly use: 'enrol' | 'signIn' | 'stepUp';
  readonly person: string;
  /** Session that it was given out to; empty when signing in. */
  readonly session: string;
  /** What a step-up is for. */
  readonly purpose: string;
}

interface SealedFlow extends PasskeyFlow {
  readonly challenge: string;
  readonly expiresAt: number;
}

export interface PasskeyOptions {
  /** For navigator.credentials. */
  readonly options: object;
  /** To be sent back with the answer. */
  readonly flow: string;
}

interface StoredKey {
  readonly publicKey: string;
  readonly transports: readonly string[];
}

export class Passkeys {
  readonly #origin: URL;

  constructor(
    private readonly context: IdentityContext,
    config: Config,
  ) {
    this.#origin = new URL(config.identity.origin ?? `http://localhost:${config.port}`);
  }

  /** Why passkeys cannot be used here, in words for an operator; null where they can. */
  get unavailable(): string | null {
    const { protocol, hostname } = this.#origin;
    if (hostname === 'localhost' || (protocol === 'https:' && !/^[\d.]+$|^\[/.test(hostname))) return null;
    return `Passkeys need an https origin with a host name, or localhost; LOTGRAPH_ORIGIN is ${this.#origin.origin}.`;
  }

  async enrolOptions(
    who: { readonly person: string; readonly userName: string; readonly name: string },
    session: string,
  ): Promise<PasskeyOptions> {
    this.#requireAvailable();
    const known = await this.#keysOf(this.context.database.reader, who.person);
    const options = await generateRegistrationOptions({
      ...{ rpName: RP_NAME, rpID: this.#origin.hostname, userName: who.userName, userDisplayName: who.name },
      userID: new Uint8Array(Buffer.from(digestOf(who.person).slice(7, 7 + 64), 'hex')),
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId ?? '' })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    });
    const flow = { use: 'enrol', person: who.person, session, purpose: '' } as const;
    return { options, flow: this.#seal(flow, options.challenge) };
  }

  /** Checks the new key. Thrown when it is not an answer to the flow: SIGN_IN_REFUSED. */
  async checkEnrolment(flow: string, response: unknown, session: string): Promise<NewPasskey> {
    const opened = this.#open(flow, { use: 'enrol', session });
    const verified = await verifyRegistrationResponse({
      response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
      ...this.#expected(opened),
    }).catch(refuse);
    if (!verified.verified) return refuse();
    const { credential } = verified.registrationInfo;
    const key: StoredKey = {
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      transports: credential.transports ?? [],
    };
    return {
      flow: opened,
      credentialId: credential.id,
      details: JSON.stringify(key),
      counter: credential.counter,
    };
  }

  /** Adds a key that was checked, in the given transaction. */
  async add(manager: EntityManager, key: NewPasskey, actor: AuditActor): Promise<string> {
    await this.#useUp(manager, key.flow);
    const now = this.context.clock.now();
    const id = timedId(now);
    const { person } = key.flow;
    if (await manager.existsBy(FactorRow, { credentialId: key.credentialId }))
      throw new InvalidInputError('This passkey is enrolled already.', { field: 'response' });
    await this.context.seals.insert(manager, FactorRow, {
      ...{ id, person, kind: 'webauthn', status: 'ACTIVE', sealedSecret: null, createdAt: now },
      ...{ credentialId: key.credentialId, details: key.details, lastUsed: key.counter },
    });
    await this.context.audit.record(manager, actor, {
      ...{ action: 'factor.enrol', outcome: 'DONE', object: { type: 'person', id: person } },
      facts: { factor: id, kind: 'webauthn' },
    });
    return id;
  }

  /** A challenge; with keys that nobody has where the person has none, so that nothing is learnt from asking. */
  async proveOptions(given: PasskeyFlow): Promise<PasskeyOptions> {
    this.#requireAvailable();
    const keys = await this.#keysOf(this.context.database.reader, given.person);
    const decoy = this.context.secrets.blind(`passkey ${given.person}`).slice(12);
    const options = await generateAuthenticationOptions({
      rpID: this.#origin.hostname,
      userVerification: 'required',
      allowCredentials:
        keys.length === 0 ? [{ id: decoy }] : keys.map(({ credentialId }) => ({ id: credentialId ?? '' })),
    });
    return { options, flow: this.#seal(given, options.challenge) };
  }

  /** Checks an answer to a challenge. Thrown when it does not hold: SIGN_IN_REFUSED. */
  async check(
    flow: string,
    response: unknown,
    expected: Pick<PasskeyFlow, 'use' | 'session'>,
  ): Promise<ProvenPasskey> {
    const opened = this.#open(flow, expected);
    const id = (response as { id?: unknown } | null)?.id;
    const keys = await this.#keysOf(this.context.database.reader, opened.person);
    const factor = keys.find(({ credentialId }) => credentialId === id);
    if (factor === undefined) return refuse();
    const stored = JSON.parse(factor.details ?? '{}') as StoredKey;
    const publicKey = new Uint8Array(Buffer.from(stored.publicKey, 'base64url'));
    const verified = await verifyAuthenticationResponse({
      response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      ...this.#expected(opened),
      credential: { id: factor.credentialId ?? '', publicKey, counter: factor.lastUsed },
    }).catch(refuse);
    if (!verified.verified) return refuse();
    return { flow: opened, factor, counter: verified.authenticationInfo.newCounter };
  }

  /** Uses the answer up in the given transaction; of two that use it, one succeeds. */
  async consume(manager: EntityManager, proven: ProvenPasskey): Promise<void> {
    await this.#useUp(manager, proven.flow);
    const { id, lastUsed } = proven.factor;
    const done = await manager.update(
      FactorRow,
      { id, status: 'ACTIVE', lastUsed },
      { lastUsed: proven.counter },
    );
    // keys without a counter leave it as it is, which MariaDB may report as no row changed
    if (
      (done.affected ?? 0) === 0 &&
      !(await manager.existsBy(FactorRow, { id, status: 'ACTIVE', lastUsed: proven.counter }))
    )
      refuse();
  }

  #expected(flow: SealedFlow): {
    expectedChallenge: string;
    expectedOrigin: string;
    expectedRPID: string;
    requireUserVerification: true;
  } {
    return {
      expectedChallenge: flow.challenge,
      expectedOrigin: this.#origin.origin,
      expectedRPID: this.#origin.hostname,
      requireUserVerification: true,
    };
  }

  #requireAvailable(): void {
    if (this.unavailable !== null) throw new InvalidInputError(this.unavailable, { field: 'origin' });
  }

  async #keysOf(manager: EntityManager, person: string): Promise<FactorRow[]> {
    const rows = await manager.findBy(FactorRow, { person, kind: 'webauthn', status: 'ACTIVE' });
    // a key that SQL wrote, or moved to another person, is nobody's
    return await this.context.seals.genuine(manager, FactorRow, rows);
  }

  #seal(flow: PasskeyFlow, challenge: string): string {
    const sealed: SealedFlow = { ...flow, challenge, expiresAt: this.context.clock.now() + CHALLENGE_MS };
    return this.context.secrets.seal(JSON.stringify(sealed), 'passkey');
  }

  #open(flow: string, expected: Pick<PasskeyFlow, 'use' | 'session'>): SealedFlow {
    const opened = this.#tryOpen(flow);
    const fits = opened?.use === expected.use && opened.session === expected.session;
    if (opened === null || !fits || opened.expiresAt <= this.context.clock.now()) return refuse();
    return opened;
  }

  #tryOpen(flow: string): SealedFlow | null {
    try {
      return JSON.parse(this.context.secrets.open(flow, 'passkey')) as SealedFlow;
    } catch {
      return null;
    }
  }

  async #useUp(manager: EntityManager, { challenge, expiresAt, session }: SealedFlow): Promise<void> {
    const codeHash = digestOf(`passkey ${challenge}`);
    if (await manager.existsBy(UsedCodeRow, { codeHash })) refuse();
    // a racing use collides on the key, and fails its whole transaction
    await manager.insert(UsedCodeRow, { codeHash, session, expiresAt });
  }
}

export interface NewPasskey {
  readonly flow: SealedFlow;
  readonly credentialId: string;
  readonly details: string;
  readonly counter: number;
}

export interface ProvenPasskey {
  readonly flow: SealedFlow;
  readonly factor: FactorRow;
  readonly counter: number;
}

function refuse(cause?: unknown): never {
  throw new GatewayError('SIGN_IN_REFUSED', undefined, {}, cause);
}
