/** The longest text that each field can store; a longer one is a rejected row, never a shortened value. */
import type { CanonicalRecord } from '../../connectors/contract';

const DEFAULT_LIMIT = 140;
const KEY_LIMIT = 180;
const UNLIMITED = Number.POSITIVE_INFINITY;

const LIMITS: Readonly<Record<string, number>> = {
  name: 280,
  nameZh: 280,
  title: 280,
  titleZh: 280,
  reason: UNLIMITED,
  holdReason: UNLIMITED,
  remarks: UNLIMITED,
  value: UNLIMITED,
  timeZone: 64,
  country: 80,
  locationType: 60,
  uom: 40,
  unit: 40,
  gtin: 14,
  document: 150,
  basedOn: 150,
  inspection: 150,
  transformation: 150,
  recall: 150,
  retestOf: 150,
  // names of persons, sealed
  inspector: 800,
  analyst: 800,
  decidedBy: 800,
};

export interface TextProblem {
  readonly field: string;
  readonly message: string;
}

/** The first field whose text is too long; null when all fit. */
export function tooLong(key: string, record: CanonicalRecord): TextProblem | null {
  if (key.length > KEY_LIMIT)
    return { field: 'key', message: `key has ${key.length} characters, at most ${KEY_LIMIT} can be kept` };
  for (const field in record) {
    const value = record[field];
    if (typeof value !== 'string') continue;
    const limit = LIMITS[field] ?? DEFAULT_LIMIT;
    if (value.length > limit)
      return { field, message: `text has ${value.length} characters, at most ${limit} can be kept` };
  }
  return null;
}
