/** `lotgraph schema check|publish|versions`: what clients were promised, and what would become of it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openControls } from '../../controls/open-controls';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { type SchemaCheck, checkSchema } from '../../controls/schema-versions/check-schema';
import { type SchemaContent, schemaContentOf } from '../../controls/schema-versions/schema-content';
import { clockOf } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { createLogger } from '../../platform/log';
import { type AskOptions, askGateway } from '../access/ask-gateway';
import { commandConfig } from '../command-config';

export interface CheckOptions {
  readonly against?: string;
}

export interface PublishOptions extends AskOptions {
  readonly reason: string;
}

const SUPERGRAPH = 'schema/generated/supergraph.graphql';
const USER = 'data-steward';

/** Resolves to the exit code: 1 when clients would break, or something goes before its day. */
export async function checkCommand(root: string, { against }: CheckOptions): Promise<number> {
  const dictionary = loadDictionary(path.join(root, 'schema', 'dictionary', 'terms'));
  const content = await schemaContentOf(readFileSync(path.join(root, SUPERGRAPH), 'utf8'), dictionary);
  const check = against === undefined ? await withPublished(root, content) : await withFile(against, content);
  if (check === null) {
    console.log('No graph was published yet: nothing can break.');
    return 0;
  }
  return report(check);
}

async function withFile(file: string, content: SchemaContent): Promise<SchemaCheck> {
  const base = { sdl: readFileSync(file, 'utf8'), removals: {} };
  return await checkSchema(base, content, [], new Date().toISOString().slice(0, 10));
}

/** Null when none was published. */
async function withPublished(root: string, content: SchemaContent): Promise<SchemaCheck | null> {
  const config = commandConfig(root);
  const database = await Database.open({
    ...{ url: config.databaseUrl, entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS },
    migrate: false,
  });
  try {
    const { schemas } = openControls({
      ...{ config, root, database, clock: clockOf(config) },
      dictionary: loadDictionary(path.join(root, 'schema', 'dictionary', 'terms')),
      logger: createLogger({ level: config.logLevel, component: 'cli' }),
    });
    return (await schemas.current()) === null ? null : await schemas.check(content);
  } finally {
    await database.close();
  }
}

function report({ changes, broken, tooEarly }: SchemaCheck): number {
  for (const { level, message } of changes) console.log(`${level.padEnd(9)} ${message}`);
  for (const { consumer, problems } of broken) {
    const who = consumer.clients.length === 0 ? '' : ` (${consumer.clients.join(', ')})`;
    console.error(
      `breaks ${consumer.app ?? 'a client'}/${consumer.name ?? consumer.id}${who}: ${problems.join(' ')}`,
    );
  }
  for (const { coordinate, removeOn } of tooEarly)
    console.error(`${coordinate} is gone, and was promised until ${removeOn}`);
  if (changes.length === 0) console.log('Nothing differs.');
  const breaking = changes.some(({ level }) => level === 'BREAKING');
  return breaking || tooEarly.length > 0 ? 1 : 0;
}

interface Published {
  readonly result: {
    readonly signOff: { readonly id: string } | null;
    readonly refusals: readonly { readonly code: string; readonly message: string }[];
  };
}

/** Resolves to the exit code: 0 when it was published or proposed. */
export async function publishCommand(root: string, options: PublishOptions): Promise<number> {
  const { schemaCheck } = await askGateway<{ schemaCheck: { version: string; breaking: boolean } }>(
    ...([root, options, USER] as const),
    { query: '{ schemaCheck { version breaking } }', variables: {} },
  );
  const mutation = schemaCheck.breaking ? 'publishSchema' : 'publishCompatibleSchema';
  const { result } = await askGateway<Published>(root, options, USER, {
    query: `mutation Publish($version: ID!, $reason: String!) {
      result: ${mutation}(version: $version, reason: $reason) { signOff { id } refusals { code message } } }`,
    variables: { version: schemaCheck.version, reason: options.reason },
  });
  for (const { code, message } of result.refusals) console.error(`${code}: ${message}`);
  if (result.refusals.length > 0) return 1;
  console.log(
    result.signOff === null
      ? `Published ${schemaCheck.version}.`
      : `It breaks clients, so two people must sign: sign-off ${result.signOff.id} waits for them.`,
  );
  return 0;
}

export async function versionsCommand(root: string, options: AskOptions): Promise<number> {
  const { schemaVersions } = await askGateway<{
    schemaVersions: {
      nodes: readonly {
        number: number;
        version: string;
        publishedAt: string;
        reason: string;
        breaking: number;
        dangerous: number;
        safe: number;
      }[];
    };
  }>(root, options, USER, {
    query: `{ schemaVersions(first: 50) { nodes { number version publishedAt reason breaking dangerous safe } } }`,
    variables: {},
  });
  for (const one of schemaVersions.nodes)
    console.log(
      `${one.number}  ${one.publishedAt}  ${one.breaking} breaking, ${one.dangerous} dangerous, ${one.safe} safe  ${one.version}  ${one.reason}`,
    );
  return 0;
}
