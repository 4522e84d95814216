/** What keeps it from being told that something about a lot is not there: copies that are not fresh, rows out of sight. */
import { loadCopies, stateOfCopy } from '../copies';
import type { CanonicalReads } from '../reads';
import type { RowScope } from '../scope/row-scope';
import { STALE_AFTER_MS } from '../stale-after';
import type { RecordType } from '../../schema/records/record-types';
import type { EntityManager } from 'typeorm';
import type { AskedTerm } from './asked-terms';
import type { DoubtOf } from './assess';

export interface DoubtsQuery {
  readonly manager: EntityManager;
  readonly canonical: Pick<CanonicalReads, 'systemsOf'>;
  readonly scope: RowScope | null;
  readonly now: number;
}

/** Looks at the copies once. Which rows a limited caller does not see is doubted first: no system tells of them. */
export async function loadDoubts(query: DoubtsQuery): Promise<DoubtOf> {
  const { manager, canonical, scope, now } = query;
  const copies = await loadCopies({ reader: manager });
  const staleOf = (type: RecordType): string[] =>
    canonical.systemsOf(type).filter((system) => {
      const own = copies.filter((copy) => copy.system === system && copy.recordType === type);
      return stateOfCopy(system, own, now, STALE_AFTER_MS).status !== 'OK';
    });
  return (asked) => {
    if (isLimited(scope, asked)) return { reason: 'ROWS_LIMITED', systems: [] };
    const systems = [...new Set(asked.feeds.flatMap(staleOf))].sort();
    return systems.length === 0 ? null : { reason: 'SOURCE_STALE', systems };
  };
}

/** Inspections are seen with their lot; other records have limits of their own, and so have parties. */
function isLimited(scope: RowScope | null, { id, kind }: AskedTerm): boolean {
  if (scope === null) return false;
  return kind === 'records' ? id !== 'lot.inspections' : kind === 'party' && scope.limitsSuppliers;
}
