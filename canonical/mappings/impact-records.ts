/**
 * What a draft would change, as it was assessed: a regulated record, sealed into the trail, so that nobody makes a
 * change look harmless; and whether it still holds for the rows of now.
 */
import type { EntityManager } from 'typeorm';
import { type Json, SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { Controls } from '../../controls/open-controls';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { sealedOf } from '../../controls/records/sealed-records';
import type { CompiledMapping } from '../../connectors/mapping/compile-mapping';
import { readingOf } from '../../connectors/mapping/reading';
import type { ImpactSummary } from './impact';
import { type StoredRow, afterOf } from './remapped-rows';

const IMPACT_RECORD = 'mappingImpact';

export interface AssessedImpact extends ImpactSummary {
  readonly system: string;
  readonly draft: string;
  /** Number of the version that it was compared with; 0 for none. */
  readonly baseNumber: number;
  /** Batches of source versions after this key came later than the assessment. */
  readonly basis: number;
}

/** More rows than these since the assessment are not held against it: it is made again. */
const MOST_LATER_ROWS = 20_000;

/** The digest without its algorithm: with it, it is longer than an id of a record may be. */
const recordIdOf = (draft: string): string => draft.slice(draft.indexOf(':') + 1);

/** Keeps what was found, as an act of the product. */
export async function recordImpact(
  manager: EntityManager,
  controls: Pick<Controls, 'audit' | 'records'>,
  impact: AssessedImpact,
): Promise<void> {
  const id = controls.audit.nextId();
  const content = JSON.parse(JSON.stringify(impact)) as Json;
  const seal = await controls.records.append(
    manager,
    { type: IMPACT_RECORD, id: recordIdOf(impact.draft), subject: impact.system, content },
    id,
  );
  await controls.audit.record(
    manager,
    SYSTEM_ACTOR,
    {
      ...{ action: 'mapping.assess', outcome: 'DONE', object: { type: 'mapping', id: impact.system } },
      facts: {
        ...{ draft: impact.draft, baseNumber: impact.baseNumber, changes: impact.changes },
        ...{ regulatedChanges: impact.regulatedChanges, regulated: impact.regulated },
      },
      records: [seal],
    },
    id,
  );
}

/** The newest assessment of a draft; null when there is none that may be relied upon. */
export async function impactOf(manager: EntityManager, draft: string): Promise<AssessedImpact | null> {
  const row = await manager.findOne(RegulatedRecordRow, {
    where: { recordType: IMPACT_RECORD, recordId: recordIdOf(draft) },
    order: { version: 'DESC' },
  });
  const [sealed] = row === null ? [] : await sealedOf(manager, [row]);
  return sealed === undefined ? null : (JSON.parse(sealed.content) as AssessedImpact);
}

/** Whether rows that came since the assessment would come out otherwise under the draft: its counts hold no longer. */
export async function changedSince(
  manager: EntityManager,
  impact: AssessedImpact,
  draft: CompiledMapping,
): Promise<boolean> {
  const rows = await manager.query<(StoredRow & { stream: string })[]>(
    `SELECT r.pk, r.native_key, r.entity_pk, r.void_reason, v.raw, v.canonical, s.name AS stream
       FROM source_version v
       JOIN source_record r ON r.pk = v.record_pk AND r.version = v.version
       JOIN source_stream s ON s.pk = r.stream_pk
      WHERE v.batch_pk > ? AND s.system = ? LIMIT ${MOST_LATER_ROWS + 1}`,
    [impact.basis, impact.system],
  );
  if (rows.length > MOST_LATER_ROWS) return true;
  const streams = new Map(
    draft.streams.map((stream) => [stream.name, { ...stream, reading: readingOf(draft, stream) }]),
  );
  return rows.some((row) => {
    if (impact.readAnew.includes(row.stream)) return false;
    const after = afterOf(streams.get(row.stream) ?? null, row);
    return after === 'WAITING' ? impact.rows.waiting === 0 : after.rejected || !after.same;
  });
}
