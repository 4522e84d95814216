/** Age from which a copy counts as stale: several missed syncs, not one. */
export const STALE_AFTER_MS = 5 * 60_000;
