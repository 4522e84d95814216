/** Finds and compiles the mapping of every system in a folder: `<folder>/<system>/mapping.yaml`. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type AttributeFields, NO_ATTRIBUTES } from '../platform/dictionary/attributes';
import { MappingError, type MappingProblem } from '../platform/errors';
import { compileMapping, type CompiledMapping } from './mapping/compile-mapping';

const FILE = 'mapping.yaml';

/** Compiles all mappings, in the order of their folders. Throws MappingError naming every problem of every file. */
export function loadMappings(folder: string, attributes: AttributeFields = NO_ATTRIBUTES): CompiledMapping[] {
  const problems: MappingProblem[] = [];
  const mappings: CompiledMapping[] = [];
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, FILE)))
    .map((entry) => path.join(folder, entry.name, FILE))
    .sort();
  for (const file of files) {
    const name = path.relative(process.cwd(), file).split(path.sep).join('/');
    const result = compileMapping(name, readFileSync(file, 'utf8'), attributes);
    if (result.mapping === null) problems.push(...result.problems);
    else mappings.push(result.mapping);
  }
  problems.push(...sharedIds(mappings));
  if (problems.length > 0) throw new MappingError(problems);
  return mappings;
}

function sharedIds(mappings: readonly CompiledMapping[]): MappingProblem[] {
  const owners = new Map<string, string>();
  return mappings.flatMap(({ document, file, problemAt }) => {
    const owner = owners.get(document.system.id);
    owners.set(document.system.id, owner ?? file);
    if (owner === undefined) return [];
    return [problemAt(['system', 'id'], `the system "${document.system.id}" is described by ${owner} too`)];
  });
}
