/** The accounts that wait for a second officer, as officers read of them. */
import { type EntityManager, In } from 'typeorm';
import type { LocalizedText } from '../../platform/errors';
import { AccountRow, PersonRow, RecoveryRow } from './identity.entity';

export interface RecoverySummary {
  readonly id: string;
  readonly kind: 'CREATE' | 'RECOVER' | 'DISABLE';
  readonly user: string;
  /** Whose account it is; null for a service. */
  readonly person: {
    readonly id: string;
    readonly name: LocalizedText;
    /** True when the person has other accounts already: whoever gets the code acts in their name. */
    readonly hasOtherAccounts: boolean;
  } | null;
  readonly reason: string;
  readonly openedBy: string;
  readonly expiresAt: number;
}

/** What waits for a second officer at that moment, oldest first. */
export async function waitingRecoveries(manager: EntityManager, now: number): Promise<RecoverySummary[]> {
  const rows = await manager.find(RecoveryRow, {
    where: { status: 'OPEN' },
    order: { id: 'ASC' },
    take: 200,
  });
  const accounts = await manager.findBy(AccountRow, { id: In(rows.map(({ account }) => account)) });
  const names = new Map(accounts.map((account) => [account.id, account.userName]));
  const people = await peopleOf(manager, rows);
  return rows
    .filter(({ expiresAt }) => expiresAt > now)
    .map(({ id, kind, account, person, reason, openedBy, expiresAt }) => ({
      ...{ id, kind, reason, openedBy, expiresAt },
      user: names.get(account) ?? account,
      person: people.get(person ?? '') ?? null,
    }));
}

/** Who the recoveries are about, by the person's id. */
async function peopleOf(
  manager: EntityManager,
  recoveries: readonly RecoveryRow[],
): Promise<ReadonlyMap<string, NonNullable<RecoverySummary['person']>>> {
  const ids = recoveries.flatMap(({ person }) => person ?? []);
  const people = await manager.findBy(PersonRow, { id: In(ids) });
  const accounts = await manager.findBy(AccountRow, { person: In(ids) });
  const countOf = (person: string): number => accounts.filter((account) => account.person === person).length;
  return new Map(
    people.map(({ id, nameEn, nameZh }) => [
      id,
      { id, name: { en: nameEn, zh: nameZh }, hasOtherAccounts: countOf(id) > 1 },
    ]),
  );
}
