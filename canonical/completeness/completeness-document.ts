/** Completeness rules as a controlled document: whoever edits the file lets no lot go that was held back. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import {
  type JudgedPlace,
  compareDocuments,
  never,
  numberOf,
  whenLess,
} from '../../controls/controlled-documents/compare-documents';
import {
  type DocumentChange,
  type DocumentKind,
  versionOf,
} from '../../controls/controlled-documents/document-kind';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { compileCompleteness } from './compile-completeness';
import type { CompletenessRules } from './completeness-rule';

const ID = 'completenessRules';
const NAME = 'completeness.yaml';

/**
 * What can be told of a change. Every other one is weaker: a new ask that a lot fulfils raises its score as much as a
 * dropped one that it does not, and another condition moves lots to another profile.
 */
const JUDGED: readonly JudgedPlace[] = [
  { place: /^profiles\.[^.]+(\.asks\.[^.]+)?\.name(\.(en|zh))?$/, weakens: never },
  { place: /^profiles\.[^.]+\.least$/, weakens: whenLess(numberOf) },
  { place: /^profiles\.[^.]+\.asks\.[^.]+\.required$/, weakens: (_before, after) => after !== true },
];

export function completenessDocument(root: string, dictionary: Dictionary): DocumentKind<CompletenessRules> {
  return {
    id: ID,
    read: () => readCompletenessTexts(root),
    compile: (texts) => compileCompleteness(NAME, texts[NAME] ?? '', dictionary, versionOf(ID, texts)),
    changes: (before, after) => {
      const [old, now] = [parse(before[NAME] ?? ''), parse(after[NAME] ?? '')] as [Profiles, Profiles];
      return [...compareDocuments(old, now, JUDGED), ...changedOrder(old, now)];
    },
  };
}

export function readCompletenessTexts(root: string): { readonly [NAME]: string } {
  return { [NAME]: readFileSync(path.join(root, 'schema', 'dictionary', 'completeness', NAME), 'utf8') };
}

interface Profiles {
  readonly profiles: readonly { readonly id: string }[];
}

/** The first profile that fits is the lot's, so that their order decides; documents are compared without it. */
function changedOrder(old: Profiles, now: Profiles): DocumentChange[] {
  const order = (one: Profiles, other: Profiles): string =>
    one.profiles
      .map(({ id }) => id)
      .filter((id) => other.profiles.some((profile) => profile.id === id))
      .join(', ');
  const [before, after] = [order(old, now), order(now, old)];
  return before === after ? [] : [{ place: 'profiles', before, after, weakens: true }];
}
