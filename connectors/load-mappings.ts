/** Finds and compiles the mapping of every system in a folder: `<folder>/<system>/mapping.yaml`. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type AttributeFields, NO_ATTRIBUTES } from '../platform/dictionary/attributes';
import { MappingError, type MappingProblem } from '../platform/errors';
import { compileMapping, type CompiledMapping } from './mapping/compile-mapping';

const FILE = 'mapping.yaml';

/** A mapping file as it stands; `name` is what problems call it. */
export interface MappingText {
  readonly name: string;
  readonly text: string;
}

/** The mapping files of a folder, in the order of its folders. */
function readMappingTexts(folder: string): MappingText[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, FILE)))
    .map((entry) => path.join(folder, entry.name, FILE))
    .sort()
    .map((file) => ({
      name: path.relative(process.cwd(), file).split(path.sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }));
}

/** Compiles all mappings, in the order of their folders. Throws MappingError naming every problem of every file. */
export function loadMappings(folder: string, attributes: AttributeFields = NO_ATTRIBUTES): CompiledMapping[] {
  return loadMappingTexts(folder, attributes).map(({ mapping }) => mapping);
}

/** The same, each with the text that it was compiled from. */
export function loadMappingTexts(
  folder: string,
  attributes: AttributeFields = NO_ATTRIBUTES,
): { readonly mapping: CompiledMapping; readonly text: string }[] {
  const problems: MappingProblem[] = [];
  const loaded: { mapping: CompiledMapping; text: string }[] = [];
  for (const { name, text } of readMappingTexts(folder)) {
    const result = compileMapping(name, text, attributes);
    if (result.mapping === null) problems.push(...result.problems);
    else loaded.push({ mapping: result.mapping, text });
  }
  problems.push(...sharedIds(loaded.map(({ mapping }) => mapping)));
  if (problems.length > 0) throw new MappingError(problems);
  return loaded;
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
