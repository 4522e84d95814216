// What the world asked this system to do: idempotency keys, and counts that tests can read.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Reply, Request } from './http';

interface Logged {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly executed: boolean;
}

/** Paths with their ids taken out, so that counts add up per endpoint. */
export const label = (request: Request): string =>
  `${request.method} ${request.path
    .replace(/^(\/api\/resource\/[^/]+)\/.+$/, '$1/:id')
    .replace(/(\/products)\/[^/]+(\/inventoryItems)\/[^/]+$/, '$1/:id$2/:id')
    .replace(/\/[0-9a-f]{24,}/g, '/:id')}`;

export class Stats {
  private requests: Record<string, number> = {};
  private commands = { received: 0, executed: 0, replayed: 0 };
  private log: Logged[] = [];

  request(request: Request): void {
    const key = label(request);
    this.requests[key] = (this.requests[key] ?? 0) + 1;
  }

  command(request: Request, outcome: 'executed' | 'replayed' | 'not executed'): void {
    this.commands.received += 1;
    if (outcome === 'executed') this.commands.executed += 1;
    if (outcome === 'replayed') this.commands.replayed += 1;
    const key = keyOf(request);
    const at = new Date().toISOString();
    this.log.push({ at, method: request.method, path: request.path, key, executed: outcome === 'executed' });
    if (this.log.length > 1000) this.log.shift();
  }

  snapshot(): unknown {
    return { requests: this.requests, commands: this.commands, log: this.log };
  }

  reset(): void {
    this.requests = {};
    this.commands = { received: 0, executed: 0, replayed: 0 };
    this.log = [];
  }
}

export const keyOf = (request: Request): string | null => {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
};

/** Answers of executed commands by idempotency key; kept in a file, so that a restart does not forget them. */
export class Answers {
  private readonly known = new Map<string, Reply>();

  constructor(private readonly path: string) {
    if (!existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line === '') continue;
      const [key, reply] = JSON.parse(line) as [string, Reply];
      this.known.set(key, reply);
    }
  }

  find(request: Request): Reply | null {
    const key = keyOf(request);
    return key === null ? null : (this.known.get(key) ?? null);
  }

  keep(request: Request, reply: Reply): void {
    const key = keyOf(request);
    if (key === null) return;
    this.known.set(key, reply);
    appendFileSync(this.path, `${JSON.stringify([key, reply])}\n`);
  }
}
