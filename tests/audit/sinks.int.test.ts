import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { readCheckpoints } from '../../controls/audit/checkpoint';
import { deliverCheckpoints, openSinks } from '../../controls/audit/sinks';
import { silentLogger } from '../../platform/log';
import { describeEachDatabase } from '../support/databases';
import { CONTROLS_TABLES, START, auditWorld, recordActs } from './audit-world';

const SECRET = 'a secret for the webhook of checkpoints';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function receiver(
  answer: () => number,
): Promise<{ server: Server; url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = answer();
      if (status < 300)
        received.push({
          headers: request.headers as Record<string, string>,
          body: Buffer.concat(chunks).toString(),
        });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

describeEachDatabase('sinks of checkpoints', (open) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-sink-'));
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a file gets every checkpoint once, in order, also after a restart', async () => {
    const file = path.join(folder, 'a.jsonl');
    const world = auditWorld(await open(CONTROLS_TABLES), { LOTGRAPH_AUDIT_SINK: `file:${file}` });
    for (let n = 0; n < 3; n += 1) {
      await recordActs(world, 2);
      await world.sequencer.checkpoint();
      const sinks = openSinks(world.config.audit);
      await deliverCheckpoints(world.database, sinks, START, silentLogger);
    }
    const { checkpoints, badLines } = readCheckpoints(readFileSync(file, 'utf8'));
    expect(checkpoints.map((one) => one.treeSize)).toEqual([2, 4, 6]);
    expect(badLines).toEqual([]);
  });

  test('a webhook that was away gets what it missed, signed, and holds up no other sink', async () => {
    let status = 503;
    const hook = await receiver(() => status);
    servers.push(hook.server);
    const file = path.join(folder, 'b.jsonl');
    writeFileSync(path.join(folder, 'secret'), SECRET);
    const world = auditWorld(await open(CONTROLS_TABLES), {
      LOTGRAPH_AUDIT_SINK: `${hook.url},file:${file}`,
      LOTGRAPH_AUDIT_SINK_SECRET: `file:${path.join(folder, 'secret')}`,
    });
    const sinks = openSinks(world.config.audit);
    await recordActs(world, 1);
    await world.sequencer.checkpoint();
    const state = await deliverCheckpoints(world.database, sinks, START, silentLogger);
    expect(state).toEqual({ waiting: 1, failed: 1 });
    expect(readCheckpoints(readFileSync(file, 'utf8')).checkpoints).toHaveLength(1);
    status = 204;
    await recordActs(world, 1);
    await world.sequencer.checkpoint();
    expect(await deliverCheckpoints(world.database, sinks, START, silentLogger)).toEqual({
      waiting: 0,
      failed: 0,
    });
    expect(hook.received.map(({ body }) => (JSON.parse(body) as { treeSize: number }).treeSize)).toEqual([
      1, 2,
    ]);
    const webhook = new Webhook(Buffer.from(SECRET), { format: 'raw' });
    for (const { headers, body } of hook.received) expect(webhook.verify(body, headers)).toBeTruthy();
  });
});
