/**
 * Greater than any character that can follow a prefix: a text starts with the prefix when it lies between the
 * prefix and the prefix with this after it. LIKE forgets the case on SQLite; a range does not, and uses the index.
 */
export const AFTER_ANY_CHARACTER = '\u{10FFFF}';
