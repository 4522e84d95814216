/** People who sign over a world: each with an account, a session and one role. */
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AccountRow, PersonRow, SessionRow } from '../../controls/identity/identity.entity';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import type { AccessWorld } from '../access/access-world';
import { dataOf } from '../support/ask-subgraph';
import { signingTicket } from '../support/tickets';

export interface ActPayload {
  readonly signOff: { readonly id: string; readonly status: string } | null;
  readonly refusals: readonly { readonly code: string }[];
}

export class SigningPeople {
  constructor(
    private readonly world: AccessWorld,
    private readonly subgraph: Subgraph,
    private readonly roles: Readonly<Record<string, string>>,
  ) {}

  async settle(): Promise<void> {
    for (const [person, role] of Object.entries(this.roles)) await this.#add(person, role);
  }

  async requestOf(person: string): Promise<RequestContext> {
    const request = await this.world.request([this.roles[person] ?? '']);
    const session = `s-${person}`;
    return { ...request, caller: { ...request.caller, subject: person, person, name: person, session } };
  }

  /** Runs a mutation and gives its payload. */
  async act(person: string, call: string): Promise<ActPayload> {
    const source = `mutation { it: ${call} { signOff { id status } refusals { code } } }`;
    return (await dataOf<{ it: ActPayload }>(this.subgraph, source, {}, await this.requestOf(person))).it;
  }

  /** Gives a person's signature to a proposal. */
  async sign(person: string, mutation: string, id: string): Promise<ActPayload> {
    const ticket = await signingTicket(this.world.services, await this.requestOf(person), id);
    return await this.act(person, `${mutation}(signOff: "${id}", ticket: "${ticket}")`);
  }

  async #add(person: string, role: string): Promise<void> {
    const { database, controls } = this.world.services;
    const { seals } = controls.identity.context;
    const createdAt = Date.now(); // sessions and tickets go by real time
    await database.write(async (manager) => {
      await seals.insert(manager, PersonRow, {
        ...{ id: person, nameEn: person, nameZh: person, status: 'ACTIVE', createdAt },
      });
      await seals.insert(manager, AccountRow, {
        ...{ id: person, person, kind: 'password', userName: person, secretHash: null, externalKey: null },
        ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null, createdAt },
      });
      await manager.insert(SessionRow, {
        ...{ id: `s-${person}`, account: person, person, stage: 'FULL', amr: '["pwd","otp"]' },
        ...{ authTime: createdAt, client: 'test', language: null, onBehalfOf: null, refreshHash: null },
        ...{ createdAt, expiresAt: createdAt + 10 ** 9, revokedAt: null },
      });
      await controls.identity.assignGrant(manager, { person, role, sites: [], suppliers: [] }, SYSTEM_ACTOR);
    });
  }
}
