/**
 * Holds of our own: placed by one person at once, lifted only by two. They are versions of regulated records and are read
 * from there alone, so that a hold that is deleted or lifted by SQL is found with them.
 */
import type { EntityManager } from 'typeorm';
import { In } from 'typeorm';
import type { Json } from '../audit/audit-entry';
import { RegulatedRecordRow } from '../records/record.entity';
import type { NewRecord } from '../records/record-store';
import { requireSealed } from '../records/sealed-records';

export const HOLD_RECORD = 'hold';

/** What the record of a hold says. */
export interface HoldContent {
  readonly [name: string]: Json;
  readonly kind: string;
  readonly reason: string;
  readonly state: 'PLACED' | 'LIFTED';
  /** Instant at which it was placed, ms since the epoch. */
  readonly placedAt: number;
  /** Person, or account where there is none. */
  readonly placedBy: string;
  /** Proposal whose signatures placed it; null when one person did. */
  readonly placedUnder: string | null;
  readonly lifted: null | {
    readonly reason: string;
    readonly at: number;
    /** Proposal whose signatures lifted it. */
    readonly under: string;
  };
}

export interface OwnHold extends HoldContent {
  readonly id: string;
  /** Public id of the lot. */
  readonly lot: string;
  readonly version: number;
}

/** A hold that is being placed. */
export function newHold(
  id: string,
  lot: string,
  content: Pick<HoldContent, 'kind' | 'reason' | 'placedAt' | 'placedBy' | 'placedUnder'>,
): NewRecord {
  return { type: HOLD_RECORD, id, subject: lot, content: { ...content, state: 'PLACED', lifted: null } };
}

/** The same hold, lifted. */
export function liftedHold(hold: OwnHold, lifted: NonNullable<HoldContent['lifted']>): NewRecord {
  const { id, lot, kind, reason, placedAt, placedBy, placedUnder } = hold;
  const content: HoldContent = { kind, reason, placedAt, placedBy, placedUnder, state: 'LIFTED', lifted };
  return { type: HOLD_RECORD, id, subject: lot, content };
}

/** Holds that stand, oldest first: of the lots named, or of all. Thrown when one is not the product's: RECORD_UNTRUSTED. */
export async function openHolds(manager: EntityManager, lots: readonly string[] | null): Promise<OwnHold[]> {
  if (lots?.length === 0) return [];
  const rows = await manager.find(RegulatedRecordRow, {
    where: { recordType: HOLD_RECORD, ...(lots === null ? {} : { subject: In([...lots]) }) },
    order: { at: 'ASC', recordId: 'ASC', version: 'ASC' },
  });
  await requireSealed(manager, rows);
  const newest = new Map(rows.map((row) => [row.recordId, row]));
  return [...newest.values()].map(toHold).filter(({ state }) => state === 'PLACED');
}

/** A hold as it stands; null when there is none with this id. Thrown when it is not the product's: RECORD_UNTRUSTED. */
export async function findHold(manager: EntityManager, id: string): Promise<OwnHold | null> {
  const row = await manager.findOne(RegulatedRecordRow, {
    where: { recordType: HOLD_RECORD, recordId: id },
    order: { version: 'DESC' },
  });
  if (row === null) return null;
  await requireSealed(manager, [row]);
  return toHold(row);
}

function toHold(row: RegulatedRecordRow): OwnHold {
  const content = JSON.parse(row.content) as HoldContent;
  return { ...content, id: row.recordId, lot: row.subject, version: row.version };
}
