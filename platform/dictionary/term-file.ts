/** How a term is written in its file, and what is wrong with one. */
import { DateTime } from 'luxon';
import type { LocalizedText } from '../errors';
import { type Classification, CLASSIFICATIONS, type Term, TERM_STATUSES } from './dictionary';

export type TermInFile = Pick<Term, 'id' | 'name'> & Partial<Term>;

/** A file of terms: what stands at its head holds for each term that does not say otherwise. */
export interface TermFile {
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
  ...(['history', 'deprecation', 'attribute', 'qualityRules', 'retention'] as const),
]);

/** The term with everything that its file leaves out. */
export function complete(raw: TermInFile, file: TermFile): Term {
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
    history: [],
    attribute: false,
    qualityRules: [],
    retention: null,
    precedence: [],
    references: [],
    ...raw,
    deprecation:
      raw.deprecation == null ? null : { ...raw.deprecation, replacedBy: raw.deprecation.replacedBy ?? null },
    synonyms: { en: raw.synonyms?.en ?? [], zh: raw.synonyms?.zh ?? [] },
    group: file.group,
  };
}

const LANGUAGES = new Set(['en', 'zh']);

/** What one term of a file says that means nothing. */
export function unknownKeys(raw: TermInFile): string[] {
  const foreign = Object.keys(raw).filter((key) => !TERM_KEYS.has(key));
  const texts = [raw.name, raw.definition, raw.nullMeaning, ...(raw.values ?? []).map((value) => value.name)];
  const cut = texts.flatMap((text) => Object.keys(text ?? {}).filter((key) => !LANGUAGES.has(key)));
  return [
    ...foreign.map((key) => `unknown key "${key}"`),
    ...cut.map((key) => `unknown language "${key}"; put a text with a comma in quotes`),
  ];
}

/** What is wrong with one term. */
export function problemsOf(term: Term): string[] {
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
  return [...problems, ...versionProblems(term), ...deprecationProblems(term)];
}

/** What a file leaves out is absent, whatever its type says. */
const isBlank = (text: unknown): boolean => typeof text !== 'string' || text.trim() === '';

const isDay = (text: unknown): boolean =>
  typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text).isValid;

/** Versions count down from the one before the term's own; none may be without a day and a reason. */
function versionProblems({ version, changeReason, history }: Term): string[] {
  const problems = history.flatMap((one, index) => {
    const found: string[] = [];
    if (one.version !== version - 1 - index)
      found.push(`history: version ${one.version} stands where ${version - 1 - index} belongs`);
    if (!isDay(one.on)) found.push(`history: version ${one.version} needs the day it came on, YYYY-MM-DD`);
    if (isBlank(one.reason)) found.push(`history: version ${one.version} needs a reason`);
    return found;
  });
  if (version > 1 && changeReason === 'first version')
    problems.push(`version ${version} needs a changeReason`);
  return problems;
}

function deprecationProblems({ status, deprecation }: Term): string[] {
  if (status === 'deprecated' && deprecation === null)
    return ['a deprecated term needs deprecation: { since, removeOn, reason }'];
  if (deprecation === null) return [];
  const problems: string[] = [];
  if (status !== 'deprecated' && status !== 'retired')
    problems.push('deprecation stands only at a term that is deprecated or retired');
  if (!isDay(deprecation.since) || !isDay(deprecation.removeOn))
    problems.push('deprecation: since and removeOn are days, YYYY-MM-DD in quotes');
  else if (deprecation.removeOn <= deprecation.since)
    problems.push('deprecation: removeOn comes after since');
  if (isBlank(deprecation.reason)) problems.push('deprecation: reason is missing');
  return problems;
}
