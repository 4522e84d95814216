/** Findings are accepted until a day; then they are open again, and their history says so. */
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { Database } from '../../platform/database/database';
import { toId } from '../ids';
import { KeyAllocator } from '../sync/keys';
import { FindingEventRow, FindingWorkRow } from './finding-work.entity';

const AT_ONCE = 200;

/** Opens what was accepted until now. */
export async function endAcceptances(
  database: Database,
  audit: Pick<AuditRecorder, 'record'>,
  now: number,
): Promise<void> {
  const over = "SELECT finding_pk FROM finding_work WHERE state = 'ACCEPTED' AND until_at <= ?";
  const due = await database.reader.query<{ finding_pk: number }[]>(`${over} LIMIT ${AT_ONCE}`, [now]);
  if (due.length === 0) return;
  await database.write(async (manager) => {
    const keys = await KeyAllocator.lock(manager);
    for (const { finding_pk: findingPk } of due) {
      const [still] = await manager.query<unknown[]>(`${over} AND finding_pk = ?`, [now, findingPk]);
      if (still === undefined) continue;
      await manager.update(
        FindingWorkRow,
        { findingPk },
        { state: 'OPEN', reason: null, untilAt: null, updatedAt: now, updatedBy: SYSTEM_ACTOR.account },
      );
      await manager.insert(FindingEventRow, {
        ...{ pk: keys.next(), findingPk, at: now, account: SYSTEM_ACTOR.account, kind: 'STATE' },
        ...{ from: 'ACCEPTED', to: 'OPEN', text: null },
      });
      await audit.record(manager, SYSTEM_ACTOR, {
        ...{ action: 'finding.acceptanceEnded', outcome: 'DONE' },
        object: { type: 'finding', id: toId('finding', findingPk) },
        changes: [{ field: 'finding.state', before: 'ACCEPTED', after: 'OPEN' }],
      });
    }
    await keys.save();
  });
}
