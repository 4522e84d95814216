/** Which record type a table holds, by its name and comment, and failing those by its columns. */
import type { RecordType } from '../../schema/records/record-types';
import { isRecordType } from '../../schema/records/record-types';
import type { ResourceInfo, ResourceProfile } from '../inspect/source-profile';
import { matchName, type NameMatch } from './name-match';
import type { Synonyms } from './synonyms';
import { fitOf } from './value-fit';

export interface Classified extends NameMatch {
  readonly recordType: RecordType;
}

/** Below this a name says too little. */
const LEAST_NAME = 0.5;

/** Record types that a name fits, the best first. */
export function classifyName({ name, comment }: ResourceInfo, synonyms: Synonyms): Classified[] {
  return synonyms.recordTypes
    .flatMap((type) => {
      const words = synonyms.resource(type);
      const match = words === null ? null : matchName(bareName(name), comment, words);
      return match === null || !isRecordType(type) ? [] : [{ ...match, recordType: type }];
    })
    .filter(({ score }) => score >= LEAST_NAME)
    .sort((a, b) => b.score - a.score);
}

/** Prefixes that say nothing: `tabBatch`, `t_stock`, `dbo.rdrecords01`. */
const bareName = (name: string) =>
  name
    .replace(/^.*\./u, '')
    .replace(/^(?:tab(?=[A-Z])|t_|tb_|tbl_|zt_|dim_|fact_|bd_|sys_)/u, '')
    .replace(/\d+$/u, '');

/** Share of rows with a code of their own, at least, in a table that lists things. */
const MASTER_SHARE = 0.95;

/** A table that lists items has each item once; lines that name items are no such table. */
function isMaster({ recordType }: Classified, { columns }: ResourceProfile, synonyms: Synonyms): boolean {
  if (!['item', 'site', 'location', 'party'].includes(recordType)) return true;
  const coded = columns
    .map((column) => ({
      column,
      score: matchName(column.name, column.comment, synonyms.field(recordType, 'code'))?.score ?? 0,
    }))
    .sort((a, b) => b.score - a.score)[0];
  if (coded === undefined || coded.score < 0.7) return true;
  const { distinct, sampled } = coded.column;
  return distinct === null || sampled < 2 || distinct / sampled >= MASTER_SHARE;
}

/** What a resource holds; null when neither its name nor its columns say. */
export function classify(profile: ResourceProfile, synonyms: Synonyms): Classified | null {
  const [named] = classifyName(profile, synonyms).filter((one) => isMaster(one, profile, synonyms));
  const has = (type: RecordType, field: string, kind: Parameters<typeof fitOf>[0]) =>
    profile.columns.some(
      (column) =>
        (matchName(column.name, column.comment, synonyms.field(type, field))?.score ?? 0) >= 0.65 &&
        fitOf(kind, column).factor > 0,
    );
  const lot = has('movement', 'lotNumber', 'lotNumber');
  const moves = lot && has('movement', 'quantity', 'quantity') && has('movement', 'occurredAt', 'instant');
  // a table of lots may carry a quantity and a date too, but it states an expiry for each lot
  const expires = lot && has('lot', 'expiresOn', 'date');
  if (named !== undefined) {
    if (named.recordType === 'lot' && moves && !expires)
      return { recordType: 'movement', score: 0.55, evidence: 'columns for lot, quantity and date' };
    return named;
  }
  if (expires) return { recordType: 'lot', score: 0.55, evidence: 'columns for lot and expiry' };
  return moves
    ? { recordType: 'movement', score: 0.55, evidence: 'columns for lot, quantity and date' }
    : null;
}
