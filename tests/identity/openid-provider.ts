/** Starts the OpenID provider of tests as a process of its own, and walks through it as a browser would. */
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';

export interface ProviderOptions {
  readonly port: number;
  readonly account: string;
  readonly amr: string;
  /** How long ago the person proved who they are. */
  readonly ageSeconds: number;
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resolves, once it listens, to what ends it. */
export async function startProvider(options: ProviderOptions): Promise<() => Promise<void>> {
  const { port, account, amr, ageSeconds } = options;
  const child = fork(
    path.join(__dirname, 'oidc-provider-process.mjs'),
    [String(port), account, amr, String(ageSeconds)],
    { stdio: ['ignore', 'pipe', 'ignore', 'ipc'], execArgv: [] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the provider did not start')));
    child.stdout?.on('data', (data: Buffer) => {
      if (data.toString().includes('ready')) resolve();
    });
  });
  return async () => {
    child.kill();
    await ended;
  };
}

/** Follows the provider's redirects until it sends the browser back; resolves to that address. */
export async function walkThrough(start: string, back: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let address = start;
  for (let step = 0; step < 12; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
    address = new URL(location, address).href;
    if (address.startsWith(back)) return new URL(address);
  }
  throw new Error('the provider never sent the browser back');
}
