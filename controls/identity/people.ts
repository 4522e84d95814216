/** People as the other controls ask for them: what they are called, and what they may do at this moment. */
import type { EntityManager } from 'typeorm';
import type { LocalizedText } from '../../platform/errors';
import type { Grants } from './grants';
import { AccountRow, PersonRow } from './identity.entity';
import type { IdentityContext } from './identity-context';

export interface Eligibility {
  /** True when the person exists, is not disabled, and has an account to act with. */
  readonly active: boolean;
  readonly roles: readonly string[];
  readonly sites: readonly string[];
  readonly suppliers: readonly string[];
}

export interface Person {
  readonly id: string;
  readonly name: LocalizedText;
  readonly active: boolean;
}

const NOT_ELIGIBLE: Eligibility = Object.freeze({ active: false, roles: [], sites: [], suppliers: [] });

export class People {
  constructor(
    private readonly context: Pick<IdentityContext, 'seals'>,
    private readonly grants: Grants,
  ) {}

  /** Read afresh from the tables, in the given transaction; somebody unknown may do nothing. */
  async eligibility(manager: EntityManager, person: string): Promise<Eligibility> {
    return await this.#eligibleBy(manager, person, () => this.grants.effective(manager, person));
  }

  /** The same for somebody who signed at most `withinMs` ago: see `Grants.effectiveForSignature`. */
  async eligibilityOfSigner(manager: EntityManager, person: string, withinMs: number): Promise<Eligibility> {
    return await this.#eligibleBy(manager, person, () =>
      this.grants.effectiveForSignature(manager, person, withinMs),
    );
  }

  async #eligibleBy(
    manager: EntityManager,
    person: string,
    grants: () => Promise<Pick<Eligibility, 'roles' | 'sites' | 'suppliers'>>,
  ): Promise<Eligibility> {
    const { seals } = this.context;
    const row = await seals.checked(manager, PersonRow, await manager.findOneBy(PersonRow, { id: person }));
    const found = await manager.findBy(AccountRow, { person, status: 'ACTIVE' });
    const accounts = await seals.genuine(manager, AccountRow, found);
    if (row?.status !== 'ACTIVE' || accounts.length === 0) return NOT_ELIGIBLE;
    const { roles, sites, suppliers } = await grants();
    return { active: true, roles, sites, suppliers };
  }

  /** The person's name; the id where nobody of that id is known. */
  async nameOf(manager: EntityManager, person: string): Promise<LocalizedText> {
    const row = await manager.findOneBy(PersonRow, { id: person });
    return row === null ? { en: person, zh: person } : { en: row.nameEn, zh: row.nameZh };
  }

  /** The person behind a user name; null when there is none. */
  async byUserName(manager: EntityManager, userName: string): Promise<Person | null> {
    const account = await manager.findOneBy(AccountRow, { userName: normalUserName(userName) });
    if (account?.person === null || account === null) return null;
    const row = await manager.findOneBy(PersonRow, { id: account.person });
    return row === null ? null : toPerson(row);
  }

  /** Everybody, by name. */
  async list(manager: EntityManager): Promise<Person[]> {
    const rows = await manager.find(PersonRow, { order: { nameEn: 'ASC', id: 'ASC' } });
    return rows.map(toPerson);
  }
}

function toPerson(row: PersonRow): Person {
  return { id: row.id, name: { en: row.nameEn, zh: row.nameZh }, active: row.status === 'ACTIVE' };
}

/** The form in which user names are kept and compared. */
export function normalUserName(userName: string): string {
  return userName.normalize('NFKC').trim().toLowerCase();
}
