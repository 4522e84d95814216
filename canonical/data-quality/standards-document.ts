/** Quality standards as a controlled document: whoever edits the file changes nothing of what is asked of the data. */
import type { EntityManager } from 'typeorm';
import { parse } from 'yaml';
import { durationMs } from '../../controls/alarms/rules/durations';
import {
  type JudgedPlace,
  type Weakens,
  compareDocuments,
  never,
  numberOf,
  whenFewer,
  whenGone,
  whenGreater,
  whenLess,
  whenLower,
  whenMore,
  whenNarrower,
} from '../../controls/controlled-documents/compare-documents';
import type { DocumentKind } from '../../controls/controlled-documents/document-kind';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { RuleOwner } from '../rules/consistency-rule';
import { LEAST_ROWS } from './compile-standards';
import { STANDARDS_NAME, compileStandardsText, readStandardsText } from './load-standards';
import type { QualityStandards } from './standard';
import type { StandardsDocument } from './standard-file';

const duration = (value: unknown): number => (typeof value === 'string' ? durationMs(value) : 0);
const rowsOf = (value: Parameters<typeof numberOf>[0]): number =>
  value === undefined ? LEAST_ROWS : numberOf(value);

/** Without terms a standard is about whole rows: it is another one with them. */
const whenOtherTerms: Weakens = (before, after) => before === undefined || whenFewer(before, after);

/** The first feed that names a system holds for it: only what stands after all others takes nothing from them. */
const whenReordered: Weakens = (before, after) =>
  !Array.isArray(before) || !Array.isArray(after) || before.some((id, index) => after[index] !== id);

/** What can be told of a change; every other one is weaker: another dimension, another owner, other systems of a feed. */
const JUDGED: readonly JudgedPlace[] = [
  { place: /^keep\.(hours|days)$/, weakens: whenLess(duration) },
  { place: /^(standards|feeds)\.[^.]+$/, weakens: whenGone },
  { place: /^(standards|feeds)\.[^.]+\.name\.(en|zh)$/, weakens: never },
  { place: /^(standards|feeds)\.[^.]+\.severity$/, weakens: whenLower(['INFO', 'WARNING', 'ERROR']) },
  { place: /^standards\.[^.]+\.least$/, weakens: whenLess(numberOf) },
  { place: /^(standards\.[^.]+|feeds\.[^.]+\.volume)\.leastRows$/, weakens: whenGreater(rowsOf) },
  { place: /^standards\.[^.]+\.systems$/, weakens: whenNarrower },
  { place: /^standards\.[^.]+\.terms$/, weakens: whenOtherTerms },
  { place: /^standards\.[^.]+\.except$/, weakens: whenMore },
  { place: /^feedOrder$/, weakens: whenReordered },
  { place: /^feeds\.[^.]+\.(readWithin|arriveWithin)$/, weakens: whenGreater(duration) },
  { place: /^feeds\.[^.]+\.(silence|volume)$/, weakens: whenGone },
  { place: /^feeds\.[^.]+\.(silence\.times|volume\.jump)$/, weakens: whenGreater(numberOf) },
  { place: /^feeds\.[^.]+\.silence\.atLeast$/, weakens: whenGreater(duration) },
  { place: /^feeds\.[^.]+\.volume\.fall$/, weakens: whenLess(numberOf) },
];

/** `ownersWithin` gives who can answer for findings, as the transaction sees it. */
export function standardsDocument(
  root: string,
  dictionary: Dictionary,
  ownersWithin: (manager: EntityManager) => Promise<readonly RuleOwner[]>,
): DocumentKind<QualityStandards> {
  return {
    id: 'qualityStandards',
    read: () => ({ [STANDARDS_NAME]: readStandardsText(root) }),
    compile: (texts) => compileStandardsText(texts[STANDARDS_NAME] ?? '', dictionary, null),
    checkBeside: async (texts, manager) => {
      compileStandardsText(texts[STANDARDS_NAME] ?? '', dictionary, await ownersWithin(manager));
    },
    changes: (before, after) =>
      compareDocuments(contentOf(before[STANDARDS_NAME]), contentOf(after[STANDARDS_NAME]), JUDGED),
  };
}

/** Owners that standards and feeds of a text name. */
export function ownersNamedIn(text: string): ReadonlySet<string> {
  const { feeds, standards } = parse(text) as StandardsDocument;
  return new Set([...feeds, ...standards].flatMap(({ owner }) => owner ?? []));
}

/** Feeds are compared by their id, and their order beside it. */
function contentOf(text = ''): object {
  const document = parse(text) as StandardsDocument;
  return { ...document, feedOrder: document.feeds.map(({ id }) => id) };
}
