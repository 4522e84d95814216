/** Joins the subgraphs into the supergraph, after each has passed the lint. */
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import { disagreements, lintSubgraph } from './schema-lint';

export interface ComposedSubgraph {
  readonly name: string;
  readonly sdl: string;
}

/**
 * The supergraph SDL of the subgraphs. Throws ConfigError that lists every lint problem, or else every error of the
 * composition, each with the subgraphs that it is about.
 */
export function composeSupergraph(subgraphs: readonly ComposedSubgraph[], dictionary: Dictionary): string {
  const sorted = [...subgraphs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const problems = sorted.flatMap(({ name, sdl }) =>
    lintSubgraph(sdl, dictionary).map((problem) => `${name}: ${problem}`),
  );
  problems.push(...disagreements(sorted));
  if (problems.length > 0) throw new ConfigError(problems);

  const result = composeServices(
    // the gateway finds a subgraph by its name; the address here is never called
    sorted.map(({ name, sdl }) => ({ name, url: `subgraph://${name}`, typeDefs: parse(sdl) })),
  );
  if (result.errors) {
    throw new ConfigError(
      result.errors.map((error) => {
        const code = typeof error.extensions.code === 'string' ? `${error.extensions.code}: ` : '';
        return `${code}${error.message}`;
      }),
    );
  }
  return result.supergraphSdl;
}
