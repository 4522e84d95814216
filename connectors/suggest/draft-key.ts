/** What tells the rows of a drafted stream apart. */
import type { ResourceProfile } from '../inspect/source-profile';
import type { Candidate } from './candidates';
import { partsOfName } from './name-match';
import { scalar } from './yaml-text';

export interface DraftedKey {
  readonly key: string | null;
  readonly unique: readonly string[];
  readonly keyTodos: readonly string[];
}

/** Words of columns that are made to tell rows apart; a quantity that happens to differ is none. */
const KEY_WORDS =
  /(?:^|[^a-z])(?:id|uid|key|no|number|code|guid)(?:$|[^a-z])|编号|单号|流水号|^(?:LSH|BH|ID)$/iu;

/** The primary key, else what the source or the sample holds unique, else the columns that name the thing. */
export function keyOf(resource: ResourceProfile, named: readonly (Candidate | undefined)[]): DraftedKey {
  const primary = resource.columns
    .filter(({ keyPart }) => keyPart > 0)
    .sort((a, b) => a.keyPart - b.keyPart)
    .map(({ name }) => name);
  const declared = resource.kind === 'table' || resource.kind === 'view' || resource.kind === 'entitySet';
  const sets = declared
    ? resource.unique
    : resource.unique.filter((set) => set.every((column) => KEY_WORDS.test(partsOfName(column).join(' '))));
  const columns = primary.length > 0 ? primary : (sets[0] ?? []);
  if (columns.length === 0) {
    const own = named.filter((one) => one !== undefined && one.joins.length === 0);
    if (own.length === 0 || own.length < named.length) return { key: null, unique: [], keyTodos: [] };
    const key = `[${own.map((one) => scalar(one?.reference ?? '')).join(', ')}]`;
    return { key, unique: [], keyTodos: ['key: does this tell the rows apart?'] };
  }
  const names = columns.map(scalar);
  return {
    key: names.length === 1 ? (names[0] ?? '') : `[${names.join(', ')}]`,
    unique: primary.length > 0 ? [] : columns,
    keyTodos: [],
  };
}
