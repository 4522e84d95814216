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

export const STANDARDS_NAME = path.basename(FILE);

export const readStandardsText = (root: string): string => readFileSync(path.join(root, FILE), 'utf8');

/** The standards of the file, published or not. Throws ConfigError with every problem, each with its line and column. */
export function loadQualityStandards(root: string, dictionary: Dictionary): QualityStandards {
  const { owners } = loadConsistencyRules(root, dictionary);
  return compileStandardsText(readStandardsText(root), dictionary, owners);
}

/** The standards of a text; who answers is looked at where `owners` are given. Throws ConfigError. */
export function compileStandardsText(
  text: string,
  dictionary: Dictionary,
  owners: readonly RuleOwner[] | null,
): QualityStandards {
  const file = new YamlFile(STANDARDS_NAME, text);
  const known = owners === null ? null : new Set(owners.map(({ id }) => id));
  const compiled = compileStandards(file, { dictionary, owners: known });
  if (compiled === null) throw new ConfigError(file.messages());
  return { version: createHash('sha256').update(text).digest('hex'), ...compiled };
}
