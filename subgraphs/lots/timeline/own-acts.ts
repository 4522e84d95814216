/**
 * What people did to a lot here: decisions, holds, changes of status, expiry and quantity. They are versions of regulated
 * records, which name their lot by its public id; each is shown only when the product wrote it.
 */
import { In } from 'typeorm';
import {
  ADJUSTMENT_RECORD,
  EXPIRY_RECORD,
  MERGE_RECORD,
  SPLIT_RECORD,
  STATUS_RECORD,
} from '../acts/record-types';
import { DISPOSITION_RECORD } from '../../../canonical/acts/own-decisions';
import { toId } from '../../../canonical/ids';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { HOLD_RECORD, type HoldContent } from '../../../controls/holds/holds';
import { RegulatedRecordRow } from '../../../controls/records/record.entity';
import { requireSealed } from '../../../controls/records/sealed-records';
import type { Database } from '../../../platform/database/database';

/** Kinds of entries by the type of their record; a hold has two. */
const KIND_OF: Readonly<Record<string, string>> = {
  [DISPOSITION_RECORD]: `'DISPOSITION'`,
  [HOLD_RECORD]: `CASE WHEN o.version = 1 THEN 'HOLD_PLACED' ELSE 'HOLD_LIFTED' END`,
  [STATUS_RECORD]: `'STATUS_CHANGED'`,
  [EXPIRY_RECORD]: `'EXPIRY_CHANGED'`,
  [ADJUSTMENT_RECORD]: `'QUANTITY_ADJUSTED'`,
  [SPLIT_RECORD]: `'LOT_SPLIT'`,
  [MERGE_RECORD]: `'LOTS_MERGED'`,
};

/** Records of what was done at one place. */
const OF_ONE_PLACE: ReadonlySet<string> = new Set([ADJUSTMENT_RECORD, SPLIT_RECORD, MERGE_RECORD]);

/** What a title is made of, and whose signatures stand under it. */
export interface OwnAct {
  /** Kind of the hold, decision, status; null where values say it. */
  readonly detail: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** Proposal that was signed; null when one person acted alone. */
  readonly proposal: string | null;
}

/** Parts of a FROM for rows `o` with lot_pk, act_kind, act_key and at. Adjustments, splits and merges are of one place: who sees some places sees none. */
export function ownActs(lotPks: readonly number[], scope: RowScope | null): string {
  const cases = lotPks.map((pk) => `WHEN '${toId('lot', pk)}' THEN ${pk}`).join(' ');
  const subjects = lotPks.map((pk) => `'${toId('lot', pk)}'`).join(', ');
  const types = Object.keys(KIND_OF).filter((type) => !OF_ONE_PLACE.has(type) || scope?.limitsSites !== true);
  const kinds = types.map((type) => `WHEN '${type}' THEN ${KIND_OF[type] ?? 'NULL'}`).join(' ');
  return `(SELECT CASE o.subject ${cases} END AS lot_pk, CASE o.record_type ${kinds} END AS act_kind, o.at AS at,
      o.record_type AS act_type, o.record_id AS act_id, o.version AS act_version
    FROM regulated_record o
    WHERE o.subject IN (${subjects}) AND o.record_type IN (${types.map((type) => `'${type}'`).join(', ')})) o`;
}

/** A version of a record, as the time line names it. */
export interface OwnActKey {
  readonly type: string;
  readonly id: string;
  readonly version: number;
}

export const keyOfAct = ({ type, id, version }: OwnActKey): string => JSON.stringify([type, id, version]);

/** The acts, by key. Thrown when one is not the product's: RECORD_UNTRUSTED. */
export async function loadOwnActs(
  { reader }: Pick<Database, 'reader'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, OwnAct>> {
  const wanted = new Set(keys);
  const ids = keys.map((key) => (JSON.parse(key) as [string, string, number])[1]);
  const rows = await reader.findBy(RegulatedRecordRow, { recordId: In([...new Set(ids)]) });
  const named = rows.flatMap((row) => {
    const key = keyOfAct({ type: row.recordType, id: row.recordId, version: row.version });
    return wanted.has(key) ? [{ key, row }] : [];
  });
  await requireSealed(
    reader,
    named.map(({ row }) => row),
  );
  return new Map(named.map(({ key, row }) => [key, actOf(row)]));
}

interface SignedContent {
  readonly decision?: string;
  readonly status?: string;
  readonly before?: string | null;
  readonly after?: string | null;
  readonly proposal?: string;
}

function actOf({ recordType, content }: RegulatedRecordRow): OwnAct {
  if (recordType === HOLD_RECORD) {
    const { kind, placedUnder, lifted } = JSON.parse(content) as HoldContent;
    return {
      detail: kind,
      before: null,
      after: null,
      proposal: lifted === null ? placedUnder : lifted.under,
    };
  }
  const said = JSON.parse(content) as SignedContent;
  return {
    detail: said.decision ?? said.status ?? null,
    ...{ before: said.before ?? null, after: said.after ?? null, proposal: said.proposal ?? null },
  };
}
