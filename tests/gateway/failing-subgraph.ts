/** A server in a subgraph's place that fails in a chosen way, and counts what it was sent. */
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Cleanup } from './toy-gateway';

export type Failure = 'hang' | 'bad gateway' | 'html' | 'half json' | 'reset' | 'refuse' | 'drip';

const LIVE = answer(200, 'application/json', '{"status":"live","replica":"r-1"}');
const SECRET_PAGE = '<html>nginx upstream http://10.9.8.7:8080 failed /etc/nginx</html>';

function answer(status: number, type: string, body: string): string {
  return `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

export interface FailingSubgraph {
  readonly url: string;
  readonly posts: () => number;
}

/** Its health is always fine, so that the failure comes when it matters. */
export async function startFailing(cleanup: Cleanup, failure: Failure): Promise<FailingSubgraph> {
  let posts = 0;
  const timers = new Set<NodeJS.Timeout>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (text.startsWith('GET')) {
        socket.write(LIVE);
        return;
      }
      if (!text.startsWith('POST')) return;
      posts += 1;
      if (failure === 'bad gateway') socket.write(answer(502, 'text/html', SECRET_PAGE));
      if (failure === 'html') socket.write(answer(200, 'text/html', SECRET_PAGE));
      if (failure === 'half json') socket.end('HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{"data":{"lo');
      if (failure === 'reset') socket.resetAndDestroy();
      if (failure === 'drip') {
        socket.write('HTTP/1.1 200 X\r\ncontent-length: 10000\r\n\r\n');
        timers.add(setInterval(() => socket.write(' '), 50));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const close = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer);
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (failure === 'refuse') await close();
  else cleanup.add(close);
  return { url, posts: () => posts };
}
