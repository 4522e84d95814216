/**
 * Why a database could not be read, in words that name neither its address nor its account. Only codes that drivers
 * give are looked at: their messages repeat hosts and users.
 */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address',
  ENOTFOUND: 'the name of its host is not known',
  EAI_AGAIN: 'the name of its host is not known',
  ETIMEDOUT: 'its host does not answer',
  EHOSTUNREACH: 'its host cannot be reached',
  ECONNRESET: 'it closed the connection',
  ER_ACCESS_DENIED_ERROR: 'it refuses the user or the password',
  ER_DBACCESS_DENIED_ERROR: 'the user may not use the database',
  ER_BAD_DB_ERROR: 'there is no database of that name',
  ER_TABLEACCESS_DENIED_ERROR: 'the user may not read a table',
  ER_CON_COUNT_ERROR: 'it has too many connections',
  '28P01': 'it refuses the user or the password',
  '28000': 'it refuses the user',
  '3D000': 'there is no database of that name',
  '42501': 'the user may not read a table',
  '53300': 'it has too many connections',
  ELOGIN: 'it refuses the user or the password',
};

const DEEPEST = 4;

/** A part of a sentence to put behind "cannot be read"; empty where no driver's code says why. */
export function whyUnavailable(cause: unknown): string {
  let error = cause;
  for (let depth = 0; typeof error === 'object' && error !== null && depth < DEEPEST; depth += 1) {
    const { code, cause: below } = error as { readonly code?: unknown; readonly cause?: unknown };
    const words = typeof code === 'string' ? WORDS[code] : undefined;
    if (words !== undefined) return `: ${words}`;
    error = below;
  }
  return '';
}
