/** Signing in to read without a secret, for the demo alone. What such a session signs needs the person's secrets all the same. */
import { GatewayError, InvalidInputError } from '../../platform/errors';
import { demoAccountId } from './demo-people';
import type { DemoUser } from './demo-users';
import type { Attempt } from './identity-context';
import type { IdentityService } from './identity-service';

export class DemoSignIn {
  constructor(
    readonly users: readonly DemoUser[],
    /** Null where the gateway serves no accounts. */
    private readonly identity: IdentityService | null,
  ) {}

  /** A token for a demo user. Thrown when there is no such user: INVALID_INPUT, naming those that there are. */
  async tokenFor(user: string, attempt: Attempt): Promise<string> {
    const users = this.users.map((candidate) => candidate.user);
    if (!users.includes(user)) {
      throw new InvalidInputError(`There is no demo user of that name; there are ${users.join(', ')}.`, {
        users,
      });
    }
    if (this.identity === null) throw new GatewayError('NOT_READY');
    return (await this.identity.signIn.asDemoUser(demoAccountId(user), attempt)).accessToken;
  }
}
