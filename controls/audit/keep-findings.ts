/** Keeps what a check found: each place once, told of in the trail when it is first seen, resolved when it is right again. */
import type { EntityManager } from 'typeorm';
import type { Database } from '../../platform/database/database';
import { digestOf } from '../integrity/digest';
import { SYSTEM_ACTOR } from './audit-entry';
import { AuditEntryRow } from './audit-entry.entity';
import type { AuditRecorder } from './audit-recorder';
import { IntegrityFindingRow } from './integrity-finding.entity';
import { FINDING_CODES, type IntegrityFinding } from './verify/finding';

const PLACE_LENGTH = 300;

/** Resolves to the findings that were not open before. */
export async function keepFindings(
  database: Database,
  audit: Pick<AuditRecorder, 'record'>,
  findings: readonly IntegrityFinding[],
  now: number,
): Promise<readonly IntegrityFinding[]> {
  return await database.write(async (manager) => {
    const known = new Map((await manager.find(IntegrityFindingRow)).map((row) => [row.id, row]));
    const fresh: IntegrityFinding[] = [];
    const seen = new Set<string>();
    for (const finding of findings) {
      const id = digestOf(`${finding.code}\n${finding.place}`);
      seen.add(id);
      const row = known.get(id);
      if (row === undefined || row.resolvedAt !== null || !(await wasTold(manager, row))) {
        await tell(manager, audit, finding, { id, now, row });
        fresh.push(finding);
      } else {
        await manager.update(
          IntegrityFindingRow,
          { id },
          { lastSeenAt: now, occurrences: row.occurrences + 1 },
        );
      }
    }
    for (const [id, row] of known)
      if (!seen.has(id) && row.resolvedAt === null) await resolve(manager, audit, row, now);
    return fresh;
  });
}

/** A row that somebody wrote beforehand, so that the finding would pass for one that was told of, names no entry about it. */
async function wasTold(manager: EntityManager, { id, entryId }: IntegrityFindingRow): Promise<boolean> {
  const entry = await manager.findOneBy(AuditEntryRow, { id: entryId });
  return entry?.body.includes(`"object":{"id":"${id}","type":"integrityFinding"}`) === true;
}

async function tell(
  manager: EntityManager,
  audit: Pick<AuditRecorder, 'record'>,
  { code, place, message }: IntegrityFinding,
  { id, now, row }: { id: string; now: number; row: IntegrityFindingRow | undefined },
): Promise<void> {
  // the values that differ stay out of the trail: whoever reads it need not be one who may read them
  const entryId = await audit.record(manager, SYSTEM_ACTOR, {
    ...{ action: 'audit.integrityFinding', outcome: 'FAILED', code },
    object: { type: 'integrityFinding', id },
    facts: { code, place, message: FINDING_CODES[code] },
  });
  await manager.save(IntegrityFindingRow, {
    ...{ id, code, message, entryId },
    place: place.slice(0, PLACE_LENGTH),
    firstSeenAt: row?.firstSeenAt ?? now,
    lastSeenAt: now,
    resolvedAt: null,
    occurrences: (row?.occurrences ?? 0) + 1,
  });
}

/** A place that is right again was put back by somebody: that is told of too. */
async function resolve(
  manager: EntityManager,
  audit: Pick<AuditRecorder, 'record'>,
  { id, code, place }: IntegrityFindingRow,
  now: number,
): Promise<void> {
  await audit.record(manager, SYSTEM_ACTOR, {
    ...{ action: 'audit.integrityResolved', outcome: 'DONE', object: { type: 'integrityFinding', id } },
    facts: { code, place },
  });
  await manager.update(IntegrityFindingRow, { id }, { resolvedAt: now });
}
