/** `lotgraph account`, `lotgraph service-account` and `lotgraph enrol`: two officers open, the person enrols. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import type { RecoverySummary } from '../../controls/identity/waiting-recoveries';
import { purposeOf } from '../../controls/identity/purpose';
import { InvalidInputError } from '../../platform/errors';
import { postJson } from '../gateway-call';
import { askHidden, askLine, passwordFrom } from './ask';
import { IdentityClient, type WhoOptions } from './client';

/** The officer who acts, by user name. */
export type OfficerOptions = Omit<WhoOptions, 'user'> & { readonly as?: string; readonly reason?: string };

type Opened = Omit<HalfCode, 'half'>;

interface HalfCode {
  readonly recovery: string;
  readonly half: string;
  readonly expiresAt: number;
}

const clientOf = (root: string, { as, ...rest }: OfficerOptions): IdentityClient =>
  new IdentityClient(root, { ...rest, ...(as === undefined ? {} : { user: as }) });

export async function createCommand(
  root: string,
  user: string,
  options: OfficerOptions & { nameEn: string; nameZh: string; ldap?: boolean },
): Promise<void> {
  const { nameEn, nameZh, reason, ldap } = options;
  const body = { user, nameEn, nameZh, reason, kind: ldap === true ? 'ldap' : 'password' };
  const purpose = purposeOf('account.create', user.toLowerCase());
  printOpened(await clientOf(root, options).callWithTicket<HalfCode>('/auth/account/create', purpose, body));
}

export async function recoverCommand(root: string, user: string, options: OfficerOptions): Promise<void> {
  const purpose = purposeOf('recovery.open', user.toLowerCase());
  const body = { user, reason: options.reason };
  printOpened(await clientOf(root, options).callWithTicket<HalfCode>('/auth/recovery/open', purpose, body));
}

export async function approveCommand(root: string, recovery: string, options: OfficerOptions): Promise<void> {
  const purpose = purposeOf('recovery.approve', recovery);
  const { half, expiresAt } = await clientOf(root, options).callWithTicket<HalfCode>(
    '/auth/recovery/approve',
    purpose,
    { recovery },
  );
  if (half === '') {
    console.log('The account is disabled, and every session of it has ended.');
    return;
  }
  console.log(`Second half of the enrolment code: ${half}`);
  console.log(`Give it to the person yourself, until ${new Date(expiresAt).toISOString()}.`);
}

export async function disableCommand(root: string, user: string, options: OfficerOptions): Promise<void> {
  const purpose = purposeOf('account.disable', user.toLowerCase());
  const { waiting } = await clientOf(root, options).callWithTicket<{ waiting: Opened | null }>(
    '/auth/account/disable',
    purpose,
    { user, reason: options.reason },
  );
  if (waiting !== null) {
    const until = new Date(waiting.expiresAt).toISOString();
    console.log(`${user} is a security officer: another officer must approve, until ${until}:`);
    console.log(`lotgraph account approve ${waiting.recovery} --as <officer>`);
    return;
  }
  console.log(`${user} is disabled, and every session of it has ended.`);
}

export async function waitingCommand(root: string, options: OfficerOptions): Promise<void> {
  const { recoveries } = await clientOf(root, options).call<{
    recoveries: RecoverySummary[];
  }>('/auth/recovery/list', {});
  for (const recovery of recoveries) console.log(waitingLine(recovery));
}

/** What an officer reads before approving: whose account it is stands beside its name. */
export function waitingLine({ id, kind, user, person, reason }: RecoverySummary): string {
  const further = person?.hasOtherAccounts === true ? ', has other accounts' : '';
  const whose = person === null ? 'service' : `${person.name.en} ${person.name.zh} (${person.id}${further})`;
  return [id, kind, user, whose, reason].join('  ');
}

export async function createServiceCommand(
  root: string,
  user: string,
  options: OfficerOptions & { expires: string; mayActFor?: boolean; scope?: string[] },
): Promise<void> {
  const { reason, expires: expiresAt, mayActFor } = options;
  const body = { user, reason, expiresAt, mayActFor: mayActFor === true, scopes: options.scope ?? [] };
  const purpose = purposeOf('account.create', user.toLowerCase());
  printOpened(
    await clientOf(root, options).callWithTicket<HalfCode>('/auth/service-account/create', purpose, body),
  );
}

export async function claimServiceCommand(root: string, user: string, options: WhoOptions): Promise<void> {
  const { url } = new IdentityClient(root, options);
  const code = options.code ?? (await askLine('Enrolment code, both halves: '));
  const { clientSecret } = await postJson<{ clientSecret: string }>(url, '/auth/service-account/claim', {
    user,
    code,
  });
  console.log(`Secret of ${user}, shown this once: ${clientSecret}`);
}

/** The person's part: sets a password and an authenticator app of their own. */
export async function enrolCommand(root: string, options: WhoOptions): Promise<void> {
  const client = new IdentityClient(root, options);
  const user = options.user ?? (await askLine('User name: '));
  const code = options.code ?? (await askLine('Enrolment code, both halves: '));
  const password =
    options.passwordFile === undefined ? await askNewPassword() : passwordFrom(options.passwordFile);
  const begun = await postJson<{ accessToken: string }>(client.url, '/auth/enrol/begin', {
    user,
    code,
    password,
  });
  const token = begun.accessToken;
  const totp = await postJson<{ factor: string; secret: string; uri: string }>(
    client.url,
    '/auth/enrol/totp',
    {},
    token,
  );
  console.log(`Add this to your authenticator app:\n  ${totp.uri}\nor type the secret: ${totp.secret}`);
  const shown = await askLine('Code that it shows now: ');
  const body = { factor: totp.factor, code: shown };
  client.keep(user, await postJson(client.url, '/auth/enrol/totp', body, token));
  console.log(`${user} is enrolled and signed in.`);
}

/** Writes each first officer's code to an owner-only file of its own. */
export function writeCodes(codes: readonly { user: string; code: string }[]): void {
  for (const { user, code } of codes) {
    const file = `enrolment-${user}.txt`;
    if (existsSync(file)) throw new InvalidInputError(`${file} is there already`);
    writeFileSync(file, `lotgraph enrol --user ${user} --code ${code}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(file, 0o600);
    console.log(`The code of ${user} is in ${file}: hand it over, then delete it.`);
  }
}

async function askNewPassword(): Promise<string> {
  const password = await askHidden('New password: ');
  if (password === (await askHidden('Once more: '))) return password;
  throw new InvalidInputError('The two are not the same.');
}

function printOpened({ recovery, half, expiresAt }: HalfCode): void {
  console.log(`First half of the enrolment code: ${half}`);
  console.log(`Another security officer approves: lotgraph account approve ${recovery} --as NAME`);
  console.log(`Both halves go to the person, from each of you, until ${new Date(expiresAt).toISOString()}.`);
}
