/**
 * Compiles `completeness.yaml`. A rule that asks for what nothing states, that no lot could come to, or that would show
 * more than the computed field may, is a problem with file, line and column.
 */
import Ajv from 'ajv';
import { toMicros } from '../../platform/decimal';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError, type LocalizedText } from '../../platform/errors';
import { once } from '../../platform/once';
import { YamlFile, type YamlPath } from '../../platform/yaml-file';
import schema from '../../schema/dictionary/completeness/completeness.schema.json';
import { type AskedTerm, COMPLETENESS_TERM, askedTerm } from './asked-terms';
import type {
  CompletenessAsk,
  CompletenessCondition,
  CompletenessProfile,
  CompletenessRules,
} from './completeness-rule';

interface ConditionInFile {
  readonly term: string;
  readonly is?: 'present' | 'absent';
  readonly in?: readonly string[];
}

interface AskInFile {
  readonly id: string;
  readonly term: string;
  readonly kinds?: readonly string[];
  readonly name?: LocalizedText;
  readonly weight?: number;
  readonly required?: boolean;
  readonly when?: readonly ConditionInFile[];
}

interface ProfileInFile {
  readonly id: string;
  readonly name: LocalizedText;
  readonly when?: readonly ConditionInFile[];
  readonly least: string;
  readonly asks: readonly AskInFile[];
}

interface CompletenessFile {
  readonly profiles: readonly ProfileInFile[];
}

const validate = once(() => new Ajv({ allErrors: true }).compile<CompletenessFile>(schema));

/** What is known of a term that no rule can ask for, once that was reported. */
const NOTHING: AskedTerm = { id: '', kind: 'value', feeds: [], kinds: null };

/** Throws ConfigError with every problem. */
export function compileCompleteness(
  name: string,
  text: string,
  dictionary: Dictionary,
  version: string,
): CompletenessRules {
  const file = new YamlFile(name, text);
  const content = file.read(validate());
  const profiles = content === null ? [] : new Compiler(file, dictionary).profiles(content.profiles);
  if (file.problems.length > 0) throw new ConfigError(file.messages());
  const terms = termsOf(profiles);
  return { version, profiles, terms, recordTypes: [...new Set(terms.flatMap(({ feeds }) => feeds))] };
}

function termsOf(profiles: readonly CompletenessProfile[]): AskedTerm[] {
  const asks = profiles.flatMap((profile) => profile.asks);
  const conditions = [...profiles, ...asks].flatMap(({ when }) => when);
  const all = [...asks, ...conditions].map(({ asked }) => asked);
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

class Compiler {
  readonly #shown: ReadonlySet<string>;

  constructor(
    private readonly file: YamlFile,
    private readonly dictionary: Dictionary,
  ) {
    this.#shown = new Set(dictionary.find(COMPLETENESS_TERM)?.derivedFrom ?? []);
  }

  profiles(inFile: readonly ProfileInFile[]): CompletenessProfile[] {
    this.#tellApart(inFile, ['profiles']);
    return inFile.map((profile, index) => {
      const at = ['profiles', index];
      const isLast = index === inFile.length - 1;
      if (isLast && profile.when !== undefined)
        this.#report([...at, 'when'], 'the last profile holds for every other lot, so it has no conditions');
      if (!isLast && profile.when === undefined)
        this.#report([...at, 'id'], 'without conditions it holds for every lot, and no later one is reached');
      return this.#profile(profile, at);
    });
  }

  #profile({ id, name, when, least, asks }: ProfileInFile, at: YamlPath): CompletenessProfile {
    this.#tellApart(asks, [...at, 'asks']);
    if (asks.every((ask) => ask.when !== undefined))
      this.#report([...at, 'asks'], 'ask for something of every lot: here each ask has conditions');
    return {
      ...{ id, name, leastMicros: toMicros(least) },
      when: this.#conditions(when, at),
      asks: asks.map((ask, index) => this.#ask(ask, [...at, 'asks', index])),
    };
  }

  #ask({ id, term, kinds, name, weight, required, when }: AskInFile, at: YamlPath): CompletenessAsk {
    const asked = this.#term(term, [...at, 'term']);
    for (const [index, kind] of (kinds ?? []).entries())
      if (!(asked.kinds ?? []).includes(kind))
        this.#report(
          [...at, 'kinds', index],
          asked.kinds === null ? `${term} has no kinds` : `must be one of ${asked.kinds.join(', ')}`,
        );
    return {
      ...{ id, asked, kinds: kinds ?? null, weight: weight ?? 1, required: required ?? false },
      name: name ?? this.dictionary.find(term)?.name ?? { en: term, zh: term },
      when: this.#conditions(when, at),
    };
  }

  #conditions(inFile: readonly ConditionInFile[] | undefined, at: YamlPath): CompletenessCondition[] {
    return (inFile ?? []).map((one, index) => {
      const place = [...at, 'when', index];
      const asked = this.#term(one.term, [...place, 'term']);
      if (one.in !== undefined && (asked.kind === 'records' || asked.kind === 'party'))
        this.#report([...place, 'in'], `${one.term} has no value to compare: ask whether it is present`);
      return { asked, is: one.is ?? null, in: one.in ?? null };
    });
  }

  #term(id: string, at: YamlPath): AskedTerm {
    const asked = askedTerm(this.dictionary, id);
    if (asked === null) this.#report(at, `no rule can ask for "${id}"`);
    else if (!this.#shown.has(id))
      this.#report(at, `${COMPLETENESS_TERM} would show it: add it to "derivedFrom" of that term first`);
    return asked ?? NOTHING;
  }

  #tellApart(list: readonly { readonly id: string }[], at: YamlPath): void {
    const seen = new Set<string>();
    for (const [index, { id }] of list.entries()) {
      if (seen.has(id)) this.#report([...at, index, 'id'], `there is another "${id}"`);
      seen.add(id);
    }
  }

  #report(at: YamlPath, message: string): void {
    this.file.report(at, message);
  }
}
