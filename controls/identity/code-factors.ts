/** Second factors that show a code: authenticator apps and hardware tokens. A code is good once, whatever it was for. */
import { type EntityManager, In, LessThan } from 'typeorm';
import { GatewayError, InvalidInputError, NotFoundError } from '../../platform/errors';
import type { AuditActor } from '../audit/audit-entry';
import { timedId } from '../integrity/ids';
import { FactorRow } from './identity.entity';
import type { IdentityContext } from './identity-context';
import { enrolmentUri, matchingCounter, matchingStep, newCodeSecret } from './one-time-code';

export interface PendingFactor {
  readonly factor: string;
  /** Base32; for people who cannot scan. */
  readonly secret: string;
  /** What an authenticator app reads as a QR code. */
  readonly uri: string;
}

export interface FactorSummary {
  readonly id: string;
  readonly kind: FactorRow['kind'];
  readonly createdAt: number;
}

/** Stands in where there is no factor, so that a wrong name takes as long as a wrong code. */
const NOBODYS_SECRET = newCodeSecret();

export class CodeFactors {
  constructor(private readonly context: IdentityContext) {}

  /**
   * Uses a code up: of two that try it at once, one succeeds. Null when it is no code of this person, or was used.
   */
  async consume(manager: EntityManager, person: string | null, code: string): Promise<FactorRow | null> {
    const found =
      person === null
        ? []
        : await manager.findBy(FactorRow, { person, status: 'ACTIVE', kind: In(['totp', 'hotp']) });
    // a factor that SQL wrote, or moved to another person, is nobody's
    const factors = await this.context.seals.genuine(manager, FactorRow, found);
    for (const { id } of found.filter((one) => !factors.includes(one)))
      await this.context.seals.tell(manager, FactorRow, id);
    if (factors.length === 0) matchingStep(NOBODYS_SECRET, code, this.context.clock.now(), 0);
    for (const factor of factors) {
      const used = this.#match(factor, code);
      if (used !== null && (await this.#advance(manager, factor, used))) return factor;
    }
    return null;
  }

  /** Begins the enrolment of an authenticator app; it counts for nothing until a code of it was shown. */
  async beginTotp(manager: EntityManager, person: string, userName: string): Promise<PendingFactor> {
    const secret = newCodeSecret();
    const factor = await this.#insertPending(manager, person, { kind: 'totp', secret, lastUsed: 0 });
    return { factor, secret, uri: enrolmentUri(secret, userName) };
  }

  /** Begins the enrolment of a hardware token, from the seed that came with it. */
  async beginHotp(manager: EntityManager, person: string, seed: string): Promise<{ factor: string }> {
    if (!/^[A-Z2-7]{26,128}=*$/.test(seed))
      throw new InvalidInputError('The seed must be Base32 of at least 128 bits.', { field: 'seed' });
    return {
      factor: await this.#insertPending(manager, person, { kind: 'hotp', secret: seed, lastUsed: -1 }),
    };
  }

  /** Makes a pending factor count, once its person has shown a code of it. Thrown when it is none: SIGN_IN_REFUSED. */
  async confirm(
    manager: EntityManager,
    person: string,
    id: string,
    code: string,
    actor: AuditActor,
  ): Promise<void> {
    const factor = await manager.findOneBy(FactorRow, { id, person, status: 'PENDING' });
    const used = factor === null || factor.kind === 'webauthn' ? null : this.#match(factor, code);
    const genuine = await this.context.seals.checked(manager, FactorRow, factor);
    if (genuine === null || factor === null || used === null || !(await this.#advance(manager, factor, used)))
      throw new GatewayError('SIGN_IN_REFUSED');
    await this.context.seals.update(manager, FactorRow, { id }, { status: 'ACTIVE' });
    await this.#record(manager, actor, 'factor.enrol', factor);
  }

  /** Takes a factor away. Thrown when the person would be left with none: INVALID_INPUT. */
  async remove(manager: EntityManager, person: string, id: string, actor: AuditActor): Promise<void> {
    const active = await manager.findBy(FactorRow, { person, status: 'ACTIVE' });
    const factor = active.find((candidate) => candidate.id === id);
    if (factor === undefined) throw new NotFoundError('There is no such factor.');
    if (active.length === 1)
      throw new InvalidInputError('The last factor cannot be removed.', { field: 'factor' });
    await this.context.seals.update(manager, FactorRow, { id }, { status: 'REMOVED', sealedSecret: null });
    await this.#record(manager, actor, 'factor.remove', factor);
  }

  /** Takes every factor away, for a recovery. */
  async removeAll(manager: EntityManager, person: string, actor: AuditActor): Promise<void> {
    const factors = await manager.findBy(FactorRow, { person, status: In(['ACTIVE', 'PENDING']) });
    for (const factor of factors) {
      await this.context.seals.update(
        manager,
        FactorRow,
        { id: factor.id },
        { status: 'REMOVED', sealedSecret: null },
      );
      await this.#record(manager, actor, 'factor.reset', factor);
    }
  }

  /** Factors of a person that count. */
  async list(manager: EntityManager, person: string): Promise<FactorSummary[]> {
    const rows = await manager.find(FactorRow, { where: { person, status: 'ACTIVE' }, order: { id: 'ASC' } });
    return rows.map(({ id, kind, createdAt }) => ({ id, kind, createdAt }));
  }

  #match(factor: FactorRow, code: string): number | null {
    const secret = this.context.secrets.open(factor.sealedSecret ?? '', factor.id);
    return factor.kind === 'totp'
      ? matchingStep(secret, code, this.context.clock.now(), factor.lastUsed)
      : matchingCounter(secret, code, factor.lastUsed);
  }

  async #advance(manager: EntityManager, { id }: FactorRow, used: number): Promise<boolean> {
    const done = await manager.update(FactorRow, { id, lastUsed: LessThan(used) }, { lastUsed: used });
    return (done.affected ?? 0) === 1;
  }

  async #insertPending(
    manager: EntityManager,
    person: string,
    given: { kind: 'totp' | 'hotp'; secret: string; lastUsed: number },
  ): Promise<string> {
    const now = this.context.clock.now();
    const id = timedId(now);
    await this.context.seals.update(
      manager,
      FactorRow,
      { person, status: 'PENDING' },
      { status: 'REMOVED', sealedSecret: null },
    );
    await this.context.seals.insert(manager, FactorRow, {
      ...{ id, person, kind: given.kind, status: 'PENDING', lastUsed: given.lastUsed, createdAt: now },
      ...{ sealedSecret: this.context.secrets.seal(given.secret, id), credentialId: null, details: null },
    });
    return id;
  }

  async #record(manager: EntityManager, actor: AuditActor, action: string, factor: FactorRow): Promise<void> {
    await this.context.audit.record(manager, actor, {
      action,
      outcome: 'DONE',
      object: { type: 'person', id: factor.person },
      facts: { factor: factor.id, kind: factor.kind },
    });
  }
}
