/**
 * The data dictionary: what each field means, in zh and en, who answers for it, and which system is believed
 * first when several speak. Read from `schema/dictionary/terms/*.yaml`.
 */
import { ConfigError, type LocalizedText } from '../errors';
import { attributeProblems } from './attributes';
import { complete, problemsOf, unknownKeys } from './term-file';
import { readTermFiles } from './term-texts';

export const CLASSIFICATIONS = ['public', 'internal', 'confidential', 'restricted'] as const;
export type Classification = (typeof CLASSIFICATIONS)[number];
export const TERM_STATUSES = ['draft', 'active', 'deprecated', 'retired'] as const;

/** One dictionary term. `id` is stable: it is never renamed or reused. */
export interface Term {
  readonly id: string;
  /** The group of terms that it belongs to, from its file. */
  readonly group: string;
  readonly name: LocalizedText;
  readonly definition: LocalizedText;
  /** `text`, `code`, `date`, `instant`, `quantity`, `integer`, `boolean`, `object`, `list`, `operation`. */
  readonly type: string;
  readonly unit: string | null;
  readonly format: string | null;
  readonly pattern: string | null;
  /** Permissible values, each with its zh and en name. */
  readonly values: readonly { readonly code: string; readonly name: LocalizedText }[];
  /** What an absent value means. */
  readonly nullMeaning: LocalizedText | null;
  /** Which zone a date or instant is in. */
  readonly timeZone: string | null;
  readonly example: string | null;
  readonly classification: Classification;
  /** Terms whose values can be read out of this one's; nobody may see more of it than of the strictest of them. */
  readonly derivedFrom: readonly string[];
  /** A value whose change needs two signatures. */
  readonly regulated: boolean;
  readonly owner: string;
  readonly steward: string;
  readonly status: (typeof TERM_STATUSES)[number];
  readonly version: number;
  /** Why the term is as it is since its version. */
  readonly changeReason: string;
  /** Earlier versions, newest first: when each came, and why. */
  readonly history: readonly TermVersion[];
  /** Set when the term is given up: clients are told in the graph, and until when its fields stay. */
  readonly deprecation: TermDeprecation | null;
  /** The term has no field of its own: its values are found under `attributes` of its entity. */
  readonly attribute: boolean;
  /** What the values are held to, in words: `not in the future`, `unique within the item`. */
  readonly qualityRules: readonly LocalizedText[];
  /** How long values are kept; null: as long as the records that they come from. */
  readonly retention: string | null;
  readonly synonyms: { readonly en: readonly string[]; readonly zh: readonly string[] };
  /** Systems in the order in which they are believed; empty means the order of the record type's default. */
  readonly precedence: readonly string[];
  /** Standards or clauses that ask for the term. */
  readonly references: readonly string[];
}

/** One version of a term. */
export interface TermVersion {
  readonly version: number;
  /** `YYYY-MM-DD`. */
  readonly on: string;
  readonly reason: string;
}

/** What clients of a term that is given up are told. */
export interface TermDeprecation {
  /** `YYYY-MM-DD`: the day on which it was announced. */
  readonly since: string;
  /** `YYYY-MM-DD`: fields of the term MUST NOT go before this day. */
  readonly removeOn: string;
  readonly reason: string;
  /** Id of the term to use instead; null where there is none. */
  readonly replacedBy: string | null;
}

export class Dictionary {
  readonly #terms: ReadonlyMap<string, Term>;
  readonly #byId: readonly Term[];
  readonly #attributes: readonly Term[];

  constructor(terms: readonly Term[]) {
    this.#terms = new Map(terms.map((term) => [term.id, term]));
    this.#byId = [...this.#terms.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#attributes = this.#byId.filter((term) => term.attribute);
  }

  /** Terms without a field of their own, by id. */
  attributes(): readonly Term[] {
    return this.#attributes;
  }

  find(id: string): Term | undefined {
    return this.#terms.get(id);
  }

  /** All terms, by id. */
  list(): Term[] {
    return [...this.#byId];
  }

  /** Systems in the order in which they are believed for a field of a record type; unlisted systems come last, by id. */
  precedence(recordType: string, field: string): readonly string[] {
    const own = this.find(`${recordType}.${field}`)?.precedence ?? [];
    return own.length > 0 ? own : (this.find(recordType)?.precedence ?? []);
  }
}

/** Loads every term file of a folder. Throws ConfigError naming each file and term that is not complete. */
export function loadDictionary(folder: string): Dictionary {
  const problems: string[] = [];
  const terms: Term[] = [];
  const seen = new Map<string, string>();
  for (const [file, content] of readTermFiles(folder)) {
    for (const raw of content.terms) {
      const term = complete(raw, content);
      const found = [...unknownKeys(raw), ...problemsOf(term), ...attributeProblems(term)];
      problems.push(...found.map((problem) => `${file}: ${term.id}: ${problem}`));
      const other = seen.get(term.id);
      if (other !== undefined) problems.push(`${file}: ${term.id} is already defined in ${other}`);
      seen.set(term.id, file);
      terms.push(term);
    }
  }
  problems.push(...unknownSources(terms, seen), ...unknownSuccessors(terms, seen));
  if (problems.length > 0) throw new ConfigError(problems);
  return new Dictionary(terms);
}

/** A source that does not exist would protect nothing. */
function unknownSources(terms: readonly Term[], files: ReadonlyMap<string, string>): string[] {
  return terms.flatMap((term) =>
    term.derivedFrom
      .filter((source) => !files.has(source) || source === term.id)
      .map(
        (source) => `${files.get(term.id) ?? ''}: ${term.id}: derivedFrom names no other term "${source}"`,
      ),
  );
}

function unknownSuccessors(terms: readonly Term[], files: ReadonlyMap<string, string>): string[] {
  return terms.flatMap(({ id, deprecation }) => {
    const next = deprecation?.replacedBy ?? null;
    return next === null || (files.has(next) && next !== id)
      ? []
      : [`${files.get(id) ?? ''}: ${id}: replacedBy names no other term "${next}"`];
  });
}
