/** `lotgraph people` and `lotgraph code`: the people of the demo, and the codes that their phones would show. */
import { codeAt, STEP_SECONDS } from '../../controls/identity/one-time-code';
import { loadDemoUsers } from '../../controls/identity/demo-users';
import { systemClock } from '../../platform/clock';
import { commandConfig } from '../command-config';
import { demoSecretsOf } from './client';

/** Lists the demo's people; with their passwords where that is asked for. */
export function peopleCommand(root: string, options: { passwords?: boolean }): void {
  const config = commandConfig(root);
  const rows = loadDemoUsers(root).map(({ user, name, roles, sites }) => [
    user,
    `${name.en} · ${name.zh}`,
    roles.join(', '),
    sites.length === 0 ? 'all sites' : sites.join(', '),
    ...(options.passwords === true ? [demoSecretsOf(config, user).password] : []),
  ]);
  for (const [user = '', ...rest] of rows) console.log([user.padEnd(22), ...rest].join('  '));
}

/** Prints the current one-time code of a demo user, as an authenticator app would. */
export function codeCommand(root: string, { user }: { user: string }): void {
  const { totpSecret } = demoSecretsOf(commandConfig(root), user);
  const now = systemClock.now();
  console.log(codeAt(totpSecret, now));
  const left = STEP_SECONDS - (Math.floor(now / 1000) % STEP_SECONDS);
  console.error(`good for ${left} s, once`);
}
