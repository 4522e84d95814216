/**
 * New accounts of people and of services. As with a recovery, one officer opens and another approves; who gets one sets
 * password and factor themself.
 */
import type { EntityManager } from 'typeorm';
import { InvalidInputError, type LocalizedText, NotFoundError } from '../../platform/errors';
import { timedId } from '../integrity/ids';
import { AccountRow, PersonRow } from './identity.entity';
import type { IdentityContext } from './identity-context';
import { externalKey } from './known-callers';
import type { OfficerAct, Officers } from './officers';
import { normalUserName } from './people';
import { type HalfCode, insertRecovery } from './recovery-record';

/** Roles that a service may have beside its own: none that decides about anything. */
const SERVICE_SCOPES: ReadonlySet<string> = new Set(['analyst', 'warehouse-operator']);

export interface NewAccount {
  readonly user: string;
  readonly name: LocalizedText;
  readonly kind: 'password' | 'ldap' | 'oidc';
  /** Issuer and subject at the OpenID provider, for an `oidc` account. */
  readonly external?: { readonly issuer: string; readonly subject: string } | undefined;
  /** Person who gets a second account; a new person where it is not said. */
  readonly person?: string | undefined;
  readonly reason: string;
}

export interface NewService {
  readonly user: string;
  readonly expiresAt: number;
  /** True when it may say for which person it acts. */
  readonly mayActFor: boolean;
  /** What it may do beside reading the vocabulary: roles of SERVICE_SCOPES. */
  readonly scopes: readonly string[];
  readonly reason: string;
}

export class NewAccounts {
  constructor(
    private readonly context: IdentityContext,
    private readonly officers: Officers,
  ) {}

  /** Opens a new account for a person. Thrown when the name is taken: INVALID_INPUT. */
  async create(by: OfficerAct, given: NewAccount): Promise<HalfCode> {
    const user = requireUserName(given.user);
    return await this.officers.act(
      by,
      { action: 'account.create', object: user },
      async (manager, officer) => {
        if (given.person === officer) return { refused: 'Nobody opens an account for themself.' };
        await requireFree(manager, user);
        const person = given.person ?? (await this.#insertPerson(manager, given.name));
        if (!(await manager.existsBy(PersonRow, { id: person })))
          throw new NotFoundError('There is no such person.');
        const { kind, external } = given;
        if (kind === 'oidc' && external === undefined)
          throw new InvalidInputError('Name the subject at the OpenID provider.', { field: 'subject' });
        const key = external === undefined ? null : externalKey(external.issuer, external.subject);
        const account = await this.#insertAccount(manager, {
          person,
          kind,
          userName: user,
          externalKey: key,
        });
        return {
          done: await insertRecovery(this.context, manager, by, officer, {
            account,
            kind: 'CREATE',
            reason: given.reason,
          }),
        };
      },
    );
  }

  /** Opens a new service account. */
  async createService(by: OfficerAct, given: NewService): Promise<HalfCode> {
    const user = requireUserName(given.user);
    if (given.expiresAt <= this.#now)
      throw new InvalidInputError('The expiry lies in the past.', { field: 'expiresAt' });
    if (!given.scopes.every((scope) => SERVICE_SCOPES.has(scope)))
      throw new InvalidInputError(`A service may have ${[...SERVICE_SCOPES].join(', ')}.`, {
        field: 'scopes',
      });
    return await this.officers.act(
      by,
      { action: 'account.create', object: user },
      async (manager, officer) => {
        await requireFree(manager, user);
        const { expiresAt, mayActFor, scopes, reason } = given;
        const account = await this.#insertAccount(manager, {
          ...{ person: null, kind: 'service' as const, userName: user, expiresAt, mayActFor },
          serviceRoles: JSON.stringify(['service', ...scopes]),
        });
        return {
          done: await insertRecovery(this.context, manager, by, officer, { account, kind: 'CREATE', reason }),
        };
      },
    );
  }

  get #now(): number {
    return this.context.clock.now();
  }

  async #insertPerson(manager: EntityManager, name: LocalizedText): Promise<string> {
    if (name.en.trim() === '' || name.zh.trim() === '')
      throw new InvalidInputError('A person needs a name in English and Chinese.', { field: 'name' });
    const id = timedId(this.#now);
    const createdAt = this.#now;
    await this.context.seals.insert(manager, PersonRow, {
      id,
      nameEn: name.en,
      nameZh: name.zh,
      status: 'ACTIVE',
      createdAt,
    });
    return id;
  }

  async #insertAccount(
    manager: EntityManager,
    given: Pick<AccountRow, 'person' | 'kind' | 'userName'> & Partial<AccountRow>,
  ): Promise<AccountRow> {
    const account: AccountRow = {
      ...{ id: timedId(this.#now), secretHash: null, externalKey: null, status: 'ENROLLING' },
      ...{ serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: this.#now },
      ...given,
    };
    await this.context.seals.insert(manager, AccountRow, account);
    return account;
  }
}

/** Thrown when the name cannot be one: INVALID_INPUT. */
function requireUserName(user: string): string {
  const name = normalUserName(user);
  if (/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$/u.test(name)) return name;
  throw new InvalidInputError('A user name has 2 to 64 letters, digits, dots, dashes or at signs.', {
    field: 'user',
  });
}

async function requireFree(manager: EntityManager, userName: string): Promise<void> {
  if (await manager.existsBy(AccountRow, { userName }))
    throw new InvalidInputError('That user name was given before; names are never given again.', {
      field: 'user',
    });
}
