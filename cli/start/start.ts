/**
 * `lotgraph start`: runs everything on one machine. In demo mode that includes the legacy systems; the gateway runs in
 * this process, the worker and, when split, each subgraph in one of its own.
 */
import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { loadConfig, type Config } from '../../platform/config';
import type { Gateway } from '../../gateway/gateway';
import type * as GatewayModule from '../../gateway/run-gateway';
import type * as CanonicalModule from '../../canonical/open-services';
import { Child } from '../supervisor/child';
import { planDemo } from './demo-world';
import { printReady } from './ready-message';
import { planSplit } from './split';
import { SyncWatch } from './sync-watch';

/* eslint-disable @typescript-eslint/no-require-imports -- the heavy modules load while the demo story is checked */

const say = (sentence: string): void => console.error(sentence);

export interface StartOptions {
  readonly root: string;
  readonly split: boolean;
}

/** Runs until it is told to stop. Rejects when something could not start, with all that was started stopped again. */
export async function start({ root, split }: StartOptions): Promise<void> {
  const stoppers: (() => Promise<void>)[] = [];
  const stopAll = once(async () => {
    for (const stop of stoppers.splice(0).reverse())
      await stop().catch((error: unknown) => say(String(error)));
  });
  listenForStop(stopAll);
  try {
    await startAll(root, split, stoppers);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function startAll(root: string, split: boolean, stoppers: (() => Promise<void>)[]): Promise<void> {
  const startedAt = performance.now();
  const given = loadConfig({ ...process.env, ...(split ? { LOTGRAPH_TOPOLOGY: 'split' } : {}) }, root);
  const demo = given.mode === 'demo' ? await planDemo(given, root, say) : null;
  // explicit addresses win, so that a demo can be pointed at a system of one's own
  Object.assign(process.env, { ...demo?.env, ...process.env, LOTGRAPH_ROOT: root });
  const parts =
    given.topology === 'split' ? await planSplit(given, root, say) : { config: given, children: [] };
  const watch = new SyncWatch(say);
  const worker = new Child({
    ...{ name: 'worker', script: path.join(root, 'dist/worker/main.js'), saysReady: false, say },
    // batches of rows are short-lived: a young generation that holds one keeps the collector out of the way
    nodeOptions: ['--max-semi-space-size=64'],
    onMessage: watch.accept,
  });
  const children = [...(demo?.children ?? []), ...parts.children, worker];
  stoppers.push(() => stopTogether(children));

  // processes boot beside each other; this one loads its heavy modules meanwhile
  const sources = demo?.start() ?? Promise.resolve();
  const tables = loadedLater(() => migrate(given));
  const reading = Promise.all([sources, tables]).then(() => worker.start());
  const serving = tables.then(async () => {
    const subgraphs = Promise.all(parts.children.map((child) => child.start()));
    const [gateway] = await Promise.all([
      loadedLater(() => startGatewayWith(parts.config, root, watch)),
      subgraphs,
    ]);
    return gateway;
  });
  const [gateway] = await Promise.all([serving, reading]);
  stoppers.push(() => gateway.close());
  await untilReady(gateway, watch);
  printReady(gateway.url, given, performance.now() - startedAt);
}

/** Lets children that were just started, and what they say, go first: loading modules blocks this thread. */
async function loadedLater<T>(work: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return await work();
}

async function migrate({ dataDir, databaseUrl }: Config): Promise<void> {
  // the embedded database makes its file, but not the folder that the file stands in
  mkdirSync(dataDir, { recursive: true });
  const { migrateDatabase } = require('../../canonical/open-services') as typeof CanonicalModule;
  await migrateDatabase(databaseUrl);
}

async function startGatewayWith(config: Config, root: string, watch: SyncWatch): Promise<Gateway> {
  const { runGateway } = require('../../gateway/run-gateway') as typeof GatewayModule;
  const checks = { 'first sync': watch.check };
  return await runGateway({ config, root, env: process.env, checks, otherMetrics: watch.metrics });
}

/** The worker and the subgraphs let go of the sources before these end; nothing waits for anything else. */
async function stopTogether(children: readonly Child[]): Promise<void> {
  await Promise.all(children.map((child) => child.stop()));
}

async function untilReady(gateway: Gateway, watch: SyncWatch): Promise<void> {
  if (!watch.done) say('Reading the source systems …');
  for (;;) {
    const response = await fetch(`${gateway.url}/health/ready`);
    if (response.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function listenForStop(stopAll: () => Promise<void>): void {
  const stop = (): void => {
    say('Stopping …');
    void stopAll().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(signal, stop);
  // a second signal must not kill us half-way: children would outlive us
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
}

function once(work: () => Promise<void>): () => Promise<void> {
  const state: { running?: Promise<void> } = {};
  return () => (state.running ??= work());
}
