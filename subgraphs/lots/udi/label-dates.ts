/** Holds the dates of a label against those that the record of its lot states. */
import type { LotRow } from '../../../canonical/entities/lot.entity';
import { InvalidInputError } from '../../../platform/errors';
import { type Gs1Date, fullYear } from './gs1-date';
import type { Udi } from './udi';

type LotDates = Pick<LotRow, 'expiresOn' | 'expiryPrecision' | 'manufacturedOn'>;

/**
 * Throws InvalidInputError when the expiry (17) or production date (11) of the label is another than the record's.
 * What either does not state is not compared. An expiry without a day is the last of its month, on the label as on
 * the record; where a day is known on one side only by its month, the months are compared.
 */
export function checkLabelDates({ expiry, produced }: Udi, lot: LotDates, referenceYear: number): void {
  const expiresInMonth = lot.expiryPrecision === 'MONTH';
  compare('expiry', '17', datesOf(expiry, lot.expiresOn, expiresInMonth, referenceYear));
  compare('production date', '11', datesOf(produced, lot.manufacturedOn, false, referenceYear));
}

interface Dates {
  readonly label: string;
  readonly record: string;
}

function datesOf(
  label: Gs1Date | null,
  record: string | null,
  inMonth: boolean,
  referenceYear: number,
): Dates | null {
  if (label === null || record === null) return null;
  const { raw, date } = label;
  const month = `${fullYear(Number(raw.slice(0, 2)), referenceYear)}-${raw.slice(2, 4)}`;
  return date === null || inMonth
    ? { label: month, record: record.slice(0, month.length) }
    : { label: date, record };
}

function compare(what: string, ai: string, dates: Dates | null): void {
  if (dates === null || dates.label === dates.record) return;
  const { label, record } = dates;
  throw new InvalidInputError(
    `The label's ${what} (${ai}) differs from the record's: the label says ${label}, the record ${record}. ` +
      'Scan again; if the label says so, have it checked before the goods are used.',
    { argument: 'udi', label, record },
  );
}
