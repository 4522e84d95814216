/** `lotgraph audit erase-person`: destroys the key of what the trail says of a person. It cannot be undone. */
import 'reflect-metadata';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { erasePerson } from '../../controls/audit/erase-person';
import { SubjectCipher } from '../../controls/audit/subject-cipher';
import { clockOf } from '../../platform/config';
import { commandConfig } from '../command-config';
import { withTrail } from './open-trail';

export async function erasePersonCommand(
  root: string,
  person: string,
  options: { reason: string },
): Promise<void> {
  const config = commandConfig(root);
  const clock = clockOf(config);
  const personal = new SubjectCipher(config, clock);
  const audit = new AuditRecorder({ clock, algorithm: config.digestAlgorithm, personal });
  const actor = { ...SYSTEM_ACTOR, client: 'cli' };
  const erased = await withTrail(config.databaseUrl, (database) =>
    erasePerson({ database, audit, personal }, actor, person, options.reason),
  );
  console.log(
    erased ? `What the trail says of ${person} is unreadable from now on.` : `${person} was erased before.`,
  );
}
