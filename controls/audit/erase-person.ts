/** Destroys what can be read of a person, in the trail or in source records; all of it stays and verifies. */
import type { Database } from '../../platform/database/database';
import type { AuditActor } from './audit-entry';
import type { AuditRecorder } from './audit-recorder';
import type { SourcePersons } from './source-persons';
import type { SubjectCipher } from './subject-cipher';

export interface EraseDependencies {
  readonly database: Database;
  readonly audit: AuditRecorder;
  readonly personal: SubjectCipher;
}

/** Destroys the key of the person's words, and records it. False when it was destroyed before. */
export async function erasePerson(
  deps: EraseDependencies,
  actor: AuditActor,
  person: string,
  reason: string,
  facts: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  return await deps.database.write(async (manager) => {
    const erased = await deps.personal.destroy(manager, person);
    const act = {
      action: 'audit.erase',
      outcome: 'DONE',
      object: { type: 'person', id: person },
      reason,
    } as const;
    await deps.audit.record(manager, actor, { ...act, facts: { ...facts, erased } });
    return erased;
  });
}

/**
 * The same for somebody whom a source names: `NEW` when nothing was known of that name, which stays unreadable if it
 * comes later. The trail gets the person's pseudonym, never the name.
 */
export async function eraseSourcePerson(
  deps: EraseDependencies & { readonly persons: SourcePersons },
  actor: AuditActor,
  { system, name }: { readonly system: string; readonly name: string },
  reason: string,
): Promise<'ERASED' | 'BEFORE' | 'NEW'> {
  const id = deps.persons.subjectOf(system, name);
  const known = await deps.personal.existingKeys(deps.database.reader, [id]);
  const erased = await erasePerson(deps, actor, id, reason, { system });
  if (!erased) return 'BEFORE';
  return known.has(id) ? 'ERASED' : 'NEW';
}
