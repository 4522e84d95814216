/** Tables that link what went in to what came out: by two columns that point to rows with a lot, or by two lot numbers. */
import type { ColumnProfile, ResourceProfile } from '../inspect/source-profile';
import { candidatesFor, type Candidate } from './candidates';
import type { StreamContext } from './draft-stream';
import { matchName, partsOfName } from './name-match';
import { reachedThrough, type JoinDraft } from './reachable';
import { sideOf } from './sides';
import type { End } from './synonyms';
import { fitOf } from './value-fit';

export interface LinkEnd {
  /** The column that names the end. */
  readonly column: ColumnProfile;
  /** Null: its name pairs it with another end, and does not tell which of them went in. */
  readonly end: End | null;
  readonly evidence: string;
  readonly item: Candidate;
  readonly lot: Candidate;
  /** Leads to the row that the column points to; null where the lot stands in the table itself. */
  readonly join: JoinDraft | null;
}

export interface Link {
  readonly input: LinkEnd;
  readonly output: LinkEnd;
  /** Set where no word tells which end is which. */
  readonly question: string | null;
}

/** A candidate below this is no end of a link. */
const LEAST = 0.5;
/** Words that pair two ends; systems mean either by them. */
const PAIRED =
  /^(?:parent|child|source|target|src|dst|dest|from|to|origin|ancestor|descendant|predecessor|successor)$/u;
const PAIRED_ZH = /^(?:来源|源|目标|父|子|上级|下级|上游|下游)/u;

/** Null where the table links no two lots, or more than two. */
export function linkIn(profile: ResourceProfile, context: StreamContext): Link | null {
  const ends = [...pointers(profile, context), ...lotColumns(profile, context)];
  const told = (wanted: End) => ends.filter(({ end }) => end === wanted);
  const [input, output] = [only(told('INPUT')), only(told('OUTPUT'))];
  if (input !== null && output !== null)
    return joinedAlike(input, output) ? { input, output, question: null } : null;
  const [first, second, ...more] = ends.filter(({ end }) => end === null);
  if (first === undefined || second === undefined || more.length > 0 || !joinedAlike(first, second))
    return null;
  const question = `no word tells which of ${first.column.name} and ${second.column.name} went in and which came out`;
  return { input: first, output: second, question };
}

const only = (ends: readonly LinkEnd[]): LinkEnd | null => (ends.length === 1 ? (ends[0] ?? null) : null);
const joinedAlike = (a: LinkEnd, b: LinkEnd) => a.join?.table === b.join?.table;

/** Columns that point to rows with an item and a lot. */
function pointers(profile: ResourceProfile, context: StreamContext): LinkEnd[] {
  return profile.columns.flatMap((column): LinkEnd[] => {
    const { references } = column;
    const target = references === null ? undefined : context.byName.get(references.resource);
    const named = labelOf(column, context);
    if (references === null || target === undefined || named === null) return [];
    const { inferred } = references;
    const on = { [references.column]: column.name };
    const join = { table: target.name, as: 'line', on, ...(inferred === undefined ? {} : { inferred }) };
    const reached = reachedThrough(join, target, context.byName);
    const [item, lot] = (['item', 'lotNumber'] as const).map(
      (field) => candidatesFor('transformation', field, field, reached, context.classes, context.synonyms)[0],
    );
    if (item === undefined || lot === undefined || Math.min(item.confidence, lot.confidence) < LEAST * 0.85)
      return [];
    return [{ column, end: named.end, evidence: named.evidence, item, lot, join }];
  });
}

interface Label {
  /** What the columns of one end have in common. */
  readonly label: string;
  readonly end: End | null;
  readonly rest: string;
  readonly evidence: string;
}

function labelOf({ name, comment }: ColumnProfile, { synonyms }: StreamContext): Label | null {
  const side = sideOf(name, comment, synonyms);
  if (side !== null) return { ...side, label: side.end };
  const zh = PAIRED_ZH.exec(name)?.[0];
  if (zh !== undefined)
    return { label: zh, end: null, rest: name.slice(zh.length), evidence: `"${zh}" pairs it` };
  const parts = partsOfName(name);
  const word = parts.find((part) => PAIRED.test(part));
  if (word === undefined) return null;
  const rest = parts.filter((part) => part !== word).join(' ');
  return { label: word, end: null, rest, evidence: `"${word}" pairs it` };
}

/** Lot numbers in the table itself, each with the item that is named alike. */
function lotColumns(profile: ResourceProfile, context: StreamContext): LinkEnd[] {
  const labels = new Map<string, { label: Label; column: ColumnProfile }[]>();
  for (const column of profile.columns) {
    const label = labelOf(column, context);
    if (label !== null) labels.set(label.label, [...(labels.get(label.label) ?? []), { label, column }]);
  }
  return [...labels.values()].flatMap((named): LinkEnd[] => {
    const best = (kind: 'item' | 'lotNumber') => {
      const fields =
        kind === 'item'
          ? (['transformation.item', 'item.code'] as const)
          : (['transformation.lotNumber'] as const);
      const words = fields.map((field) => {
        const [type = '', name = ''] = field.split('.');
        return context.synonyms.field(type, name);
      });
      const found = named.flatMap(({ label, column }): Candidate[] => {
        const matches = words
          .flatMap((one) => matchName(label.rest, null, one) ?? [])
          .sort((a, b) => b.score - a.score);
        const [match] = matches;
        if (match === undefined || match.score < LEAST || fitOf(kind, column).factor < 1) return [];
        const evidence = [label.evidence, match.evidence];
        return [
          { reference: column.name, column, resource: profile, joins: [], confidence: match.score, evidence },
        ];
      });
      return found.sort((a, b) => b.confidence - a.confidence)[0];
    };
    const [lot, item] = [best('lotNumber'), best('item')];
    const label = named[0]?.label;
    if (lot === undefined || item === undefined || label === undefined || lot.reference === item.reference)
      return [];
    return [{ column: lot.column, end: label.end, evidence: label.evidence, item, lot, join: null }];
  });
}
