/** `lotgraph dictionary lint`: names in the graph and in the dictionary, as the files stand; asks nobody. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { lintTerms } from '../../canonical/lineage/dictionary-health';
import { lintSubgraph } from '../../gateway/compose/schema-lint';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';

/** The exit code: 0 when nothing is wrong. */
export function lintCommand(root: string): number {
  const problems = problemsIn(root);
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log('The names of the graph and of the dictionary are in order.');
  return problems.length === 0 ? 0 : 1;
}

function problemsIn(root: string): readonly string[] {
  try {
    const dictionary = loadDictionary(path.join(root, 'schema', 'dictionary', 'terms'));
    const folder = path.join(root, 'schema', 'generated');
    const graphs = readdirSync(folder)
      .filter((file) => file.endsWith('.graphql') && file !== 'supergraph.graphql')
      .sort();
    return [
      ...lintTerms(dictionary),
      ...graphs.flatMap((file) =>
        lintSubgraph(readFileSync(path.join(folder, file), 'utf8'), dictionary).map(
          (problem) => `${file}: ${problem}`,
        ),
      ),
    ];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
