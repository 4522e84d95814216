/** Asks one subgraph directly, as the gateway would after planning: by query or by entity reference. */
import { graphql, type ExecutionResult } from 'graphql';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandPlanner } from '../../canonical/acts/command-planner';
import { openDocuments } from '../../canonical/open-documents';
import type { CanonicalReads } from '../../canonical/reads';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { openControls } from '../../controls/open-controls';
import { FixedClock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { loadConfig } from '../../platform/config';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { silentLogger } from '../../platform/log';
import type { RequestContext } from '../../platform/request';
import { SourceReport } from '../../platform/sources';
import { READ_ALL } from './access';
import { shippedDictionary } from './shipped-dictionary';

export const ROOT = path.resolve(__dirname, '..', '..');
/** The instant at which every test asks. */
export const NOW = Date.parse('2026-06-01T00:00:00.000Z');

export function subgraphServices(database: Database, canonical: CanonicalReads): SubgraphServices {
  const dictionary = shippedDictionary();
  const clock = new FixedClock(NOW);
  const config = loadConfig({
    LOTGRAPH_MODE: 'demo',
    LOTGRAPH_DATA: mkdtempSync(path.join(tmpdir(), 'lotgraph-')),
  });
  const controls = openControls({
    ...{ config, root: ROOT, database, dictionary, clock, logger: silentLogger },
  });
  const commands = new CommandPlanner([]);
  const { audit, records } = controls;
  return {
    ...{ root: ROOT, database, canonical, commands, controls, dictionary, clock, logger: silentLogger },
    ...openDocuments({ root: ROOT, dictionary, database, clock, audit, records }),
  };
}

export function requestContext(language: 'en' | 'zh' = 'en'): RequestContext {
  return {
    requestId: 'test',
    caller: {
      subject: 'u1',
      name: 'Tester',
      person: null,
      kind: 'person',
      roles: [],
      sites: [],
      suppliers: [],
      session: 's1',
      client: null,
      onBehalfOf: null,
    },
    language,
    now: NOW,
    policyVersion: 'test',
    access: READ_ALL,
    signal: new AbortController().signal,
    sources: new SourceReport(),
  };
}

/** Runs an operation; the result holds data and errors as GraphQL gives them. */
export async function ask(
  subgraph: Subgraph,
  source: string,
  variableValues: Record<string, unknown> = {},
  request: RequestContext = requestContext(),
): Promise<ExecutionResult> {
  const contextValue = subgraph.createContext(request);
  const result = await graphql({ schema: subgraph.schemaFor(request), source, variableValues, contextValue });
  // plain objects, so that tests can compare them
  return { ...result, ...(result.data ? { data: JSON.parse(JSON.stringify(result.data)) as never } : {}) };
}

/** Like `ask`, for an operation that must succeed: gives its data, throws its first error. */
export async function dataOf<T>(
  subgraph: Subgraph,
  source: string,
  variables: Record<string, unknown> = {},
  request: RequestContext = requestContext(),
): Promise<T> {
  const { data, errors } = await ask(subgraph, source, variables, request);
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return data as T;
}

/** The codes of the errors of a result. */
export function codesOf(result: ExecutionResult): string[] {
  return (result.errors ?? []).map(
    (error) => (error.originalError as { code?: string } | null)?.code ?? error.message,
  );
}

/** Asks for fields of entities by id. */
export async function askEntities<T>(
  subgraph: Subgraph,
  type: string,
  ids: readonly string[],
  fields: string,
  request: RequestContext = requestContext(),
): Promise<T[]> {
  const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${fields} } } }`;
  const r = ids.map((id) => ({ __typename: type, id }));
  return (await dataOf<{ _entities: T[] }>(subgraph, source, { r }, request))._entities;
}
