/** The demo world, synced, with people who sign: what the tests of acts share. */
import { LotRow } from '../../canonical/entities/lot.entity';
import { toId } from '../../canonical/ids';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AccountRow, PersonRow, SessionRow } from '../../controls/identity/identity.entity';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import { SourceReport } from '../../platform/sources';
import { createLotsSubgraph } from '../../subgraphs/lots/subgraph';
import { createQualitySubgraph } from '../../subgraphs/quality/subgraph';
import { READ_ALL } from '../support/access';
import { ask, dataOf } from '../support/ask-subgraph';
import type { DemoWorld } from '../support/demo-world';
import { CommandWorld } from './command-world';
import { signingTicket } from '../support/tickets';

export interface Payload {
  readonly lot: Record<string, unknown> | null;
  readonly signOff: { readonly id: string; readonly status: string } | null;
  readonly refusals: readonly { readonly code: string; readonly message: string }[];
}

export class ActsWorld {
  readonly lots: Subgraph;
  readonly quality: Subgraph;
  readonly commands: CommandWorld;

  constructor(readonly world: DemoWorld) {
    this.lots = createLotsSubgraph(world.services);
    this.quality = createQualitySubgraph(world.services);
    this.commands = new CommandWorld(world);
  }

  async addPerson(person: string, roles: readonly string[]): Promise<void> {
    const { database, controls, clock } = this.world.services;
    const now = clock.now();
    await database.write(async (manager) => {
      await controls.identity.context.seals.insert(manager, PersonRow, {
        ...{ id: person, nameEn: `Name of ${person}`, nameZh: person, status: 'ACTIVE', createdAt: now },
      });
      await controls.identity.context.seals.insert(manager, AccountRow, {
        ...{ id: person, person, kind: 'password', userName: person, secretHash: null, externalKey: null },
        ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: now },
      });
      await manager.insert(SessionRow, {
        ...{ id: `s-${person}`, account: person, person, stage: 'FULL', amr: '["pwd","otp"]', authTime: now },
        ...{ client: 'test', language: null, onBehalfOf: null, refreshHash: null, createdAt: now },
        ...{ expiresAt: now + 10 ** 11, revokedAt: null },
      });
      for (const role of roles)
        await controls.identity.assignGrant(
          manager,
          { person, role, sites: [], suppliers: [] },
          SYSTEM_ACTOR,
        );
    });
  }

  request(person: string, sites: readonly string[] = []): RequestContext {
    return {
      requestId: 'test',
      caller: {
        ...{ subject: person, person, name: person, kind: 'person', roles: [], sites, suppliers: [] },
        ...{ session: `s-${person}`, client: 'test', onBehalfOf: null },
      },
      ...{ language: 'en', now: this.world.clock.now(), policyVersion: 'test', access: READ_ALL },
      ...{ signal: new AbortController().signal, sources: new SourceReport() },
    };
  }

  async lotId(lotNumber: string): Promise<string> {
    const row = await this.world.services.database.reader.findOneByOrFail(LotRow, { lotNumber });
    return toId('lot', row.pk);
  }

  /** Runs a mutation of one of the two subgraphs; `call` is written as in a document, without the selection. */
  async run(
    subgraph: Subgraph,
    call: string,
    person: string,
    sites: readonly string[] = [],
  ): Promise<Payload> {
    const signOff = call.startsWith('placeHold') ? '' : 'signOff { id status }';
    const source = `mutation { p: ${call} { lot { id } ${signOff} refusals { code message } } }`;
    const result = await ask(subgraph, source, {}, this.request(person, sites));
    if (result.errors?.[0]) throw result.errors[0].originalError ?? result.errors[0];
    return (result.data as { p: Payload }).p;
  }

  /** Proposes and has two people sign. */
  async act(subgraph: Subgraph, call: string, people: readonly [string, string]): Promise<Payload> {
    const proposed = await this.run(subgraph, call, people[0]);
    if (proposed.signOff === null) return proposed;
    const name = /^\w+/u.exec(call)?.[0] ?? '';
    let last = proposed;
    for (const person of people) last = await this.sign(subgraph, name, proposed.signOff.id, person);
    return last;
  }

  async sign(subgraph: Subgraph, name: string, id: string, person: string): Promise<Payload> {
    const ticket = await signingTicket(this.world.services, this.request(person), id);
    const signing = `sign${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return await this.run(subgraph, `${signing}(signOff: "${id}", ticket: "${ticket}")`, person);
  }

  /** What quality says about a lot. */
  async decided(lot: string): Promise<Record<string, unknown>> {
    const fields = `disposition dispositions { decision decidedOn decidedBy reason
      signatures { slot name meaningCode genuine } commands { system kind state } }`;
    return await this.entity(this.quality, lot, fields);
  }

  async entity(subgraph: Subgraph, lot: string, fields: string): Promise<Record<string, unknown>> {
    const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Lot { ${fields} } } }`;
    const r = [{ __typename: 'Lot', id: lot }];
    const data = await dataOf<{ _entities: Record<string, unknown>[] }>(
      subgraph,
      source,
      { r },
      this.request('reader'),
    );
    return data._entities[0] ?? {};
  }

  /** Carries out what the outbox holds. */
  async carryOut(): Promise<void> {
    for (const system of ['erp', 'wms', 'lims'] as const) await this.commands.drain(system);
  }

  codes(payload: Payload): string[] {
    return payload.refusals.map(({ code }) => code).sort();
  }
}
