/** Verifies the trail of a database that is opened for it, reading only. */
import { openReadOnly } from '../../../platform/database/read-only';
import type { Findings } from './finding';
import { threadsFor } from './scan-threads';
import { type VerifyOptions, type VerifyReport, verifyTrail } from './verify-trail';

export async function verifyDatabase(
  options: Omit<VerifyOptions, 'database'> & { readonly url: string },
  findings?: Findings,
): Promise<VerifyReport> {
  const database = await openReadOnly(options.url);
  try {
    return await verifyTrail({ threads: threadsFor(options.url), ...options, database }, findings);
  } finally {
    await database.close();
  }
}
