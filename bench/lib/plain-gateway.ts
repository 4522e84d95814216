/**
 * What anybody gets from the packages' own documentation: @apollo/server's standalone server over @apollo/gateway with
 * stock data sources. No sign-in, no limits, no deadlines, no source report. `plain-gateway '{"lots":"http://…",…}'`.
 */
process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
import {
  ApolloGateway,
  type GraphQLDataSourceProcessOptions,
  RemoteGraphQLDataSource,
} from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const SUPERGRAPH = path.resolve(__dirname, '../../schema/generated/supergraph.graphql');

interface PlainContext extends Record<string, unknown> {
  readonly authorization: string;
}

/** Hands each caller's own authorization on, as a gateway must. */
class ForwardingDataSource extends RemoteGraphQLDataSource<PlainContext> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<PlainContext>): void {
    const { authorization } = context as Partial<PlainContext>; // the gateway's own calls have none
    if (authorization !== undefined) request.http?.headers.set('authorization', authorization);
  }
}

async function main(): Promise<void> {
  const urls = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
  const gateway = new ApolloGateway({
    supergraphSdl: readFileSync(SUPERGRAPH, 'utf8'),
    buildService: ({ name }) => new ForwardingDataSource({ url: urls[name] ?? '' }),
  });
  const server = new ApolloServer<PlainContext>({ gateway });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: ({ req }) => Promise.resolve({ authorization: req.headers.authorization ?? '' }),
  });
  console.log(`ready plain ${url}`);
}

process.once('disconnect', () => process.exit(0));
main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
