/** Listening: an address that is taken is told in words of what to do. */
import { HttpHost } from './http-host';

test('a port that is taken names the variable that gives another', async () => {
  const handler = (): Promise<void> => Promise.resolve();
  const first = await HttpHost.listen({ host: '127.0.0.1', port: 0, handler });
  const port = Number(new URL(first.url).port);
  await expect(HttpHost.listen({ host: '127.0.0.1', port, handler })).rejects.toThrow(
    new RegExp(`port ${port} is taken.*LOTGRAPH_PORT`, 'u'),
  );
  await first.drain(100);
});
