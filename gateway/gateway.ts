/** Puts a gateway together: clients of the subgraphs, executor, front, and the server before them. */
import path from 'node:path';
import { Authenticator } from '../controls/identity/authenticator';
import { subgraphKeyOf, trustedIssuers } from '../controls/identity/keys';
import { DemoSignIn } from '../controls/identity/demo-sign-in';
import { loadDemoUsers } from '../controls/identity/demo-users';
import type { IdentityService } from '../controls/identity/identity-service';
import type { UsageStore } from '../controls/usage/usage-store';
import type { CallerSource } from '../controls/identity/known-callers';
import { RequestSigner } from '../controls/identity/signed-request';
import { HttpHost } from '../controls/serving/http-host';
import type { AccessSource } from '../platform/access';
import { systemClock, type Clock } from '../platform/clock';
import type { Config } from '../platform/config';
import { loadDictionary } from '../platform/dictionary/dictionary';
import { ConfigError } from '../platform/errors';
import type { Subgraph } from '../platform/graphql/subgraph';
import type { Logger } from '../platform/log';
import { createMetrics, type Metrics, type MetricsSnapshot } from '../platform/telemetry';
import { AccessGuard } from './access/access-guard';
import { OneActGuard } from './acts/one-act-guard';
import { ApolloExecutor } from './apollo/apollo-executor';
import { ApolloFront } from './apollo/apollo-front';
import { DocumentDesk } from './documents/document-desk';
import { AuthEndpoint } from './auth/auth-endpoint';
import type { Executor } from './executor';
import { GraphQLEndpoint } from './http/graphql-endpoint';
import { subgraphCheck, type ReadinessCheck } from './http/health';
import { createRouter } from './http/router';
import { StaticFiles } from './http/static-files';
import { CallerLimits } from './limits/caller-limits';
import { LimitGuard } from './limits/limit-guard';
import { DEFAULT_LIMITS, type OperationLimits } from './limits/limits';
import { LocalSubgraphClient } from './local-client';
import type { AuditLine } from './reading/entry-writer';
import { ReadGuard } from './reading/read-guard';
import { tellExceeded } from './reading/refusals';
import { UsageRecorder } from './usage/usage-recorder';
import { RemoteSubgraphClient } from './remote-client';
import type { SubgraphClient } from './subgraph-client';

const DRAIN_MS = 15_000;
const MOST_IN_FLIGHT = 1000;

export interface GatewayOptions {
  readonly config: Config;
  readonly supergraphSdl: string;
  /** Subgraphs in this process; with the split topology, `config.subgraphUrls` names them instead. */
  readonly subgraphs: readonly Subgraph[];
  /** Where the permissions of callers come from. */
  readonly access: AccessSource;
  /** What tokens are worth now. */
  readonly callers: CallerSource;
  /** Accounts that people sign in with here; without them there are no addresses to sign in at. */
  readonly identity?: IdentityService;
  /** Where refusals and reads are written down. */
  readonly audit: AuditLine;
  /** Where it is noted which operations clients run; without it nothing is. */
  readonly usage?: UsageStore;
  /** The clock that answers are as of. Signatures and tokens always go by real time. */
  readonly clock: Clock;
  readonly log: Logger;
  /** What else must hold before traffic comes, by name: the database, the first sync. */
  readonly checks?: Readonly<Record<string, ReadinessCheck>>;
  readonly metrics?: Metrics;
  /** Metrics of processes that serve none themselves: the worker's. */
  readonly otherMetrics?: () => readonly MetricsSnapshot[];
  readonly limits?: Partial<OperationLimits>;
  /** Folder of the repository or package: where `dist/console` and `schema/` lie. */
  readonly root?: string;
}

export interface Gateway {
  readonly url: string;
  readonly executor: Executor;
  readonly metrics: Metrics;
  /** Takes no new requests, lets those under way finish, then closes everything that it opened. */
  close(): Promise<void>;
}

/** Starts a gateway. Rejects when the supergraph cannot be served or the address is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, log } = options;
  const root = options.root ?? process.cwd();
  const metrics = options.metrics ?? createMetrics();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const executor = new ApolloExecutor({
    supergraphSdl: options.supergraphSdl,
    clients: clientsOf(options),
    subgraphDeadlineMs: config.subgraphDeadlineMs,
    metrics,
    log,
  });
  const callers = new CallerLimits(
    { pointsPerMinute: config.reading.ratePoints, mostAtOnce: config.reading.rateAtOnce },
    tellExceeded(options.audit),
  );
  const reads = new ReadGuard({
    audit: options.audit,
    dictionary: loadDictionary(path.join(root, 'schema', 'dictionary', 'terms')),
    supergraphSdl: options.supergraphSdl,
    bulkRows: config.reading.bulkRows,
  });
  const access = new AccessGuard(options.supergraphSdl, options.audit);
  const oneAct = new OneActGuard(options.supergraphSdl, options.audit);
  executor.onReload(({ supergraphSdl }) => {
    oneAct.serve(supergraphSdl);
    reads.serve(supergraphSdl);
    access.serve(supergraphSdl);
  });
  // refusals come after the limits, so that nobody can fill the audit trail with them
  const documents = DocumentDesk.open(config.reading, options.audit);
  const usage = usageOf(options, documents);
  const guards = [new LimitGuard(limits, callers), access, oneAct, reads, ...(usage === null ? [] : [usage])];
  const front = new ApolloFront({ executor, limits, guards, log });
  const misfits: string[] = [];
  executor.onReload(({ apiSchema }) => {
    misfits.push(...documents.misfits(apiSchema, limits));
    usage?.register(apiSchema);
  });
  await front.start();
  if (misfits.length > 0) throw new ConfigError(misfits);
  const authenticator = new Authenticator(trustedIssuers(config, systemClock), options.callers);
  const { identity } = options;
  const graphql = new GraphQLEndpoint({
    ...{ front, limits, callers, documents, metrics, log, clock: options.clock, access: options.access },
    authenticator,
    deadlineMs: config.requestDeadlineMs,
    mostInFlight: MOST_IN_FLIGHT,
  });
  const state = { draining: false };
  const handler = createRouter({
    ...{ graphql, metrics, log },
    otherMetrics: options.otherMetrics ?? (() => []),
    auth:
      identity === undefined
        ? null
        : new AuthEndpoint({ identity, authenticator, log, origin: config.identity.origin }),
    graphiql: new StaticFiles(path.join(root, 'dist/console/graphiql'), '/graphiql'),
    demo: config.mode === 'demo' ? new DemoSignIn(loadDemoUsers(root), options.identity ?? null) : null,
    checks: {
      process: () => Promise.resolve(state.draining ? 'shutting down' : null),
      subgraphs: subgraphCheck(executor),
      ...options.checks,
    },
  });
  const host = await HttpHost.listen({ host: config.host, port: config.port, handler });
  const close = async (): Promise<void> => {
    state.draining = true;
    await host.drain(DRAIN_MS);
    await front.stop();
    await usage?.close();
  };
  return { url: host.url, executor, metrics, close };
}

function usageOf({ usage, clock, log }: GatewayOptions, { documents }: DocumentDesk): UsageRecorder | null {
  return usage === undefined ? null : new UsageRecorder({ store: usage, clock, log, documents });
}

function clientsOf({ config, subgraphs, log }: GatewayOptions): SubgraphClient[] {
  if (config.topology === 'single')
    return subgraphs.map((subgraph) => new LocalSubgraphClient(subgraph, log));
  if (config.subgraphUrls.size === 0) {
    throw new ConfigError(['LOTGRAPH_SUBGRAPH_URLS must name every subgraph for the split topology']);
  }
  const signer = new RequestSigner(subgraphKeyOf(config), systemClock);
  return [...config.subgraphUrls].map(([name, url]) => new RemoteSubgraphClient(name, url, signer, log));
}
