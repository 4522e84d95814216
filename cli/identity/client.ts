/** Signing in and stepping up from a command: tokens that are refreshed by themselves, tickets for one purpose. */
import { codeAt, STEP_SECONDS } from '../../controls/identity/one-time-code';
import { type DemoSecrets, readDemoSecrets } from '../../controls/identity/demo-secrets';
import { systemClock } from '../../platform/clock';
import type { Config } from '../../platform/config';
import { GatewayError, InvalidInputError } from '../../platform/errors';
import type { Language } from '../../platform/request';
import { commandConfig, gatewayUrl } from '../command-config';
import { postJson } from '../gateway-call';
import { askHidden, askLine, passwordFrom } from './ask';
import { type KeptSession, SessionFile } from './session-file';

/** How a command is told who acts, and where their components come from. */
export interface WhoOptions {
  /** User name; the one signed in last where it is not said. */
  readonly user?: string;
  readonly url?: string;
  readonly passwordFile?: string;
  readonly code?: string;
  /** Takes password and code of a demo user from the demo's own file of secrets. */
  readonly demo?: boolean;
  /** Language of meanings and refusals; the session's where it is not said. */
  readonly lang?: Language;
}

interface SignedIn {
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string | null;
  readonly session: string;
}

const REFRESHED_BEFORE_MS = 30_000;

export class IdentityClient {
  readonly config: Config;
  readonly url: string;
  readonly #sessions: SessionFile;

  constructor(
    root: string,
    private readonly who: WhoOptions,
    /** In demo mode, who asks where nobody is named and nobody signed in. */
    private readonly demoUser?: string,
  ) {
    this.config = commandConfig(root);
    this.url = gatewayUrl(this.config, who.url);
    this.#sessions = new SessionFile(this.config);
  }

  /** Signs in and keeps the session. */
  async signIn(): Promise<KeptSession> {
    const user = this.who.user ?? (await askLine('User name: '));
    const signedIn = await this.#withComponents(user, (components) =>
      postJson<SignedIn>(this.url, '/auth/sign-in', { user, ...components, client: 'cli' }),
    );
    return this.keep(user, signedIn);
  }

  /**
   * The token of whoever is named, or else signed in last, refreshed where it must be. Without a session a demo user gets a
   * token to read with: the one that is named, or that of the command. Thrown when nobody is signed in: UNAUTHENTICATED.
   */
  async token(): Promise<string> {
    const kept = this.#sessions.find(this.url, this.who.user);
    if (kept !== null && kept.accessExpiresAt - REFRESHED_BEFORE_MS > systemClock.now())
      return kept.accessToken;
    const refreshed = kept?.refreshToken == null ? null : await this.#refresh(kept, kept.refreshToken);
    if (refreshed !== null) return refreshed.accessToken;
    // who signed in is not replaced by somebody else when the session ends
    const user = this.who.user ?? (kept === null ? this.demoUser : undefined);
    if (this.config.mode === 'demo' && user !== undefined)
      return (await postJson<{ token: string }>(this.url, '/auth/demo', { user })).token;
    throw new GatewayError('UNAUTHENTICATED', 'Sign in first: lotgraph sign-in --user NAME');
  }

  /** A ticket for one purpose, for the session of `token`. */
  async ticket(token: string, purpose: string): Promise<string> {
    const user = this.who.user ?? this.#sessions.find(this.url)?.user ?? '';
    const { ticket } = await this.#withComponents(user, (components) =>
      postJson<{ ticket: string }>(this.url, '/auth/step-up', { ...components, purpose }, token),
    );
    return ticket;
  }

  /** Calls an address of /auth as the signed-in person. */
  async call<T>(address: string, body: object): Promise<T> {
    return await postJson<T>(this.url, address, body, await this.token());
  }

  /** Calls an address of /auth that needs a ticket for its purpose. */
  async callWithTicket<T>(address: string, purpose: string, body: object): Promise<T> {
    const token = await this.token();
    return await postJson<T>(
      this.url,
      address,
      { ...body, ticket: await this.ticket(token, purpose) },
      token,
    );
  }

  /** Keeps a session for later commands. */
  keep(user: string, signedIn: SignedIn): KeptSession {
    const { accessToken, accessExpiresAt, refreshToken, session } = signedIn;
    const kept = { url: this.url, user, accessToken, accessExpiresAt, refreshToken, session };
    this.#sessions.keep(kept);
    return kept;
  }

  /** Ends the kept session. False when there is none. */
  async signOut(): Promise<boolean> {
    const kept = this.#sessions.find(this.url, this.who.user);
    if (kept === null) return false;
    const token = await this.token().catch(() => null);
    if (token !== null) await postJson(this.url, '/auth/sign-out', {}, token);
    this.#sessions.forget(kept);
    return true;
  }

  async #refresh(kept: KeptSession, refreshToken: string): Promise<KeptSession | null> {
    try {
      return this.keep(kept.user, await postJson<SignedIn>(this.url, '/auth/refresh', { refreshToken }));
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'SIGN_IN_REFUSED') throw error;
      this.#sessions.forget(kept);
      return null;
    }
  }

  /** Password and code from where the options say; a demo code that was used already is waited out once. */
  async #withComponents<T>(
    user: string,
    use: (components: { password: string; code: string }) => Promise<T>,
  ): Promise<T> {
    if (this.who.demo !== true) {
      const { passwordFile, code } = this.who;
      const password =
        passwordFile === undefined ? await askHidden(`Password of ${user}: `) : passwordFrom(passwordFile);
      return await use({ password, code: code ?? (await askLine('One-time code: ')) });
    }
    const { password, totpSecret } = demoSecretsOf(this.config, user);
    try {
      return await use({ password, code: codeAt(totpSecret, systemClock.now()) });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'SIGN_IN_REFUSED') throw error;
      await untilNextCode();
      return await use({ password, code: codeAt(totpSecret, systemClock.now()) });
    }
  }
}

/** What a demo user signs in with. Thrown when there is no such user: INVALID_INPUT. */
export function demoSecretsOf(config: Config, user: string): DemoSecrets {
  const found = readDemoSecrets(config).find((one) => one.user === user);
  if (found === undefined)
    throw new InvalidInputError(`There is no demo user "${user}"; see lotgraph people.`);
  return found;
}

async function untilNextCode(): Promise<void> {
  const stepMs = STEP_SECONDS * 1000;
  const waitMs = stepMs - (systemClock.now() % stepMs) + 500;
  console.error(`The code was used already; waiting ${Math.ceil(waitMs / 1000)} s for the next one …`);
  await new Promise((resolve) => setTimeout(resolve, waitMs));
}
