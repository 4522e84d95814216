/** Verifies the trail of a database that is opened for it, reading only. */
import { openReadOnly } from '../../../platform/database/read-only';
import type { Findings } from './finding';
import { type VerifyOptions, type VerifyReport, verifyTrail } from './verify-trail';

export async function verifyDatabase(
  options: Omit<VerifyOptions, 'database'> & { readonly url: string },
  findings?: Findings,
): Promise<VerifyReport> {
  const database = await openReadOnly(options.url);
  try {
    return await verifyTrail({ ...options, database }, findings);
  } finally {
    await database.close();
  }
}
