import { InvalidInputError } from '../errors';
import { cursorScope, decodeCursor, encodeCursor } from './cursor';

describe('a cursor', () => {
  const scope = cursorScope('lots', { property: 'expiresOn' }, { items: ['A'], site: 'SZ' });

  it('gives back the position that it was made of', () => {
    const position = ['2026-05-31', 7, null];
    expect(decodeCursor(scope, encodeCursor(scope, position), 3)).toEqual(position);
  });

  it('does not mind the order in which a filter is written', () => {
    expect(cursorScope('lots', { property: 'expiresOn' }, { site: 'SZ', items: ['A'] })).toBe(scope);
  });

  it.each([
    ['another list', cursorScope('items', { property: 'expiresOn' }, { items: ['A'], site: 'SZ' })],
    ['another order', cursorScope('lots', { property: 'lotNumber' }, { items: ['A'], site: 'SZ' })],
    ['another filter', cursorScope('lots', { property: 'expiresOn' }, { items: ['B'], site: 'SZ' })],
  ])('is refused by %s', (_name, other) => {
    expect(() => decodeCursor(other, encodeCursor(scope, ['a', 1]), 2)).toThrow(InvalidInputError);
  });

  it.each([
    ['key', 'date', ['1 or 1=1', '2026-05-31']],
    ['key', 'date', [-5, '2026-05-31']],
    ['key', 'date', [1.5, '2026-05-31']],
    ['key', 'date', [null, '2026-05-31']],
    ['key', 'date', [7, '2026-02-30']],
    ['key', 'date', [7, '2026-05-31\0']],
    ['key', 'date', [7, null]],
    ['text', 'number', ['a\0', 1]],
    ['text', 'number', [1, 1]],
    ['text', 'number', ['a', 1e308]],
    ['null', 'dateOrNull', ['a', null]],
    ['null', 'dateOrNull', [null, 'a']],
  ] as const)('of %s and %s does not take %j', (first, second, position) => {
    expect(() => decodeCursor(scope, encodeCursor(scope, position), [first, second])).toThrow(
      InvalidInputError,
    );
  });

  it.each([
    ['key', 'date', [0, '2028-02-29']],
    ['text', 'number', ['', -5]],
    ['null', 'dateOrNull', [null, null]],
  ] as const)('of %s and %s takes %j', (first, second, position) => {
    expect(decodeCursor(scope, encodeCursor(scope, position), [first, second])).toEqual(position);
  });

  it.each([[[-1]], [[1e308]], [['a\0']]])('never takes %j, even where any value may stand', (position) => {
    expect(() => decodeCursor(scope, encodeCursor(scope, position), 1)).toThrow(InvalidInputError);
  });

  it.each([
    '',
    'x',
    encodeCursor(scope, [1]),
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('[[],1,2]').toString('base64url'),
  ])('refuses %j, which is none', (text) => {
    expect(() => decodeCursor(scope, text, 2)).toThrow(InvalidInputError);
  });
});
