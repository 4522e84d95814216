/** What the mapping commands share: the mapping as a file, and the means to open its source. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { requireMapping, type CompiledMapping } from '../../connectors/mapping/compile-mapping';
import type { OpenOptions } from '../../connectors/open-system';
import { systemClock } from '../../platform/clock';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { InvalidInputError } from '../../platform/errors';
import { silentLogger } from '../../platform/log';
import { commandConfig } from '../command-config';
import { withDemoSources } from '../demo-sources';

/** Longest that one command asks a source. */
const COMMAND_MS = 300_000;

/** Where the mappings of the deployment stand. */
export const mappingsFolder = (root: string): string => commandConfig(root).mappingsDir;

/** The words of legacy systems, which come with the product. */
export const synonymsFile = (root: string): string => path.join(root, 'schema/mappings/synonyms.yaml');

/** A mapping named by its file, or by the id of its system. Throws InvalidInputError and MappingError. */
export function readMapping(root: string, given: string): CompiledMapping {
  const file = mappingFile(root, given);
  const name = path.relative(process.cwd(), file).split(path.sep).join('/');
  return requireMapping(name, readFileSync(file, 'utf8'), attributesOf(root));
}

export const attributesOf = (root: string) =>
  attributeFieldsOf(loadDictionary(path.join(root, 'schema/dictionary/terms')));

/** The file of a mapping that is named by its file, its folder or the id of its system. Throws InvalidInputError. */
export function mappingFile(root: string, given: string): string {
  const candidates = [
    given,
    path.join(given, 'mapping.yaml'),
    path.join(mappingsFolder(root), given, 'mapping.yaml'),
  ];
  const found = candidates.find((candidate) => existsSync(candidate) && !isFolder(candidate));
  if (found === undefined) throw new InvalidInputError(`there is no mapping file or system "${given}"`);
  return path.resolve(found);
}

function isFolder(file: string): boolean {
  try {
    readFileSync(file);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
}

/** Environment, clock and log of a command that asks a source itself. */
export function openOptions(root: string): OpenOptions {
  return {
    env: withDemoSources(commandConfig(root), process.env),
    clock: systemClock,
    logger: silentLogger,
  };
}

/** Ends at Ctrl-C, and in any case after a while. */
export function commandSignal(ms = COMMAND_MS): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  return AbortSignal.any([abort.signal, AbortSignal.timeout(ms)]);
}

/** A whole number of an option. Throws InvalidInputError. */
export function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InvalidInputError(`${name} must be a whole number from 1 to ${most}`, { option: name });
}
