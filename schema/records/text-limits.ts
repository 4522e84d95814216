/** The longest texts that the stitched copy can keep; a longer one is a rejected row, never a shortened value. */

/** Characters of a native key. */
export const MOST_OF_KEY = 180;
const MOST_OF_TEXT = 140;
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

/** Characters of a field of a canonical record; Infinity where any number can be kept. */
export const mostCharactersOf = (field: string): number => LIMITS[field] ?? MOST_OF_TEXT;

/** What is wrong with a text that is too long. */
export const tooLongText = (text: string, most: number): string =>
  `text has ${text.length} characters, at most ${most} can be kept`;
