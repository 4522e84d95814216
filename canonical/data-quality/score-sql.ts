/**
 * What makes a record fail in a dimension, in one place for the scores and for the list of those that fail. Statements
 * begin with open findings and look up their records, never the other way round.
 */
import { type RecordType, recordTypeDefinition } from '../../schema/records/record-types';
import { type Fault, rulesOf } from './faults';

const listed = (fault: Fault): string =>
  rulesOf(fault)
    .map((rule) => `'${rule}'`)
    .join(',');

/** Open findings `f` of current, valid records `r`; those of no such record have none. */
const ofRecords = (fault: Fault): string =>
  `FROM finding f LEFT JOIN source_record r ON r.pk = f.subject_pk AND r.void_reason IS NULL
    WHERE f.state = 'OPEN' AND f.rule IN (${listed(fault)}) AND f.subject_type = 'record'`;
/** The same, of what records describe. */
const ofEntities = (fault: Fault): string =>
  `FROM finding f LEFT JOIN source_record r ON r.entity_pk = f.subject_pk AND r.void_reason IS NULL
    WHERE f.state = 'OPEN' AND f.rule IN (${listed(fault)}) AND f.subject_type IN ('lot','item','site','location','party')`;

export const INVALID_RECORDS = ofRecords('INVALID');
export const UNRESOLVED_RECORDS = ofRecords('UNRESOLVED');
export const DISAGREEING_RECORDS = ofEntities('DISAGREES');

/** Open findings that make records of a stream of this type inconsistent. */
export const inconsistentRecords = (recordType: RecordType): string =>
  recordTypeDefinition(recordType).kind === 'entity' ? DISAGREEING_RECORDS : UNRESOLVED_RECORDS;
