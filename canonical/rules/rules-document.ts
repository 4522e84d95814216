/** Consistency rules as a controlled document: whoever edits the file changes nothing of what is checked. */
import type { EntityManager } from 'typeorm';
import { parse } from 'yaml';
import {
  type JudgedPlace,
  compareDocuments,
  never,
  numberOf,
  whenConditions,
  whenFewer,
  whenGone,
  whenGreater,
  whenLower,
  whenMore,
  whenNarrower,
} from '../../controls/controlled-documents/compare-documents';
import type { DocumentKind, DocumentTexts } from '../../controls/controlled-documents/document-kind';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import type { ConsistencyRules } from './consistency-rule';
import { compileText, readGrantableRoles, readRulesText } from './load-rules';

const NAME = 'consistency.yaml';

/** What can be told of a change; every other one is weaker: another comparison, another owner. */
const JUDGED: readonly JudgedPlace[] = [
  { place: /^rules\.[^.]+$/, weakens: whenGone },
  { place: /^(rules|owners)\.[^.]+\.name\.(en|zh)$/, weakens: never },
  { place: /^owners\.[^.]+\.roles$/, weakens: whenMore },
  { place: /^rules\.[^.]+\.severity$/, weakens: whenLower(['INFO', 'WARNING', 'ERROR']) },
  { place: /^rules\.[^.]+\.(toleranceDays|tolerance|graceDays)$/, weakens: whenGreater(numberOf) },
  { place: /^rules\.[^.]+\.(systems|movements)$/, weakens: whenNarrower },
  { place: /^rules\.[^.]+\.terms$/, weakens: whenFewer },
  { place: /^rules\.[^.]+\.except$/, weakens: whenMore },
  { place: /^rules\.[^.]+\.when$/, weakens: whenConditions },
  { place: /^rules\.[^.]+\.withStock$/, weakens: (_before, after) => after === true },
];

/** `namedWithin` gives the owners whom other documents in force name, as the transaction sees it. */
export function rulesDocument(
  root: string,
  dictionary: Dictionary,
  namedWithin: (manager: EntityManager) => Promise<ReadonlySet<string>>,
): DocumentKind<ConsistencyRules> {
  const compile = (texts: DocumentTexts): ConsistencyRules =>
    compileText(texts[NAME] ?? '', dictionary, readGrantableRoles(root));
  return {
    id: 'consistencyRules',
    read: () => ({ [NAME]: readRulesText(root) }),
    compile,
    checkBeside: async (texts, manager) => {
      const own = new Set(compile(texts).owners.map(({ id }) => id));
      const missing = [...(await namedWithin(manager))].filter((id) => !own.has(id));
      if (missing.length > 0)
        throw new ConfigError(
          missing.map((id) => `${NAME} owners: the quality standards in force name the owner "${id}"`),
        );
    },
    changes: (before, after) => compareDocuments(parse(before[NAME] ?? ''), parse(after[NAME] ?? ''), JUDGED),
  };
}
