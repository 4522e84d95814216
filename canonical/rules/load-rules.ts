/** Reads the consistency rules of a project folder. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import { YamlFile } from '../../platform/yaml-file';
import { compileRules } from './compile-rules';
import type { ConsistencyRules } from './consistency-rule';

const FOLDER = path.join('schema', 'dictionary');
const FILE = path.join(FOLDER, 'rules', 'consistency.yaml');
const ROLES = path.join(FOLDER, 'access', 'roles.yaml');

/** Throws ConfigError with every problem of the file, each with its line and column. */
export function loadConsistencyRules(root: string, dictionary: Dictionary): ConsistencyRules {
  const { roles } = parse(readFileSync(path.join(root, ROLES), 'utf8')) as { roles: { role: string }[] };
  const text = readFileSync(path.join(root, FILE), 'utf8');
  return compileText(text, dictionary, new Set(roles.map(({ role }) => role)));
}

/** The rules of a text. Throws ConfigError. */
export function compileText(
  text: string,
  dictionary: Dictionary,
  roles: ReadonlySet<string>,
): ConsistencyRules {
  const file = new YamlFile(path.basename(FILE), text);
  const compiled = compileRules(file, { dictionary, roles });
  if (compiled === null) throw new ConfigError(file.messages());
  return { version: createHash('sha256').update(text).digest('hex'), ...compiled };
}
