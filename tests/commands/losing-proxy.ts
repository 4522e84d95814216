/** Stands before a database server, passes on what is asked, and loses the answer to a statement that holds a word. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface LosingProxy {
  readonly port: number;
  close(): Promise<void>;
}

export async function startLosingProxy(target: URL, word: string): Promise<LosingProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    let lost = false;
    client.on('data', (data) => {
      lost ||= data.includes(word);
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      // the answer has come, so the statement was carried out; whoever asked never hears of it
      if (lost) client.destroy();
      else client.write(data);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
