import fc from 'fast-check';
import { SeenKeys } from './seen-keys';

test('knows what was added and nothing else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 3000 }), fc.string(), (keys, other) => {
      const seen = new SeenKeys();
      for (const key of keys) seen.add(key);
      seen.close();
      expect(seen.size).toBe(keys.length);
      expect(keys.every((key) => seen.has(key))).toBe(true);
      expect(seen.has(other)).toBe(keys.includes(other));
    }),
    { numRuns: 50 },
  );
});

test('is asked only when it is closed, and takes nothing then', () => {
  const seen = new SeenKeys();
  expect(() => seen.has('a')).toThrow('closed before');
  seen.close();
  expect(() => seen.add('a')).toThrow('closed set');
  expect(seen.has('a')).toBe(false);
});
