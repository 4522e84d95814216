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
    '',
    'x',
    encodeCursor(scope, [1]),
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('[[],1,2]').toString('base64url'),
  ])('refuses %j, which is none', (text) => {
    expect(() => decodeCursor(scope, text, 2)).toThrow(InvalidInputError);
  });
});
