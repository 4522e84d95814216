import { boundedCache } from './bounded-cache';

describe('a bounded cache', () => {
  it('forgets what was asked for longest ago', () => {
    const cache = boundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([...cache.keys()].sort()).toEqual(['a', 'c']);
  });

  it('takes no memory before it is filled', () => {
    // arrays of the full length would be refused outright
    const cache = boundedCache<string, number>(2 ** 40);
    cache.set('a', 1);
    expect(cache.get('a')).toBe(1);
  });
});
