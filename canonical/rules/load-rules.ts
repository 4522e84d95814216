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

export const readRulesText = (root: string): string => readFileSync(path.join(root, FILE), 'utf8');

/** Roles that can be granted, which owners may name. */
export function readGrantableRoles(root: string): ReadonlySet<string> {
  const { roles } = parse(readFileSync(path.join(root, ROLES), 'utf8')) as { roles: { role: string }[] };
  return new Set(roles.map(({ role }) => role));
}

/** The rules of the file, published or not. Throws ConfigError with every problem, each with its line and column. */
export function loadConsistencyRules(root: string, dictionary: Dictionary): ConsistencyRules {
  return compileText(readRulesText(root), dictionary, readGrantableRoles(root));
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
