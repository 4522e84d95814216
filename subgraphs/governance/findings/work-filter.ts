/** Narrowing findings to what someone works on: state, owner, assignee, declared rule, system. */
import type { SelectQueryBuilder } from 'typeorm';
import type { FindingRow } from '../../../canonical/entities/governance.entity';
import type { FindingFilter } from './finding.type';

const WORK = 'SELECT 1 FROM finding_work w WHERE w.finding_pk = f.pk';

/** An empty list fits nothing; an IN () without values is no SQL. */
export function narrowToWork(
  query: SelectQueryBuilder<FindingRow>,
  { state, owner, assignedToMe, consistencyRules, system }: FindingFilter,
  me: string,
): void {
  if (state === 'RESOLVED') query.andWhere("f.state = 'RESOLVED'");
  else if (state === 'OPEN')
    query.andWhere(`f.state = 'OPEN' AND NOT EXISTS (${WORK} AND w.state <> 'OPEN')`);
  else if (state != null)
    query.andWhere(`f.state = 'OPEN' AND EXISTS (${WORK} AND w.state = :workState)`, { workState: state });
  if (owner != null) query.andWhere('f.owner = :owner', { owner });
  if (assignedToMe != null)
    query.andWhere(`${assignedToMe ? '' : 'NOT '}EXISTS (${WORK} AND w.assignee = :me)`, { me });
  if (consistencyRules != null) query.andWhere('f.rule_id IN (:...ids)', { ids: [...consistencyRules, ''] });
  // values and facts name systems as JSON texts; a system's id needs no escape there
  if (system != null)
    query.andWhere('(f.evidence LIKE :named OR f.facts LIKE :named)', {
      named: `%"system":"${system.replace(/[^A-Za-z0-9-]/gu, '')}"%`,
    });
}
