/** Values of raw SQL rows: MariaDB gives sums as text, SQLite as numbers. */

/** A whole number that is there. Throws RangeError for one that a double cannot hold. */
export function toNumber(value: unknown): number {
  const number = Number(value);
  if (value === null || value === undefined || !Number.isSafeInteger(number))
    throw new RangeError(`not a whole number that can be kept exactly: ${String(value)}`);
  return number;
}

/** A whole number, or null. */
export function toNumberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : toNumber(value);
}
