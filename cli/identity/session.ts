/** `lotgraph sign-in`, `sign-out` and `session`. */
import { purposeOf } from '../../controls/identity/purpose';
import { IdentityClient, type WhoOptions } from './client';

interface Listed {
  readonly id: string;
  readonly account: string;
  readonly client: string | null;
  readonly amr: readonly string[];
  readonly expiresAt: number;
}

export async function signInCommand(root: string, options: WhoOptions): Promise<void> {
  const client = new IdentityClient(root, options);
  const { user } = await client.signIn();
  const { roles } = await client.call<{ roles: string[] }>('/auth/whoami', {});
  console.log(`${user} is signed in as ${roles.join(', ') || 'nobody in particular: no role was granted'}.`);
}

export async function signOutCommand(root: string, options: WhoOptions): Promise<void> {
  const done = await new IdentityClient(root, options).signOut();
  console.log(done ? 'Signed out.' : 'Nobody was signed in.');
}

/** Lists the caller's sessions; everybody's for an officer who asks. */
export async function sessionListCommand(
  root: string,
  options: WhoOptions & { all?: boolean },
): Promise<void> {
  const client = new IdentityClient(root, options);
  const address = options.all === true ? '/auth/officer/sessions' : '/auth/sessions';
  const { sessions } = await client.call<{ sessions: Listed[] }>(address, {});
  for (const { id, account, client: of, amr, expiresAt } of sessions)
    console.log(
      [id, account, of ?? '-', amr.join('+'), `until ${new Date(expiresAt).toISOString()}`].join('  '),
    );
}

/** Ends a session of one's own; with a reason, as an officer, anybody's. */
export async function sessionRevokeCommand(
  root: string,
  session: string,
  options: WhoOptions & { reason?: string },
): Promise<void> {
  const client = new IdentityClient(root, options);
  const { reason } = options;
  if (reason === undefined) await client.call('/auth/sessions/revoke', { session });
  else {
    const purpose = purposeOf('session.revoke', session);
    await client.callWithTicket('/auth/officer/sessions/revoke', purpose, { session, reason });
  }
  console.log('The session has ended.');
}
