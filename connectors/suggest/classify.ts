/** Which record type a table holds, by its name and comment, and failing those by its columns. */
import type { RecordType } from '../../schema/records/record-types';
import { isRecordType } from '../../schema/records/record-types';
import type { ResourceInfo, ResourceProfile } from '../inspect/source-profile';
import { matchName, type NameMatch } from './name-match';
import type { Synonyms } from './synonyms';
import { fitOf, shareOf } from './value-fit';

export interface Classified extends NameMatch {
  readonly recordType: RecordType;
}

/** Below this a name says too little; lines are often named after the document that they stand in. */
const LEAST_NAME: Partial<Record<RecordType, number>> = { document: 0.75 };
const LEAST_OF_ALL = 0.5;

/** Record types that a name fits, the best first. */
export function classifyName({ name, comment }: ResourceInfo, synonyms: Synonyms): Classified[] {
  return synonyms.recordTypes
    .flatMap((type) => {
      const words = synonyms.resource(type);
      if (words === null || !isRecordType(type)) return [];
      const matches = namesOf(name).flatMap((one) => matchName(one, comment, words) ?? []);
      return matches.map((match) => ({ ...match, recordType: type }));
    })
    .filter(({ score, recordType }) => score >= (LEAST_NAME[recordType] ?? LEAST_OF_ALL))
    .sort((a, b) => b.score - a.score);
}

/** Of an address its last part, and the values that it asks for: `search?portal_type=Analysis`. */
function namesOf(name: string): string[] {
  const [path = '', query] = name.split('?');
  const asked = [...new URLSearchParams(query)].map(([, value]) => value);
  return [path.replace(/^.*\//u, ''), ...asked].map(bareName).filter((one) => one !== '');
}

/** What columns alone say is worth this much. */
export const BY_COLUMNS = 0.55;

/** Prefixes that say nothing: `tabBatch`, `t_stock`, `dbo.rdrecords01`. */
export const bareName = (name: string): string =>
  name
    .replace(/^.*\./u, '')
    .replace(/^(?:tab(?=[A-Z])|t_|tb_|tbl_|zt_|dim_|fact_|bd_|sys_)/u, '')
    .replace(/\d+$/u, '');

/** Share of rows with a code of their own, at least, in a table that lists things. */
const MASTER_SHARE = 0.95;
const MASTERS: readonly RecordType[] = ['item', 'site', 'location', 'party'];
/** A name that is that of a master leaves no doubt, even where it holds several versions of each. */
const CERTAIN_NAME = 0.9;
/** A name that says what the table lists, and not only what its lines are about. */
const SURE_NAME = 0.8;

type Has = (type: RecordType, field: string, kind: Parameters<typeof fitOf>[0], least?: number) => boolean;

const columnsOf =
  ({ columns }: ResourceProfile, synonyms: Synonyms): Has =>
  (type, field, kind, least = 0.65) =>
    columns.some(
      (column) =>
        (matchName(column.name, column.comment, synonyms.field(type, field))?.score ?? 0) >= least &&
        fitOf(kind, column).factor > 0 &&
        // whether an item has lots is no lot, however few rows show it
        (kind !== 'lotNumber' || shareOf(column, (one) => one === 'boolean') < 0.99),
    );

/** A table that lists items has each item once; lines, stock and kinds of items are no such table. */
function isMaster({ recordType, score }: Classified, profile: ResourceProfile, synonyms: Synonyms): boolean {
  if (!MASTERS.includes(recordType)) return true;
  const has = columnsOf(profile, synonyms);
  const isSure = score >= SURE_NAME;
  const isStock =
    recordType === 'item'
      ? !isSure && has('movement', 'quantity', 'quantity', 0.5) && has('movement', 'location', 'location')
      : has('movement', 'quantity', 'quantity') && has('movement', 'item', 'item');
  const isOfKinds = /(?:type|kind|group|category|class|类型|类别|分类|分组)s?$/iu.test(profile.name);
  if (isStock || isOfKinds || (recordType === 'item' && has('movement', 'lotNumber', 'lotNumber')))
    return false;
  const coded = profile.columns
    .map((column) => ({
      column,
      score: matchName(column.name, column.comment, synonyms.field(recordType, 'code'))?.score ?? 0,
    }))
    .sort((a, b) => b.score - a.score)[0];
  if (coded === undefined || coded.score < 0.7 || score >= CERTAIN_NAME) return true;
  const { distinct, sampled } = coded.column;
  return distinct === null || sampled < 2 || distinct / sampled >= MASTER_SHARE;
}

/** What a resource holds; null when neither its name nor its columns say. */
export function classify(profile: ResourceProfile, synonyms: Synonyms): Classified | null {
  const has = columnsOf(profile, synonyms);
  const lot = has('movement', 'lotNumber', 'lotNumber');
  const [named] = classifyName(profile, synonyms)
    .filter((one) => isMaster(one, profile, synonyms))
    .filter(({ recordType }) => recordType !== 'transformation' || lot);
  const moves = lot && has('movement', 'quantity', 'quantity') && has('movement', 'occurredAt', 'instant');
  // a table of lots may carry a quantity and a date too, but it states an expiry for each lot
  const expires = lot && has('lot', 'expiresOn', 'date');
  if (named !== undefined) {
    if (named.recordType === 'lot' && moves && !expires)
      return { recordType: 'movement', score: BY_COLUMNS, evidence: 'columns for lot, quantity and date' };
    return named;
  }
  if (expires) return { recordType: 'lot', score: BY_COLUMNS, evidence: 'columns for lot and expiry' };
  if (moves)
    return { recordType: 'movement', score: BY_COLUMNS, evidence: 'columns for lot, quantity and date' };
  return listsItems(profile, synonyms, lot)
    ? { recordType: 'item', score: 0.6, evidence: 'columns for code and name of an item, and each code once' }
    : null;
}

/** By its columns alone: a code that is called that of an item, once a row, and its name. */
function listsItems(profile: ResourceProfile, synonyms: Synonyms, lot: boolean): boolean {
  const coded = profile.columns.some(
    ({ name, comment, distinct, sampled, keyPart }) =>
      (matchName(name, comment, synonyms.field('movement', 'item'))?.score ?? 0) >= 0.75 &&
      (keyPart > 0 || (sampled > 1 && distinct === sampled)),
  );
  return coded && !lot && columnsOf(profile, synonyms)('item', 'name', 'text');
}
