/** Dual sign-off over a database of its own, with real people, sessions and tickets, and a clock that the test sets. */
import { graphql, type GraphQLSchema } from 'graphql';
import path from 'node:path';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { EntryMac } from '../../controls/audit/entry-mac';
import { trustOwnEntries } from '../../controls/audit/own-entries';
import { SubjectCipher, subjectSecret } from '../../controls/audit/subject-cipher';
import { AccountRow, PersonRow, RoleGrantRow, SessionRow } from '../../controls/identity/identity.entity';
import type { Separation } from '../../controls/identity/grants';
import { IdentityService } from '../../controls/identity/identity-service';
import { SigningKeys } from '../../controls/integrity/signing-keys';
import { Outbox } from '../../controls/outbox/outbox';
import { RecordStore } from '../../controls/records/record-store';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { BREAK_GLASS_MEANING } from '../../controls/sign-off/policy/policy-document';
import { type NewDelegation, delegationPurpose } from '../../controls/sign-off/delegations';
import type { SignOffDelegationRow, SignOffProposalRow } from '../../controls/sign-off/sign-off.entity';
import { signingHashFor } from '../../controls/sign-off/signing';
import { openSignOff } from '../../controls/sign-off/open-sign-off';
import { SignOffKeys } from '../../controls/sign-off/signature-keys';
import type { SignOffService } from '../../controls/sign-off/sign-off-service';
import type { Clock } from '../../platform/clock';
import { loadConfig, type Config } from '../../platform/config';
import type { Database } from '../../platform/database/database';
import { GatewayError } from '../../platform/errors';
import type { Language, RequestContext } from '../../platform/request';
import { SourceReport } from '../../platform/sources';
import { shippedClaims } from '../support/claims';
import { READ_ALL } from '../support/access';
import type { TestTables } from '../support/databases';
import { ToyCounter1790000000000, toySchema } from './toy-act';

const ROOT = path.resolve(__dirname, '../..');
export const START = Date.parse('2026-06-30T04:00:00.000Z');
export const HOUR = 3_600_000;

/** Stands where it is set, but for a millisecond with each look at it: what happens one after the other is told apart. */
export class TickingClock implements Clock {
  #now: number;

  constructor(instant: number) {
    this.#now = instant;
  }

  now(): number {
    return this.#now++;
  }

  set(instant: number): void {
    this.#now = instant;
  }
}

export const SIGN_OFF_TABLES: TestTables = {
  entities: CONTROLS_ENTITIES,
  migrations: [...CONTROLS_MIGRATIONS, ToyCounter1790000000000],
  poolSize: 10,
};

export const signOffConfig = (dataDir: string): Config =>
  loadConfig({ LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: dataDir }, ROOT);

export interface Payload {
  readonly value?: number | null;
  readonly signOff: {
    readonly id: string;
    readonly status: string;
    readonly expiresAt: string;
    readonly signingHash: string | null;
    readonly signatures: readonly {
      readonly name: string;
      readonly at: string;
      readonly meaning: string;
      readonly meaningCode: string;
      readonly onBehalfOf: string | null;
      readonly printed: string;
      readonly genuine: boolean;
    }[];
  } | null;
  readonly refusals: readonly { readonly code: string; readonly message: string }[];
}

/** Whoever acts: a person by one of their accounts. */
export interface Hand {
  readonly person: string;
  readonly account?: string;
  readonly language?: Language;
  /** Sites that the account is limited to. */
  readonly sites?: readonly string[];
}

const FIELDS = `value signOff { id status expiresAt signingHash
  signatures { name at meaning meaningCode onBehalfOf printed genuine } } refusals { code message }`;

export interface WorldOptions {
  readonly database: Database;
  readonly config: Config;
  readonly clock: Clock;
  /** Roles that may not be held together; any may where it is not said. */
  readonly separation?: Separation;
}

export class SignOffWorld {
  readonly service: SignOffService;
  readonly identity: IdentityService;
  readonly keys: SigningKeys;
  readonly schema: GraphQLSchema;

  constructor(readonly options: WorldOptions) {
    const { database, config, clock, separation } = options;
    const mac = new EntryMac(subjectSecret(config));
    trustOwnEntries(database, mac);
    const personal = new SubjectCipher(config, clock);
    const audit = new AuditRecorder({ clock, algorithm: 'sha256', personal, mac });
    const records = new RecordStore(clock, 'sha256');
    const apart = separation === undefined ? {} : { separation };
    this.identity = new IdentityService({
      config,
      root: ROOT,
      claims: shippedClaims,
      database,
      audit,
      clock,
      ...apart,
    });
    this.keys = new SigningKeys(config);
    this.service = openSignOff({
      ...{ root: ROOT, database, clock, audit, records, algorithm: 'sha256' as const },
      outbox: new Outbox({ clock, audit, algorithm: 'sha256' }),
      ...{ people: this.identity, keys: new SignOffKeys(this.keys, clock, audit) },
    });
    this.schema = toySchema(() => this.service);
  }

  /** Adds a person with accounts `<person>` and `<person>-2`, a session for each, and roles. */
  async addPerson(person: string, roles: readonly string[], sites: readonly string[] = []): Promise<void> {
    const now = this.options.clock.now();
    await this.options.database.write(async (manager) => {
      await this.identity.context.seals.insert(manager, PersonRow, {
        ...{
          id: person,
          nameEn: `Name of ${person}`,
          nameZh: `${person}的姓名`,
          status: 'ACTIVE',
          createdAt: now,
        },
      });
      for (const account of [person, `${person}-2`]) {
        await this.identity.context.seals.insert(manager, AccountRow, {
          ...{
            id: account,
            person,
            kind: 'password',
            userName: account,
            secretHash: null,
            externalKey: null,
          },
          ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: now },
        });
        await manager.insert(SessionRow, {
          ...{ id: `s-${account}`, account, person, stage: 'FULL', amr: '["pwd","otp"]', authTime: now },
          ...{ client: 'test', language: null, onBehalfOf: null, refreshHash: null, createdAt: now },
          ...{ expiresAt: now + 10_000_000 * HOUR, revokedAt: null },
        });
      }
      for (const role of roles)
        await this.identity.assignGrant(manager, { person, role, sites, suppliers: [] }, SYSTEM_ACTOR);
    });
  }

  async grantRole(person: string, role: string): Promise<void> {
    const grant = { person, role, sites: [], suppliers: [] };
    await this.options.database.write((manager) => this.identity.assignGrant(manager, grant, SYSTEM_ACTOR));
  }

  async revokeRole(person: string, role: string): Promise<void> {
    await this.options.database.write((manager) =>
      this.identity.context.seals.update(
        manager,
        RoleGrantRow,
        { person, role },
        { revokedAt: this.options.clock.now() },
      ),
    );
  }

  async addCounter(id: string, n = 0): Promise<void> {
    await this.options.database.write((manager) =>
      manager.query('INSERT INTO toy_counter (id, n, runs) VALUES (?, ?, 0)', [id, n]),
    );
  }

  async counter(id: string): Promise<{ n: number; runs: number }> {
    const [row] = await this.options.database.reader.query<{ n: number; runs: number }[]>(
      'SELECT n, runs FROM toy_counter WHERE id = ?',
      [id],
    );
    return { n: Number(row?.n), runs: Number(row?.runs) };
  }

  async commands(subject: string): Promise<number> {
    const [row] = await this.options.database.reader.query<{ n: number | string }[]>(
      'SELECT COUNT(*) AS n FROM outbox_command WHERE subject = ?',
      [subject],
    );
    return Number(row?.n);
  }

  /** Codes and actions of the audit entries about sign-off, oldest first: `signOff.signRefused SAME_PERSON`. */
  async entries(): Promise<string[]> {
    const rows = await this.options.database.reader.find(AuditEntryRow, { order: { at: 'ASC', id: 'ASC' } });
    return rows
      .map((row) => JSON.parse(row.body) as { action: string; code: string | null })
      .filter(({ action }) => action.startsWith('signOff.') && action !== 'signOff.policyPublish')
      .map(({ action, code }) => (code === null ? action : `${action} ${code}`));
  }

  request({ person, account = person, language = 'en', sites = [] }: Hand): RequestContext {
    return {
      requestId: 'test',
      caller: {
        ...{ subject: account, person, name: person, kind: 'person', roles: [], sites, suppliers: [] },
        ...{ session: `s-${account}`, client: 'test', onBehalfOf: null },
      },
      ...{ language, now: this.options.clock.now(), policyVersion: 'test', access: READ_ALL },
      ...{ signal: new AbortController().signal, sources: new SourceReport() },
    };
  }

  /** Runs a document; throws the code of its first error. */
  async ask<T>(hand: Hand, source: string, variableValues: Record<string, unknown> = {}): Promise<T> {
    const { schema } = this;
    const { data, errors } = await graphql({
      schema,
      source,
      variableValues,
      contextValue: this.request(hand),
    });
    if (errors?.[0]) throw errors[0].originalError ?? errors[0];
    return data as T;
  }

  async propose(hand: Hand, counter: string, value: number, reason = 'because'): Promise<Payload> {
    const source = `mutation ($c: ID!, $v: Int!, $r: String!) { p: setCounter(counter: $c, value: $v, reason: $r) { ${FIELDS} } }`;
    return (await this.ask<{ p: Payload }>(hand, source, { c: counter, v: value, r: reason })).p;
  }

  /** Proposes; the id of the sign-off. */
  async proposed(hand: Hand, counter: string, value: number): Promise<string> {
    const { signOff, refusals } = await this.propose(hand, counter, value);
    if (signOff === null) throw new Error(`refused: ${JSON.stringify(refusals)}`);
    return signOff.id;
  }

  /** Proposes another act, under another action of the policy; the id of the sign-off. */
  async proposeDrop(hand: Hand, counter: string): Promise<string> {
    const source = 'mutation ($c: ID!) { p: dropCounter(counter: $c) { signOff { id } } }';
    return (await this.ask<{ p: { signOff: { id: string } } }>(hand, source, { c: counter })).p.signOff.id;
  }

  /** A ticket for whatever the hand would sign next. */
  async ticket(hand: Hand, id: string, purpose?: string): Promise<string> {
    const proposal = await this.service.find(id);
    const view = proposal === null ? null : await this.service.view(this.request(hand), proposal);
    const { person, account = person } = hand;
    const issued = await this.options.database.write((manager) =>
      this.identity.issueTicket(manager, {
        ...{ person, account, session: `s-${account}`, methods: ['pwd', 'otp'] },
        purpose: purpose ?? view?.signingHash ?? 'nothing',
      }),
    );
    return issued.ticket;
  }

  async sign(
    hand: Hand,
    id: string,
    given: { ticket?: string; comment?: string; breakGlassReason?: string } = {},
  ): Promise<Payload> {
    const source = `mutation ($i: ID!, $t: String!, $c: String, $b: String) {
      p: signSetCounter(signOff: $i, ticket: $t, comment: $c, breakGlassReason: $b) { ${FIELDS} } }`;
    const ticket = given.ticket ?? (await this.ticket(hand, id));
    const variables = { i: id, t: ticket, c: given.comment ?? null, b: given.breakGlassReason ?? null };
    return (await this.ask<{ p: Payload }>(hand, source, variables)).p;
  }

  /** Lends the right to sign, after the step-up that it needs. */
  async delegate(hand: Hand, wanted: NewDelegation): Promise<SignOffDelegationRow> {
    const ticket = await this.ticket(hand, '', delegationPurpose(wanted));
    return await this.service.delegate(this.request(hand), wanted, ticket);
  }

  /** What a person would authenticate for, to break the glass. */
  breakGlassHash(hand: Hand, proposal: SignOffProposalRow | null): Promise<string> {
    if (proposal === null) throw new Error('no proposal');
    const offer = { slot: 1 as const, meaning: BREAK_GLASS_MEANING };
    return Promise.resolve(signingHashFor({ algorithm: 'sha256' }, proposal, offer, hand.person));
  }

  /** Reviews an act that broke the glass. */
  async review(hand: Hand, id: string, finding: string): Promise<SignOffProposalRow> {
    const ticket = await this.ticket(hand, id);
    return await this.service.reviewBreakGlass(this.request(hand), { proposalId: id, ticket, finding });
  }

  async state(id: string): Promise<string> {
    return (await this.service.find(id))?.state ?? 'NONE';
  }
}

/** The code that a call fails with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'DONE';
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
  }
}
