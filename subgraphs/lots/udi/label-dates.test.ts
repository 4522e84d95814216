import { InvalidInputError } from '../../../platform/errors';
import { checkLabelDates } from './label-dates';
import { parseUdi } from './udi';

const YEAR = 2026;

/** What the check of a label with these elements says about a lot with these dates: the facts, or null. */
function difference(elements: string, expiresOn: string | null, expiryPrecision: string | null): unknown {
  try {
    const udi = parseUdi(`(01)09506000134352${elements}(10)A`, YEAR);
    checkLabelDates(udi, { expiresOn, expiryPrecision, manufacturedOn: '2026-02-10' }, YEAR);
    return null;
  } catch (error) {
    if (error instanceof InvalidInputError) return error.facts;
    throw error;
  }
}

it.each([
  ['the same day', '(17)270228', '2027-02-28', 'DAY'],
  ['no day, and the end of its month on the record', '(17)270200', '2027-02-28', 'DAY'],
  ['no day on either side', '(17)270200', '2027-02-28', 'MONTH'],
  ['a day of the month that the record names', '(17)270215', '2027-02-28', 'MONTH'],
  ['an expiry that no record states', '(17)270215', null, null],
  ['no expiry', '', '2027-02-28', 'DAY'],
  ['a production month that holds the day of the record', '(11)260200', '2027-02-28', 'DAY'],
])('a label fits with %s', (_what, elements, expiresOn, precision) => {
  expect(difference(elements, expiresOn, precision)).toBeNull();
});

it.each([
  ['(17)270225', '2027-02-28', 'DAY', '2027-02-25', '2027-02-28'],
  ['(17)270200', '2027-02-15', 'DAY', '2027-02-28', '2027-02-15'],
  ['(17)270315', '2027-02-28', 'MONTH', '2027-03', '2027-02'],
  ['(11)260211', '2027-02-28', 'DAY', '2026-02-11', '2026-02-10'],
  ['(11)260300', '2027-02-28', 'DAY', '2026-03', '2026-02'],
])('%s contradicts a record of %s (%s)', (elements, expiresOn, precision, label, record) => {
  expect(difference(elements, expiresOn, precision)).toEqual({ argument: 'udi', label, record });
});
