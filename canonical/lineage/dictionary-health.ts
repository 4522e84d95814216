/** What is loose in the dictionary: terms without a place, places without a term, terms that nobody answers for. */
import { RECORD_TYPES, type RecordTypeDefinition } from '../../schema/records/record-types';
import type { Dictionary, Term } from '../../platform/dictionary/dictionary';
import type { LineageIndex } from './lineage-index';

export type OrphanKind =
  /** The term stands nowhere in the graph, and is no attribute. */
  | 'NO_FIELD'
  /** A field of a record type that mappings fill has no term. */
  | 'NO_TERM'
  /** The attribute is filled by no mapping. */
  | 'NO_SOURCE'
  | 'NO_OWNER'
  | 'NO_STEWARD'
  /** A deprecated term whose day of removal has passed. */
  | 'OVERDUE';

export interface Orphan {
  readonly kind: OrphanKind;
  readonly id: string;
  readonly group: string | null;
}

const parentOf = (id: string): string => id.slice(0, Math.max(0, id.lastIndexOf('.')));

/** Words that mean that nobody was named. */
const NOBODY = /^(tbd|todo|none|unknown|n\/a|-|\?|无|未定|待定)$/i;

/** Everything that is loose; `today` is `YYYY-MM-DD`. */
export function findOrphans(dictionary: Dictionary, lineage: LineageIndex, today: string): Orphan[] {
  const terms = dictionary.list().filter(({ status }) => status !== 'retired');
  const parents = new Set(terms.map(({ id }) => parentOf(id)));
  return [
    ...terms.flatMap((term) =>
      looseTerm(term, lineage, parents, today).map((kind) => ({ kind, ...place(term) })),
    ),
    ...fieldsWithoutTerm(dictionary),
  ];
}

const place = ({ id, group }: Term): { id: string; group: string } => ({ id, group });

function looseTerm(
  term: Term,
  lineage: LineageIndex,
  parents: ReadonlySet<string>,
  today: string,
): OrphanKind[] {
  const found: OrphanKind[] = [];
  const named = lineage.coordinatesOf(term.id).length > 0;
  const filled = (lineage.ofTerm(term.id)?.columns.length ?? 0) > 0;
  // what others are parts of stands in the graph by them; what a mapping fills is used without being shown
  const used = named || filled || parents.has(term.id);
  if (!used) found.push('NO_FIELD');
  if (term.attribute && !filled) found.push('NO_SOURCE');
  if (NOBODY.test(term.owner.trim())) found.push('NO_OWNER');
  if (NOBODY.test(term.steward.trim())) found.push('NO_STEWARD');
  if (term.deprecation !== null && term.deprecation.removeOn <= today) found.push('OVERDUE');
  return found;
}

function fieldsWithoutTerm(dictionary: Dictionary): Orphan[] {
  return Object.entries(RECORD_TYPES as Readonly<Record<string, RecordTypeDefinition>>).flatMap(
    ([recordType, { fields }]) =>
      Object.keys(fields)
        .map((field) => `${recordType}.${field}`)
        .filter((id) => dictionary.find(id) === undefined)
        .map((id) => ({ kind: 'NO_TERM' as const, id, group: null })),
  );
}

/** Terms whose names say less or other than those of their kind do; `id: what is wrong`. */
export function lintTerms(dictionary: Dictionary): string[] {
  const names = new Map<string, string>();
  return dictionary.list().flatMap((term) => {
    const problems: string[] = [];
    const { id, name, type, values, unit, status } = term;
    if (/^[a-z]/.test(name.en) && !/^[a-z]+[A-Z0-9]/.test(name.en))
      problems.push('the English name begins with a capital letter');
    if (!/\p{Script=Han}/u.test(name.zh) && /\p{L}/u.test(name.zh) && name.zh === name.en)
      problems.push('the Chinese name is the English one');
    if (/[.。]$/.test(name.en) || /。$/.test(name.zh)) problems.push('a name does not end with a full stop');
    if (values.length > 0 && type !== 'code') problems.push(`permissible values at the type ${type}`);
    if (unit !== null && !['quantity', 'integer', 'text'].includes(type))
      problems.push(`a unit at the type ${type}`);
    if (status !== 'retired') {
      const key = `${parentOf(id)} ${name.zh}`;
      const other = names.get(key);
      if (other === undefined) names.set(key, id);
      else problems.push(`has the Chinese name of ${other}`);
    }
    return problems.map((problem) => `${id}: ${problem}`);
  });
}
