/** Destroys what can be read of a person in the trail; the entries themselves stay and verify. */
import type { Database } from '../../platform/database/database';
import type { AuditActor } from './audit-entry';
import type { AuditRecorder } from './audit-recorder';
import type { SubjectCipher } from './subject-cipher';

/** Destroys the key of the person's words, and records it. False when it was destroyed before. */
export async function erasePerson(
  deps: { readonly database: Database; readonly audit: AuditRecorder; readonly personal: SubjectCipher },
  actor: AuditActor,
  person: string,
  reason: string,
): Promise<boolean> {
  return await deps.database.write(async (manager) => {
    const erased = await deps.personal.destroy(manager, person);
    const act = {
      action: 'audit.erase',
      outcome: 'DONE',
      object: { type: 'person', id: person },
      reason,
    } as const;
    await deps.audit.record(manager, actor, { ...act, facts: { erased } });
    return erased;
  });
}
