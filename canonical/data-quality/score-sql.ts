/**
 * What makes a record fail in a dimension, in one place for the scores and for the list of those that fail. Statements
 * begin with open findings and look up their records, never the other way round.
 */
import type { FindingRule } from '../findings';
import { type RecordType, recordTypeDefinition } from '../../schema/records/record-types';

const listed = (rules: readonly FindingRule[]): string => rules.map((rule) => `'${rule}'`).join(',');

/** Notes on rows that were kept though a value was not as it should be. A conversion by a declared factor is no fault. */
export const INVALID = [
  'UNKNOWN_CODE',
  'ZERO_DATE',
  'ABSURD_FACTOR',
  'TEXT_REPAIRED',
] as const satisfies readonly FindingRule[];
/** Systems do not agree on an entity. */
export const DISAGREES = [
  ...(['VALUE_DIFFERS', 'STATUS_DIFFERS', 'STOCK_DIFFERS', 'TERMS_DISAGREE'] as const),
  ...(['EXPIRY_BEFORE_MANUFACTURE', 'MISSING_IN_SYSTEM', 'MASTER_MISSING', 'AMBIGUOUS_LOT'] as const),
] as const satisfies readonly FindingRule[];
/** A fact names what no other system knows, or what may be one of several. */
export const UNRESOLVED = [
  'UNKNOWN_LOT',
  'AMBIGUOUS_LOT',
  'NO_LOT',
] as const satisfies readonly FindingRule[];

/** Open findings `f` of current, valid records `r`; those of no such record have none. */
const ofRecords = (rules: readonly FindingRule[]): string =>
  `FROM finding f LEFT JOIN source_record r ON r.pk = f.subject_pk AND r.void_reason IS NULL
    WHERE f.state = 'OPEN' AND f.rule IN (${listed(rules)}) AND f.subject_type = 'record'`;
/** The same, of what records describe. */
const ofEntities = (rules: readonly FindingRule[]): string =>
  `FROM finding f LEFT JOIN source_record r ON r.entity_pk = f.subject_pk AND r.void_reason IS NULL
    WHERE f.state = 'OPEN' AND f.rule IN (${listed(rules)}) AND f.subject_type IN ('lot','item','site','location','party')`;

export const INVALID_RECORDS = ofRecords(INVALID);
export const UNRESOLVED_RECORDS = ofRecords(UNRESOLVED);
export const DISAGREEING_RECORDS = ofEntities(DISAGREES);

/** Open findings that make records of a stream of this type inconsistent. */
export const inconsistentRecords = (recordType: RecordType): string =>
  recordTypeDefinition(recordType).kind === 'entity' ? DISAGREEING_RECORDS : UNRESOLVED_RECORDS;
