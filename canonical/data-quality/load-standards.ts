/** Reads the quality standards of a project folder. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import { YamlFile } from '../../platform/yaml-file';
import type { RuleOwner } from '../rules/consistency-rule';
import { loadConsistencyRules } from '../rules/load-rules';
import { compileStandards } from './compile-standards';
import type { QualityStandards } from './standard';

const FILE = path.join('schema', 'dictionary', 'quality', 'standards.yaml');

/** Throws ConfigError with every problem of the file, each with its line and column. */
export function loadQualityStandards(root: string, dictionary: Dictionary): QualityStandards {
  const { owners } = loadConsistencyRules(root, dictionary);
  return compileStandardsText(readFileSync(path.join(root, FILE), 'utf8'), dictionary, owners);
}

/** The standards of a text. Throws ConfigError. */
export function compileStandardsText(
  text: string,
  dictionary: Dictionary,
  owners: readonly RuleOwner[],
): QualityStandards {
  const file = new YamlFile(path.basename(FILE), text);
  const compiled = compileStandards(file, { dictionary, owners: new Set(owners.map(({ id }) => id)) });
  if (compiled === null) throw new ConfigError(file.messages());
  return { version: createHash('sha256').update(text).digest('hex'), ...compiled };
}
