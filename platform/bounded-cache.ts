/** A cache that forgets what was asked for longest ago. */
import { LRUCache } from 'lru-cache';

/** Holds at most `most` entries, and takes memory as it fills: given as `max` it would take all of it at once. */
export const boundedCache = <K extends string | number, V extends object | string | number | boolean>(
  most: number,
): LRUCache<K, V> => new LRUCache<K, V>({ maxSize: most, sizeCalculation: () => 1 });
