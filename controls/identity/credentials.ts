/** Judges two components, password and one-time code, the same way for signing in and for stepping up. */
import type { EntityManager } from 'typeorm';
import type { CodeFactors } from './code-factors';
import { AccountRow, type FactorRow, PersonRow } from './identity.entity';
import type { Attempt, IdentityContext } from './identity-context';
import type { SealedEntity } from './identity-seals';
import { hashPassword, isOutdated, verifyPassword } from './password';
import { normalUserName } from './people';
import type { Throttle } from './throttle';

/** Checks passwords that a directory keeps. */
export interface Directory {
  /** The person's directory entry when the password is right; null otherwise. Rejects when it cannot be asked. */
  verify(userName: string, password: string): Promise<DirectoryEntry | null>;
}

export interface DirectoryEntry {
  readonly dn: string;
  readonly groups: readonly string[];
}

export interface TwoComponents {
  readonly user: string;
  readonly password: string;
  readonly code: string;
}

/** What was found true, inside the transaction that uses it. */
export interface ProvenAccount {
  readonly account: AccountRow;
  readonly person: PersonRow;
  readonly factor: FactorRow;
  readonly entry: DirectoryEntry | null;
}

export type Judgement<T> =
  | { readonly proven: true; readonly result: T }
  | { readonly proven: false; readonly account: AccountRow | null; readonly locks: boolean };

export class Credentials {
  constructor(
    private readonly context: IdentityContext,
    private readonly throttle: Throttle,
    private readonly factors: CodeFactors,
    private readonly directory: Directory | null,
  ) {}

  /**
   * Judges the components, and when they hold does `work` in the same transaction that uses the code up; when they do
   * not, `refused` writes its entry. Takes as long, and says as much, whatever was wrong.
   */
  async judge<T>(
    given: TwoComponents,
    attempt: Attempt,
    steps: {
      readonly work: (manager: EntityManager, proven: ProvenAccount) => Promise<T>;
      readonly refused: (
        manager: EntityManager,
        why: { account: AccountRow | null; locks: boolean },
      ) => Promise<void>;
      /** The only account that may prove itself; anybody where it is not said. */
      readonly account?: string;
    },
  ): Promise<Judgement<T>> {
    const { database } = this.context;
    const userName = normalUserName(given.user);
    const admission = await database.write((manager) =>
      this.throttle.admit(manager, userName, attempt.address),
    );
    const account = await database.reader.findOneBy(AccountRow, { userName });
    const entry = await this.#password(account, given.password);
    const judgement = await database.write(async (manager): Promise<Judgement<T>> => {
      const right = admission.admitted && entry !== false && (steps.account ?? account?.id) === account?.id;
      const proven = await this.#prove(manager, right ? account : null, given.code);
      if (proven === null) {
        await steps.refused(manager, { account, locks: admission.locks });
        return { proven: false, account, locks: admission.locks };
      }
      await this.throttle.clear(manager, userName, attempt.address);
      const full = { ...proven, entry: entry === false ? null : entry };
      return { proven: true, result: await steps.work(manager, full) };
    });
    if (judgement.proven && account !== null) await this.#renew(account, given.password);
    return judgement;
  }

  /** A hash of weaker parameters than today's is replaced while the password is at hand. */
  async #renew({ id, kind, secretHash }: AccountRow, password: string): Promise<void> {
    if (kind !== 'password' || secretHash === null || !isOutdated(secretHash)) return;
    const renewed = await hashPassword(password);
    await this.context.database.write((manager) =>
      this.context.seals.update(manager, AccountRow, { id, secretHash }, { secretHash: renewed }),
    );
  }

  /** The directory's entry, null where the password is kept here and right, false where it is wrong. */
  async #password(account: AccountRow | null, password: string): Promise<DirectoryEntry | null | false> {
    if (account?.kind === 'ldap' && this.directory !== null)
      return (await this.directory.verify(account.userName, password)) ?? false;
    const hash = account?.kind === 'password' ? account.secretHash : null;
    return (await verifyPassword(hash, password)) ? null : false;
  }

  /** What was read before the password was checked is read again: it may have changed meanwhile. */
  async #prove(
    manager: EntityManager,
    account: AccountRow | null,
    code: string,
  ): Promise<Omit<ProvenAccount, 'entry'> | null> {
    const found = account === null ? null : await manager.findOneBy(AccountRow, { id: account.id });
    const fresh = await this.#genuine(manager, AccountRow, found);
    const usable = fresh?.status === 'ACTIVE' && fresh.secretHash === account?.secretHash ? fresh : null;
    const human = usable === null ? null : await manager.findOneBy(PersonRow, { id: usable.person ?? '' });
    const person = await this.#genuine(manager, PersonRow, human);
    const active = person?.status === 'ACTIVE' ? person : null;
    const factor = await this.factors.consume(manager, active?.id ?? null, code);
    return usable === null || active === null || factor === null
      ? null
      : { account: usable, person: active, factor };
  }

  /** A row that SQL altered proves nobody, and that somebody tried is told of. */
  async #genuine<T extends AccountRow | PersonRow>(
    manager: EntityManager,
    entity: SealedEntity<T>,
    row: T | null,
  ): Promise<T | null> {
    const { seals } = this.context;
    const genuine = await seals.checked(manager, entity, row);
    if (row !== null && genuine === null) await seals.tell(manager, entity, row.id);
    return genuine;
  }
}
