/** Writes down what callers were refused before anything was planned. */
import { actorOf } from '../../controls/audit/audit-entry';
import type { OnExceeded } from '../limits/caller-limits';
import type { AuditLine } from './entry-writer';

/** Tells the audit trail that a caller went over its limits. A trail that cannot be written refuses the caller all the same. */
export function tellExceeded(audit: AuditLine): OnExceeded {
  return async (caller, limited) => {
    await audit
      .write(actorOf(caller, null), {
        action: 'request.limited',
        outcome: 'REFUSED',
        code: 'RATE_LIMITED',
        facts: { limited },
      })
      .catch(() => undefined); // the refusal stands; the failure is in the log
  };
}
