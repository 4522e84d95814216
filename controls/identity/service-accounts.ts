/** Tokens for apps: short, for the roles of a service, and never good for signing. */
import type { EntityManager } from 'typeorm';
import { GatewayError, InvalidInputError } from '../../platform/errors';
import { AccountRow, PersonRow } from './identity.entity';
import { type Attempt, type IdentityContext, unknownActor } from './identity-context';
import { verifyPassword } from './password';
import { normalUserName } from './people';
import { ACCESS_TOKEN_MS } from './sessions';
import type { SignedIn, SignIn } from './sign-in';
import type { Throttle } from './throttle';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Person for whom the service acts; only where its account allows it. */
  readonly onBehalfOf: string | null;
}

export class ServiceAccounts {
  constructor(
    private readonly context: IdentityContext,
    private readonly throttle: Throttle,
    private readonly signIn: SignIn,
  ) {}

  /** A token of ten minutes without a refresh. Thrown when anything is wrong, always alike: SIGN_IN_REFUSED. */
  async token(given: ClientCredentials, attempt: Attempt): Promise<SignedIn> {
    const userName = normalUserName(given.clientId);
    const { database, clock } = this.context;
    const admission = await database.write((manager) =>
      this.throttle.admit(manager, userName, attempt.address),
    );
    const account = await database.reader.findOneBy(AccountRow, { userName });
    const hash = account?.kind === 'service' ? account.secretHash : null;
    const right = await verifyPassword(hash, given.clientSecret);
    const opened = await database.write(async (manager) => {
      const fresh = account === null ? null : await manager.findOneBy(AccountRow, { id: account.id });
      const usable =
        admission.admitted &&
        right &&
        fresh?.status === 'ACTIVE' &&
        fresh.secretHash === hash &&
        (fresh.expiresAt ?? 0) > clock.now();
      if (!usable) {
        await this.signIn.refuse(manager, userName, attempt, { account, locks: admission.locks });
        return null;
      }
      await this.throttle.clear(manager, userName, attempt.address);
      if (given.onBehalfOf !== null) {
        const known = await manager.existsBy(PersonRow, { id: given.onBehalfOf, status: 'ACTIVE' });
        if (!fresh.mayActFor || !known) {
          await this.#recordNotFor(manager, fresh, given.onBehalfOf, attempt);
          return 'NOT_FOR_THIS_PERSON';
        }
      }
      const how = { lifetimeMs: ACCESS_TOKEN_MS, refreshable: false, onBehalfOf: given.onBehalfOf };
      return await this.signIn.openFor(manager, { account: fresh, amr: ['client_secret'], ...how }, attempt);
    });
    if (opened === null) throw new GatewayError('SIGN_IN_REFUSED');
    if (opened === 'NOT_FOR_THIS_PERSON')
      throw new InvalidInputError('This account may not act for that person.', { field: 'onBehalfOf' });
    return await this.signIn.tokensOf(opened);
  }

  /** The app proved itself, and asked for more than it has: that is told apart from a wrong secret, and kept. */
  async #recordNotFor(
    manager: EntityManager,
    account: AccountRow,
    onBehalfOf: string,
    attempt: Attempt,
  ): Promise<void> {
    const actor = { ...unknownActor(account.userName, attempt), account: account.id };
    await this.context.audit.record(manager, actor, {
      ...{ action: 'session.signInRefused', outcome: 'REFUSED', code: 'INVALID_INPUT' },
      object: { type: 'account', id: account.id },
      facts: { onBehalfOf: onBehalfOf.slice(0, 64) },
    });
  }
}
