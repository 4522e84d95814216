/**
 * One subgraph as a process with two doors: the product's, for signed requests, and a bare one that a plain gateway
 * can call. Both execute the same schema, so that gateways differ in nothing behind them. `subgraph-host NAME`.
 */
import 'reflect-metadata';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { openServices } from '../../canonical/open-services';
import { subgraphKeyOf } from '../../controls/identity/keys';
import { DocumentCache } from '../../controls/serving/document-cache';
import { executeOnSubgraph, type SubgraphOperation } from '../../controls/serving/execute-subgraph';
import { serveSubgraph } from '../../controls/serving/serve-subgraph';
import { createSubgraphs } from '../../gateway/subgraphs';
import { clockOf, loadConfig } from '../../platform/config';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createLogger, type Logger } from '../../platform/log';
import { SourceReport } from '../../platform/sources';
import { analyst } from './callers';
import { openAccess, READ_ALL } from '../../tests/support/access';

const ROOT = path.resolve(__dirname, '../..');

/** Answers anybody, as of `now`. */
function bareDoor(subgraph: Subgraph, now: () => number, log: Logger) {
  const documents = new DocumentCache();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const operation = JSON.parse(Buffer.concat(chunks).toString('utf8')) as SubgraphOperation;
    const context = {
      requestId: 'bench',
      caller: analyst(0),
      language: 'en' as const,
      now: now(),
      policyVersion: 'test',
      access: READ_ALL,
      signal: new AbortController().signal,
      sources: new SourceReport(),
    };
    const result = await executeOnSubgraph(subgraph, operation, {
      request: context,
      context: subgraph.createContext(context),
      documents,
      log,
    });
    const text = JSON.stringify(result);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  };
}

async function main(): Promise<void> {
  const name = process.argv[2] ?? '';
  const config = loadConfig(process.env, ROOT);
  const log = createLogger({ level: config.logLevel, component: 'subgraph' });
  const clock = clockOf(config);
  const services = await openServices({
    ...{ root: ROOT, logger: log, clock, env: process.env },
    config,
  });
  const subgraph = createSubgraphs(services).find((one) => one.name === name);
  if (subgraph === undefined) throw new Error(`there is no subgraph "${name}"`);
  const signed = await serveSubgraph({ subgraph, key: subgraphKeyOf(config), log, access: openAccess });
  const answer = bareDoor(subgraph, () => clock.now(), log);
  const bare = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  console.log(`ready ${name} ${signed.url}`);
  console.log(`ready ${name} http://127.0.0.1:${(bare.address() as AddressInfo).port}`);
  for (const signal of ['SIGTERM', 'disconnect'] as const) process.once(signal, () => process.exit(0));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
