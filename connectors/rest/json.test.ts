import fc from 'fast-check';
import { parseExactJson } from './json';

describe('exact JSON', () => {
  test('keeps numbers that a double cannot hold as text', () => {
    expect(
      parseExactJson('{"id":9007199254740993,"n":12,"s":"1234567890123456789","d":0.12345678901234567}'),
    ).toEqual({
      id: '9007199254740993',
      n: 12,
      s: '1234567890123456789',
      d: '0.12345678901234567',
    });
  });

  test('reads every other document as JSON does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        const exact = JSON.stringify(parseExactJson(text));
        // a double may be written with more digits than are exact; apart from those quotes nothing differs
        expect(exact.replace(/"(-?\d[\d.e+-]*)"/giu, '$1')).toBe(text.replace(/"(-?\d[\d.e+-]*)"/giu, '$1'));
      }),
    );
  });
});
