/**
 * What the data does to the work on a finding: one that is no longer so is resolved, one that is so again is open
 * again, and what was accepted is accepted only for the values that it was accepted for. Kept in its history.
 */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkInsert } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';

export type FindingTurn =
  | { readonly pk: number; readonly to: 'RESOLVED' }
  | { readonly pk: number; readonly to: 'OPEN'; readonly isReopened: boolean; readonly sameFacts: boolean };

interface Work {
  finding_pk: number;
  state: string;
  until_at: number | null;
}

const EVENT_COLUMNS = ['pk', 'finding_pk', 'at', 'account', 'kind', 'from_value', 'to_value', 'text'];
const SYSTEM = 'system';

/** Writes the history of what followed from the data, and takes work states back that do not hold any more. */
export async function keepTurns(
  manager: EntityManager,
  nextKey: () => number,
  now: number,
  turns: readonly FindingTurn[],
): Promise<void> {
  if (turns.length === 0) return;
  const rows = await selectIn<Work>(
    manager,
    'SELECT finding_pk, state, until_at FROM finding_work WHERE finding_pk IN (?)',
    turns.map(({ pk }) => pk),
  );
  const works = new Map(rows.map((row) => [row.finding_pk, row]));
  const events: BulkRow[] = [];
  for (const turn of turns) {
    const work = works.get(turn.pk);
    const before = work?.state ?? 'OPEN';
    const event = (from: string, to: string, text: string | null): void => {
      events.push([nextKey(), turn.pk, now, SYSTEM, 'STATE', from, to, text]);
    };
    if (turn.to === 'RESOLVED') event(before, 'RESOLVED', null);
    else {
      const after = stateAfter(work, turn, now);
      if (turn.isReopened) event('RESOLVED', after, null);
      else if (after !== before) event(before, after, 'the values are others than those that were accepted');
      if (work !== undefined && after !== before) await reopen(manager, turn.pk, now);
    }
  }
  await bulkInsert(manager, 'finding_event', EVENT_COLUMNS, events);
}

function stateAfter(
  work: Work | undefined,
  { isReopened, sameFacts }: Extract<FindingTurn, { to: 'OPEN' }>,
  now: number,
): string {
  if (work === undefined) return 'OPEN';
  if (work.state === 'ACCEPTED') return sameFacts && (work.until_at ?? 0) > now ? 'ACCEPTED' : 'OPEN';
  return isReopened ? 'OPEN' : work.state;
}

/** The assignee stays: who took care of it before is who knows. */
async function reopen(manager: EntityManager, findingPk: number, now: number): Promise<void> {
  await manager.query(
    "UPDATE finding_work SET state = 'OPEN', reason = NULL, until_at = NULL, updated_at = ?, updated_by = ? WHERE finding_pk = ?",
    [now, SYSTEM, findingPk],
  );
}
