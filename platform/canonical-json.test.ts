import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json';

describe('canonicalJson', () => {
  it('writes what the reference implementation of RFC 8785 writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
  });

  it('does not depend on the order of properties', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });

  it.each([
    { 10: 'a', 9: 'b', x: { 2: 1, 10: 2 } },
    JSON.parse('{ "b": 1, "__proto__": { "a": "\\ud800" }, "\\ud800": "\\u0007\\"" }') as object,
    { '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude02': 4 },
  ])('orders %j by code units', (value) => {
    expect(canonicalJson(value)).toBe(canonicalize(value));
  });

  it('forgets no order when more kinds of objects take turns than it remembers', () => {
    for (let round = 0; round < 2; round += 1)
      for (let kind = 0; kind < 60; kind += 1) {
        const value = { z: kind, [`k${kind}`]: -0, a: [undefined, { c: 1, b: undefined }] };
        expect(canonicalJson(value)).toBe(`{"a":[null,{"c":1}],"k${kind}":0,"z":${kind}}`);
      }
  });

  it.each([[undefined], [Number.NaN], [{ a: Number.POSITIVE_INFINITY }], [1n]])('refuses %p', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});
