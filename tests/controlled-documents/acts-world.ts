/** People who publish controlled documents through the subgraph, under the policies that are shipped. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type OpenServices, openServices } from '../../canonical/open-services';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { AccountRow, PersonRow, SessionRow } from '../../controls/identity/identity.entity';
import { FixedClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import type { Dialect } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { silentLogger } from '../../platform/log';
import type { RequestContext } from '../../platform/request';
import { SourceReport } from '../../platform/sources';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { NOW, ROOT, dataOf } from '../support/ask-subgraph';
import { createMigratedDatabase } from '../support/migrated-database';
import { signingTicket } from '../support/tickets';

export const PEOPLE = {
  sec1: 'security-officer',
  sec2: 'security-officer',
  lead: 'qa-lead',
  steward: 'data-steward',
  officer: 'qa-officer',
  ann: 'analyst',
} as const;
export type Person = keyof typeof PEOPLE;

export interface Payload {
  readonly signOff: { readonly id: string; readonly status: string } | null;
  readonly refusals: readonly { readonly code: string }[];
}

export interface Staged {
  readonly version: string | null;
  readonly weakens: boolean | null;
  readonly problems: readonly string[];
  readonly changes: readonly { readonly place: string; readonly weakens: boolean }[];
  readonly refusals: readonly { readonly code: string }[];
}

const STAGED = 'version weakens problems changes { place weakens } refusals { code }';

export class ActsWorld {
  readonly #governance: Subgraph;

  private constructor(
    readonly services: OpenServices,
    readonly close: () => Promise<void>,
  ) {
    this.#governance = createGovernanceSubgraph(services);
  }

  static async start(dialect: Dialect): Promise<ActsWorld> {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-acts-'));
    const database = await createMigratedDatabase(dialect, ALL_TABLES, 'acts');
    const config = loadConfig({ LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: dataDir });
    const services = await openServices({
      ...{ root: ROOT, env: {}, clock: new FixedClock(NOW), logger: silentLogger },
      config: { ...config, databaseUrl: database.url },
    });
    const world = new ActsWorld(services, async () => {
      await services.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    });
    for (const [person, role] of Object.entries(PEOPLE)) await world.#addPerson(person, role);
    return world;
  }

  async ask<T>(person: Person, source: string, variables: Record<string, unknown> = {}): Promise<T> {
    return await dataOf<T>(this.#governance, source, variables, await this.requestOf(person));
  }

  async stage(person: Person, mutation: string, files: readonly object[]): Promise<Staged> {
    const source = `mutation ($files: [ControlledFileInput!]!) { it: ${mutation}(files: $files) { ${STAGED} } }`;
    return (await this.ask<{ it: Staged }>(person, source, { files })).it;
  }

  async rollback(person: Person, mutation: string, number: number): Promise<Staged> {
    return (
      await this.ask<{ it: Staged }>(person, `mutation { it: ${mutation}(number: ${number}) { ${STAGED} } }`)
    ).it;
  }

  async publish(
    person: Person,
    mutation: string,
    version: string | null,
    reason = 'needed',
  ): Promise<Payload> {
    const source = `mutation ($version: ID!, $reason: String!) { it: ${mutation}(version: $version, reason: $reason) {
      signOff { id status } refusals { code } } }`;
    return (await this.ask<{ it: Payload }>(person, source, { version, reason })).it;
  }

  /** Gives a person's signature to a proposal. */
  async sign(person: Person, mutation: string, id: string): Promise<Payload> {
    const ticket = await signingTicket(this.services, await this.requestOf(person), id);
    const source = `mutation { it: ${mutation}(signOff: "${id}", ticket: "${ticket}") {
      signOff { id status } refusals { code } } }`;
    return (await this.ask<{ it: Payload }>(person, source)).it;
  }

  /** `action outcome code` of every entry about controlled documents, oldest first. */
  async audited(): Promise<string[]> {
    const rows = await this.services.database.reader.find(AuditEntryRow, { order: { id: 'ASC' } });
    return rows
      .map(({ body }) => JSON.parse(body) as { action: string; outcome: string; code: string | null })
      .filter(({ action }) => action.startsWith('controlledDocument.'))
      .map(({ action, outcome, code }) => [action, outcome, code].filter(Boolean).join(' '));
  }

  async requestOf(person: Person): Promise<RequestContext> {
    const { access } = this.services.controls;
    const policyVersion = await access.currentVersion();
    const roles = [PEOPLE[person]];
    return {
      ...{ requestId: 'request-0001', language: 'en', now: NOW, policyVersion },
      caller: {
        ...{ subject: person, person, name: person, kind: 'person', roles, sites: [], suppliers: [] },
        ...{ session: `s-${person}`, client: null, onBehalfOf: null },
      },
      access: await access.profile(roles, policyVersion),
      signal: new AbortController().signal,
      sources: new SourceReport(),
    };
  }

  async #addPerson(person: string, role: string): Promise<void> {
    const { database, controls } = this.services;
    const now = Date.now(); // sessions and tickets go by real time
    const { seals } = controls.identity.context;
    await database.write(async (manager) => {
      await seals.insert(manager, PersonRow, {
        ...{ id: person, nameEn: person, nameZh: person, status: 'ACTIVE', createdAt: now },
      });
      await seals.insert(manager, AccountRow, {
        ...{ id: person, person, kind: 'password', userName: person, secretHash: null, externalKey: null },
        ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: now },
      });
      await manager.insert(SessionRow, {
        ...{ id: `s-${person}`, account: person, person, stage: 'FULL', amr: '["pwd","otp"]', authTime: now },
        ...{ client: 'test', language: null, onBehalfOf: null, refreshHash: null, createdAt: now },
        ...{ expiresAt: now + 10 ** 9, revokedAt: null },
      });
      const grant = { person, role, sites: [], suppliers: [] };
      await controls.identity.assignGrant(manager, grant, SYSTEM_ACTOR);
    });
  }
}
