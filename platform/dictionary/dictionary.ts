/**
 * The data dictionary: what each field means, in zh and en, who answers for it, and which system is believed
 * first when several speak. Read from `schema/dictionary/terms/*.yaml`.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ConfigError, type LocalizedText } from '../errors';

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
  readonly changeReason: string;
  readonly synonyms: { readonly en: readonly string[]; readonly zh: readonly string[] };
  /** Systems in the order in which they are believed; empty means the order of the record type's default. */
  readonly precedence: readonly string[];
  /** Standards or clauses that ask for the term. */
  readonly references: readonly string[];
}

export class Dictionary {
  readonly #terms: ReadonlyMap<string, Term>;

  constructor(terms: readonly Term[]) {
    this.#terms = new Map(terms.map((term) => [term.id, term]));
  }

  find(id: string): Term | undefined {
    return this.#terms.get(id);
  }

  /** All terms, by id. */
  list(): Term[] {
    return [...this.#terms.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
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
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()) {
    const content = parse(readFileSync(path.join(folder, file), 'utf8')) as TermFile;
    for (const raw of content.terms) {
      const term = complete(raw, content);
      const found = [...unknownKeys(raw), ...problemsOf(term)];
      problems.push(...found.map((problem) => `${file}: ${term.id}: ${problem}`));
      const other = seen.get(term.id);
      if (other !== undefined) problems.push(`${file}: ${term.id} is already defined in ${other}`);
      seen.set(term.id, file);
      terms.push(term);
    }
  }
  problems.push(...unknownSources(terms, seen));
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

type TermInFile = Pick<Term, 'id' | 'name'> & Partial<Term>;

/** A file of terms: what stands at its head holds for each term that does not say otherwise. */
interface TermFile {
  readonly group: string;
  readonly owner: string;
  readonly steward: string;
  readonly classification?: Classification;
  readonly terms: readonly TermInFile[];
}

const TERM_KEYS: ReadonlySet<string> = new Set<keyof Term>([
  ...(['id', 'name', 'definition', 'type', 'unit', 'format', 'pattern', 'values', 'nullMeaning'] as const),
  ...([
    'timeZone',
    'example',
    'classification',
    'regulated',
    'owner',
    'steward',
    'status',
    'version',
  ] as const),
  ...(['changeReason', 'synonyms', 'precedence', 'references', 'derivedFrom'] as const),
]);

function complete(raw: TermInFile, file: TermFile): Term {
  return {
    definition: raw.name,
    type: 'text',
    unit: null,
    format: null,
    pattern: null,
    values: [],
    nullMeaning: null,
    timeZone: null,
    example: null,
    classification: file.classification ?? 'internal',
    derivedFrom: [],
    regulated: false,
    owner: file.owner,
    steward: file.steward,
    status: 'active',
    version: 1,
    changeReason: 'first version',
    precedence: [],
    references: [],
    ...raw,
    synonyms: { en: raw.synonyms?.en ?? [], zh: raw.synonyms?.zh ?? [] },
    group: file.group,
  };
}

const LANGUAGES = new Set(['en', 'zh']);

/** Keys that mean nothing: a slip of the pen, or a comma within braces that cut a text in two. */
function unknownKeys(raw: TermInFile): string[] {
  const foreign = Object.keys(raw).filter((key) => !TERM_KEYS.has(key));
  const texts = [raw.name, raw.definition, raw.nullMeaning, ...(raw.values ?? []).map((value) => value.name)];
  const cut = texts.flatMap((text) => Object.keys(text ?? {}).filter((key) => !LANGUAGES.has(key)));
  return [
    ...foreign.map((key) => `unknown key "${key}"`),
    ...cut.map((key) => `unknown language "${key}"; put a text with a comma in quotes`),
  ];
}

function problemsOf(term: Term): string[] {
  const problems: string[] = [];
  if (!/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/.test(term.id))
    problems.push('id must be dotted lowerCamelCase');
  for (const field of ['name', 'definition'] as const) {
    for (const language of ['en', 'zh'] as const) {
      if (!(term[field] as Partial<LocalizedText>)[language]?.trim())
        problems.push(`${field}.${language} is missing`);
    }
  }
  if (!CLASSIFICATIONS.includes(term.classification))
    problems.push(`unknown classification ${term.classification}`);
  if (!TERM_STATUSES.includes(term.status)) problems.push(`unknown status ${term.status}`);
  if (!term.owner || !term.steward) problems.push('owner and steward are missing');
  return problems;
}
