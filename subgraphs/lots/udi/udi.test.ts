import fc from 'fast-check';
import { InvalidInputError } from '../../../platform/errors';
import { checkDigitOf, hasValidCheckDigit } from './check-digit';
import { composeBracketed, composeDigitalLink, composeElementString } from './compose-udi';
import { fullYear, readGs1Date } from './gs1-date';
import { parseUdi } from './udi';

const GS = '\u001d';
const GTIN = '09506000134352';
const YEAR = 2026;

/** What the refusal of a text says: its position, counted from 1, and its message. */
function refusal(text: string): { position: unknown; message: string } {
  try {
    parseUdi(text, YEAR);
  } catch (error) {
    if (error instanceof InvalidInputError) return { position: error.facts.position, message: error.message };
    throw error;
  }
  throw new Error('not refused');
}

describe('the check digit', () => {
  it.each(['12345678901231', '1234567890128', '416000336108', '02345673', '123456789012345675'])(
    'is right in %s',
    (digits) => {
      expect(hasValidCheckDigit(digits)).toBe(true);
    },
  );

  it('is wrong as soon as one digit is', () => {
    expect(hasValidCheckDigit('12345678901232')).toBe(false);
  });
});

describe('the century of a date', () => {
  it.each([
    [76, 2026, 2076],
    [77, 2026, 1977],
    [10, 2060, 2110],
    [26, 2026, 2026],
    [0, 2026, 2000],
  ])('%d captured in %d is %d', (digits, reference, year) => {
    expect(fullYear(digits, reference)).toBe(year);
  });
});

describe('a date on a label', () => {
  it('without a day is the last of the month for an expiry, leap years included', () => {
    expect(readGs1Date('17', '280200', YEAR)).toEqual({
      raw: '280200',
      date: '2028-02-29',
      precision: 'MONTH',
    });
    expect(readGs1Date('17', '270200', YEAR)).toEqual({
      raw: '270200',
      date: '2027-02-28',
      precision: 'MONTH',
    });
  });

  it('without a day invents none for a production date', () => {
    expect(readGs1Date('11', '260200', YEAR)).toEqual({ raw: '260200', date: null, precision: 'MONTH' });
  });
});

describe('a scanned UDI', () => {
  it('is read with a separator only where the length is not predefined', () => {
    expect(parseUdi(`01${GTIN}17280229` + `10ABC123${GS}21S-1`, YEAR)).toMatchObject({
      ...{ gtin: GTIN, lot: 'ABC123', serial: 'S-1' },
      expiry: { date: '2028-02-29', precision: 'DAY' },
    });
  });

  it.each([']C1', ']d2', ']Q3', ']e0', GS, `]d2${GS}`])('may begin with %j', (prefix) => {
    expect(parseUdi(`${prefix}01${GTIN}10A`, YEAR).lot).toBe('A');
  });

  it('keeps the case and the zeros of a lot number', () => {
    expect(parseUdi(`01${GTIN}1000aB0`, YEAR).lot).toBe('00aB0');
  });

  it('needs a separator after 7003, although its length is fixed', () => {
    expect(parseUdi(`01${GTIN}7003280229` + `2359${GS}10A`, YEAR).lot).toBe('A');
    expect(refusal(`01${GTIN}7003280229235910A`)).toMatchObject({ position: 31 });
  });

  it('tolerates a separator where none is needed', () => {
    expect(parseUdi(`01${GTIN}${GS}17280200${GS}10A${GS}`, YEAR).lot).toBe('A');
  });
});

describe('a UDI with brackets', () => {
  it('is read without separators, escaped brackets included', () => {
    expect(parseUdi(`(01)${GTIN}(10)A\\(1)B(21)S`, YEAR)).toMatchObject({ lot: 'A(1)B', serial: 'S' });
  });

  it('names the place of a bracket that was not escaped', () => {
    expect(refusal(`(01)${GTIN}(10)A(B`)).toMatchObject({ position: 24 });
  });
});

describe('a GS1 Digital Link', () => {
  it('is read from any domain and stem, with attributes and without what belongs to the web', () => {
    const link = `https://example.com/some/stem/01/${GTIN}/10/A%2FB/21/S%251?17=280200&linkType=all#top`;
    expect(parseUdi(link, YEAR)).toMatchObject({
      gtin: GTIN,
      lot: 'A/B',
      serial: 'S%1',
      expiry: { date: '2028-02-29' },
    });
  });

  it('refuses qualifiers in the wrong order', () => {
    expect(refusal(`https://id.gs1.org/01/${GTIN}/21/S/10/A`).message).toContain('22, 10 and 21');
  });

  it('refuses a link without a product, a qualifier after the question mark, and a broken escape', () => {
    expect(refusal('https://id.gs1.org/10/A').message).toContain('names no product');
    expect(refusal(`https://id.gs1.org/01/${GTIN}?10=A`).message).toContain('path');
    expect(refusal(`https://id.gs1.org/01/${GTIN}/10/A%zz`)).toMatchObject({ position: 42 });
  });
});

describe('a UDI that cannot be', () => {
  it.each([
    ['nothing', '', 1, 'nothing to read'],
    ['a wrong check digit', `01${GTIN.slice(0, 13)}310A`, 16, 'check digit'],
    ['a short GTIN', '010950600013', 13, 'exactly 14'],
    ['a letter in a number', '0109506000A3435210A', 11, 'Only digits'],
    ['a month that does not exist', `01${GTIN}17281301`, 21, 'no month 13'],
    ['a day that does not exist', `01${GTIN}17270229`, 23, 'only 28 days'],
    ['a blank in a lot', `01${GTIN}10A B`, 20, 'must not stand'],
    ['a lot without a product', '10ABC', 3, 'says nothing without'],
    ['a missing separator', `01${GTIN}10ABCDEFGHIJKLMNOPQRSTUVWXYZ`, 39, 'longer than 20'],
    ['an unknown identifier', `01${GTIN}88X`, 17, 'application identifier'],
    ['two lots', `01${GTIN}10A${GS}10B`, 23, 'given twice'],
    ['a symbol of another kind', `]A001${GTIN}`, 1, 'not the identifier of a GS1 symbol'],
    ['HIBC', '+A123AA40 ', 1, 'HIBC'],
  ])('is refused for %s, with its place and what to do', (_name, text, position, problem) => {
    const found = refusal(text);
    expect(found.position).toBe(position);
    expect(found.message).toContain(problem);
    expect(found.message).toMatch(/\. .+\.$/);
  });

  it.each([
    ['01', '02', `(01)${GTIN}(02)${GTIN}(37)1(00)123456789012345675`],
    ['21', '235', `(01)${GTIN}(21)A(235)B`],
  ])('is refused for %s beside %s', (one, other, text) => {
    expect(refusal(text).message).toContain(`(${other}) must not stand beside (${one})`);
  });
});

describe('what is written', () => {
  const cset82 = 'ABCabc019!"%&\'()*+,-./:;<=>?_';
  const text = (max: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...Array.from(cset82)), minLength: 1, maxLength: max });
  const gtin = fc.stringMatching(/^\d{13}$/).map((digits) => digits + checkDigitOf(digits));
  const date = fc
    .date({ min: new Date('2000-01-01'), max: new Date('2049-12-31'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(2, 10).replaceAll('-', ''));
  const part = (ai: string, value: fc.Arbitrary<string>): fc.Arbitrary<{ ai: string; value: string }[]> =>
    fc.option(value.map((one) => [{ ai, value: one }])).map((found) => found ?? []);
  const parts = fc
    .tuple(
      gtin,
      part('17', date),
      part('10', text(20)),
      part('21', text(20)),
      part('240', text(30)),
      part('11', date),
    )
    .map(([first, ...others]) => [{ ai: '01', value: first }, ...others.flat()]);
  const read = (udi: string): { ai: string; value: string }[] =>
    parseUdi(udi, YEAR).elements.map(({ ai, value }) => ({ ai, value }));
  const byAi = (list: readonly { ai: string }[]): unknown[] =>
    [...list].sort((a, b) => (a.ai < b.ai ? -1 : 1));

  it('is read back the same, in each of the three forms', () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(read(composeElementString(given))).toEqual(given);
        expect(read(composeBracketed(given))).toEqual(given);
        expect(byAi(read(composeDigitalLink(given)))).toEqual(byAi(given));
      }),
    );
  });

  it('refuses or reads any text, and throws nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^(\(?\d\d\)?[A-Z0-9()\\]{0,20}){1,3}$/)),
        (any) => {
          try {
            parseUdi(any, YEAR);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInputError);
          }
        },
      ),
    );
  });
});
