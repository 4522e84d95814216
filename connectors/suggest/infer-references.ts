/**
 * Foreign keys that a database does not declare, as most old ones do not: a column whose name is that of a table, or of
 * its key, and whose values are keys there. The name alone proves nothing; the values are asked for.
 */
import type { ColumnProfile, ResourceProfile, SourceInspector } from '../inspect/source-profile';
import { bareName } from './classify';
import { partsOfName } from './name-match';
import { shareOf } from './value-fit';

/** Share of the sampled values that must be keys of the other table. */
const LEAST_FOUND = 0.9;
/** Tables that one column is tried against. */
const MOST_TARGETS = 3;
/** Samples are cut at this length and then no longer what the column holds. */
const LONGEST_SAMPLE = 59;

/** Endings that say that a name stands for a row, and names of keys that say nothing of what they are keys of. */
const POINTER = new Set(['id', 'no', 'code', 'name', 'number', 'key', 'fk', 'uid', 'uuid', 'ref', 'num']);
const PARENT = new Set(['parent', 'parentid', 'head', 'headid', 'headerid', 'masterid', 'mainid', '主表id']);

interface Target {
  readonly resource: ResourceProfile;
  readonly key: ColumnProfile;
  readonly why: string;
  readonly score: number;
}

/** The profiles with the keys that were found beside those that are declared. Asks nothing where a source cannot be asked. */
export async function withInferredReferences(
  profiles: readonly ResourceProfile[],
  inspector: SourceInspector,
  signal: AbortSignal,
): Promise<ResourceProfile[]> {
  if (inspector.holding === undefined) return [...profiles];
  const masters = profiles.flatMap((resource) => {
    const [key, ...more] = resource.columns.filter(({ keyPart }) => keyPart > 0);
    return key === undefined || more.length > 0 ? [] : [{ resource, key }];
  });
  const found: ResourceProfile[] = [];
  for (const profile of profiles) {
    const columns: ColumnProfile[] = [];
    for (const column of profile.columns) {
      const targets = canPoint(profile, column) ? targetsOf(profile, column, masters) : [];
      columns.push(await pointed(column, targets, inspector, signal));
    }
    found.push({ ...profile, columns });
  }
  return found;
}

/** Dates, quantities and flags point nowhere; neither does the key of the table itself. */
function canPoint({ columns }: ResourceProfile, column: ColumnProfile): boolean {
  const isOwnKey = column.keyPart > 0 && columns.filter(({ keyPart }) => keyPart > 0).length === 1;
  const isOther = shareOf(column, (one) => /^(?:date|instant|decimal|time|zeroDate)/u.test(one)) > 0.5;
  return column.references === null && column.samples.length > 0 && !isOwnKey && !isOther;
}

function targetsOf(
  profile: ResourceProfile,
  column: ColumnProfile,
  masters: readonly Pick<Target, 'resource' | 'key'>[],
): Target[] {
  return masters
    .flatMap((master) => {
      const match = namedBy(profile, column, master);
      return match === null ? [] : [{ ...master, ...match }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_TARGETS);
}

/** Why a column's name may mean another table. */
function namedBy(
  profile: ResourceProfile,
  { name }: ColumnProfile,
  { resource, key }: Pick<Target, 'resource' | 'key'>,
): Pick<Target, 'why' | 'score'> | null {
  const keyWords = partsOfName(key.name);
  const isTelling = !keyWords.every((part) => POINTER.has(part) || part === '编号' || part === '编码');
  const same = name.toLowerCase() === key.name.toLowerCase();
  if (same && isTelling && resource !== profile)
    return { score: 1, why: `its name is that of the key of ${resource.name}` };
  const isLine = resource !== profile && plain(profile.name).startsWith(plain(resource.name));
  if (isLine && (same || PARENT.has(name.replaceAll('_', '').toLowerCase())))
    return { score: 0.95, why: `${profile.name} is named as the lines of ${resource.name}` };
  const base = partsOfName(name).filter(
    (part, i, all) => i === 0 || i < all.length - 1 || !POINTER.has(part),
  );
  const table = partsOfName(bareName(resource.name)).map(singular);
  const named = base.map(singular);
  if (isLine && named.length > 0 && named.at(-1) === table.at(-1))
    return { score: 0.8, why: `${profile.name} is named after ${resource.name}` };
  const fits = endsWith(named, table) || (named.length > 0 && endsWith(table, named));
  return fits
    ? { score: named.length === table.length ? 0.9 : 0.7, why: `it is named as ${resource.name}` }
    : null;
}

const endsWith = (whole: readonly string[], end: readonly string[]) =>
  end.length > 0 &&
  end.length <= whole.length &&
  end.every((part, i) => whole[whole.length - end.length + i] === part);

const singular = (part: string) =>
  part.length > 3 ? part.replace(/ies$/u, 'y').replace(/(?<!s)s$/u, '') : part;

/** `rdrecords01` is made of the lines of `rdrecord01`. */
const plain = (name: string) => name.toLowerCase().replace(/s(?=\d|_|\s|$)/gu, '');

async function pointed(
  column: ColumnProfile,
  targets: readonly Target[],
  inspector: SourceInspector,
  signal: AbortSignal,
): Promise<ColumnProfile> {
  const values = column.samples.filter((text) => text.length <= LONGEST_SAMPLE);
  if (values.length === 0) return column;
  for (const { resource, key, why } of targets) {
    const held = (await inspector.holding?.(resource.name, key.name, values, signal)) ?? 0;
    if (held / values.length < LEAST_FOUND) continue;
    const inferred = `${why}, and ${held} of ${values.length} values of it are there`;
    return { ...column, references: { resource: resource.name, column: key.name, inferred } };
  }
  return column;
}
