/**
 * What each finding says against the records that it is about. Every rule of findings is decided here, so that none is
 * forgotten: a rule that raises findings and says nothing of quality says so too. The guide lists the same.
 */
import { FINDING_RULES, type FindingRule } from '../findings';

/**
 * - `INVALID`: the row breaks what its record type, its mapping or the calendar asks; it was kept all the same.
 * - `DISAGREES`: what is stated of an entity, by one system or several, cannot all be true.
 * - `UNRESOLVED`: a fact names what nobody knows, what may be one of several, or what was decided otherwise.
 */
export type Fault = 'INVALID' | 'DISAGREES' | 'UNRESOLVED';

export const FAULTS = {
  UNKNOWN_CODE: ['INVALID'],
  ZERO_DATE: ['INVALID'],
  ABSURD_FACTOR: ['INVALID'],
  TEXT_REPAIRED: ['INVALID'],
  // a text that names no instant, or two, is none of the values that an instant has
  CLOCK_CHANGE: ['INVALID'],
  // about no term, and about the row: its key does not tell it from the row whose place it took
  KEY_REPEATED: ['INVALID'],

  VALUE_DIFFERS: ['DISAGREES'],
  STATUS_DIFFERS: ['DISAGREES'],
  STOCK_DIFFERS: ['DISAGREES'],
  INSPECTIONS_DIFFER: ['DISAGREES'],
  TERMS_DISAGREE: ['DISAGREES'],
  EXPIRY_BEFORE_MANUFACTURE: ['DISAGREES'],
  MOVED_BEFORE_MANUFACTURE: ['DISAGREES'],
  NEGATIVE_STOCK: ['DISAGREES'],
  MISSING_IN_SYSTEM: ['DISAGREES'],
  MASTER_MISSING: ['DISAGREES'],
  AMBIGUOUS_LOT: ['DISAGREES', 'UNRESOLVED'],

  UNKNOWN_LOT: ['UNRESOLVED'],
  NO_LOT: ['UNRESOLVED'],
  CROSS_REFERENCE_CONFLICT: ['UNRESOLVED'],

  // a conversion by a declared factor is no fault, and one number may stand on lots of two items
  UNIT_CONVERTED: [],
  SAME_NUMBER: [],
  // completeness counts what is not stated; a record that is gone, or that never came, is not counted
  NO_EXPIRY: [],
  GONE_IN_SOURCE: [],
  ACCEPTED_WITHOUT_RESULTS: [],
  // what was done with goods may be wrong and yet be recorded as it was
  EXPIRED_UNBLOCKED: [],
  MOVED_AFTER_EXPIRY: [],
  // about whole streams; some are raised by the scores themselves
  SOURCE_DRIFT: [],
  VALUES_DRIFT: [],
  QUALITY_BELOW: [],
  FEED_LATE: [],
  FEED_SILENT: [],
  VOLUME_UNUSUAL: [],
} as const satisfies Record<FindingRule, readonly Fault[]>;

/** Rules whose open findings are a fault. */
export const rulesOf = (fault: Fault): FindingRule[] =>
  (Object.keys(FINDING_RULES) as FindingRule[]).filter((rule) =>
    (FAULTS[rule] as readonly Fault[]).includes(fault),
  );
