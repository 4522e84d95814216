/** `lotgraph audit erase-person`: destroys the key of what is kept of a person. It cannot be undone. */
import 'reflect-metadata';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { erasePerson, eraseSourcePerson } from '../../controls/audit/erase-person';
import { SourcePersons } from '../../controls/audit/source-persons';
import { EntryMac } from '../../controls/audit/entry-mac';
import { SubjectCipher, subjectSecret } from '../../controls/audit/subject-cipher';
import { clockOf } from '../../platform/config';
import { commandConfig } from '../command-config';
import { withTrail } from './open-trail';

export async function erasePersonCommand(
  root: string,
  person: string,
  options: { reason: string; source?: string },
): Promise<void> {
  const config = commandConfig(root);
  const clock = clockOf(config);
  const personal = new SubjectCipher(config, clock);
  const audit = new AuditRecorder({
    ...{ clock, algorithm: config.digestAlgorithm, personal },
    // an entry without the mark of the product would pass for a forged one
    mac: new EntryMac(subjectSecret(config)),
  });
  const actor = { ...SYSTEM_ACTOR, client: 'cli' };
  const { source, reason } = options;
  const said = await withTrail(config.databaseUrl, async (database) => {
    const deps = { database, audit, personal, persons: new SourcePersons(personal) };
    if (source !== undefined)
      return MESSAGES[await eraseSourcePerson(deps, actor, { system: source, name: person }, reason)];
    return (await erasePerson(deps, actor, person, reason)) ? IN_TRAIL : MESSAGES.BEFORE;
  });
  console.log(said(person, source ?? ''));
}

type Message = (person: string, source: string) => string;

const IN_TRAIL: Message = (person) => `What the trail says of ${person} is unreadable from now on.`;
const MESSAGES = {
  ERASED: (person, source) =>
    `What records of ${source} say of ${person} is unreadable from now on. Have it erased in ${source} too: the name stands there in clear.`,
  NEW: (person, source) =>
    `No record of ${source} was kept with the name ${person}; if one comes, the name will be unreadable.`,
  BEFORE: (person) => `${person} was erased before.`,
} as const satisfies Record<string, Message>;
