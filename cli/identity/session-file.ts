/** Where commands keep sessions between calls: an owner-only file, one entry for each gateway and user. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Config } from '../../platform/config';

export interface KeptSession {
  readonly url: string;
  readonly user: string;
  readonly accessToken: string;
  /** Ms since the epoch. */
  readonly accessExpiresAt: number;
  readonly refreshToken: string | null;
  readonly session: string;
}

interface Content {
  /** The one that was signed in last. */
  readonly current: string | null;
  readonly sessions: Readonly<Record<string, KeptSession>>;
}

export class SessionFile {
  readonly #file: string;

  constructor(config: Config) {
    this.#file = config.identity.sessionFile ?? path.join(homedir(), '.config', 'lotgraph', 'session.json');
  }

  /** The session of a user, or the one signed in last; null when there is none. */
  find(url: string, user?: string): KeptSession | null {
    const { sessions, current } = this.#read();
    const found = user === undefined ? sessions[current ?? ''] : sessions[keyOf(url, user)];
    return found?.url === url ? found : null;
  }

  keep(session: KeptSession): void {
    const { sessions } = this.#read();
    const key = keyOf(session.url, session.user);
    this.#write({ current: key, sessions: { ...sessions, [key]: session } });
  }

  forget({ url, user }: KeptSession): void {
    const { current, sessions } = this.#read();
    const key = keyOf(url, user);
    const others = Object.fromEntries(Object.entries(sessions).filter(([name]) => name !== key));
    this.#write({ current: current === key ? null : current, sessions: others });
  }

  #read(): Content {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as Content;
    } catch {
      return { current: null, sessions: {} };
    }
  }

  #write(content: Content): void {
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

function keyOf(url: string, user: string): string {
  return `${url} ${user}`;
}
