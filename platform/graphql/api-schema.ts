/** What clients of a supergraph may ask for, without serving it. */
process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
// eslint-disable-next-line no-restricted-imports -- the package of this name, not our folder
import { ApolloGateway } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import { ConfigError } from '../errors';

/** Throws ConfigError when the supergraph cannot be served. */
export async function apiSchemaOf(supergraphSdl: string): Promise<GraphQLSchema> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: () => ({ process: () => Promise.reject(new Error('never called')) }),
    validateSupergraph: true,
  });
  const found: { schema?: GraphQLSchema } = {};
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => (found.schema = apiSchema));
  await gateway.load();
  await gateway.stop();
  if (found.schema === undefined) throw new ConfigError(['the supergraph gave no schema']);
  return found.schema;
}
