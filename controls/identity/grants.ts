/**
 * Who may do what: roles that were granted to a person, each with sites, suppliers and a time. What a person may do is
 * always read from here, never from a token.
 */
import { type EntityManager, IsNull } from 'typeorm';
import { AccessDeniedError, GatewayError, InvalidInputError, NotFoundError } from '../../platform/errors';
import { type AuditActor, SYSTEM_ACTOR } from '../audit/audit-entry';
import { timedId } from '../integrity/ids';
import { type EffectiveGrants, effectiveOf, isInForce } from './effective-grants';
import { PersonRow, RoleGrantRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';
import { lapsed, lapsedGrants } from './lapsed-claims';

export interface NewGrant {
  readonly person: string;
  readonly role: string;
  /** Empty means all. */
  readonly sites: readonly string[];
  readonly suppliers: readonly string[];
  /** Ms since the epoch; from now on where it is not said. */
  readonly validFrom?: number | undefined;
  readonly expiresAt?: number | null | undefined;
  /** Proposal that was signed for it. */
  readonly proposal?: string | null | undefined;
  readonly reason?: string | undefined;
}

export interface Grant {
  readonly id: string;
  readonly person: string;
  readonly role: string;
  readonly sites: readonly string[];
  readonly suppliers: readonly string[];
  readonly source: 'ACT' | 'CLAIM';
  readonly validFrom: number;
  readonly expiresAt: number | null;
  readonly grantedBy: string;
  readonly proposal: string | null;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
}

/** Roles that one person holds and that exclude each other. */
export interface HeldConflict {
  readonly person: string;
  readonly roles: readonly string[];
}

/** Of these roles, those that may not be held together; read in the given transaction. */
export type Separation = (
  manager: EntityManager,
  roles: readonly string[],
) => Promise<readonly { readonly roles: readonly string[] }[]>;

export class Grants {
  constructor(
    private readonly context: IdentityContext,
    private readonly separation: Separation = () => Promise.resolve([]),
  ) {}

  /** Grants a role; returns the grant's id. Nobody grants anything to themself. */
  async assign(manager: EntityManager, grant: NewGrant, actor: AuditActor): Promise<string> {
    requirePerson(actor);
    const now = this.context.clock.now();
    const validFrom = grant.validFrom ?? now;
    const expiresAt = grant.expiresAt ?? null;
    if (!(await manager.existsBy(PersonRow, { id: grant.person })))
      throw new NotFoundError('There is no such person.');
    if (actor.person !== null && actor.person === grant.person)
      throw new InvalidInputError('Nobody grants a role to themself.', { field: 'person' });
    if (expiresAt !== null && expiresAt <= Math.max(validFrom, now))
      throw new InvalidInputError('A grant must end after it begins, and not in the past.', {
        field: 'expiresAt',
      });
    // the epoch is one row: of two who grant at once, the later one waits here and sees what the earlier gave
    await bumpEpoch(manager);
    await this.#requireCompatible(manager, grant, now);
    const id = timedId(now);
    await this.context.seals.insert(manager, RoleGrantRow, {
      ...{ id, person: grant.person, role: grant.role, source: 'ACT', validFrom, expiresAt },
      ...{ sites: JSON.stringify(grant.sites), suppliers: JSON.stringify(grant.suppliers) },
      ...{ grantedBy: actor.person ?? actor.account, proposal: grant.proposal ?? null },
      ...{ revokedAt: null, lastUsedAt: null },
    });
    await this.context.audit.record(manager, actor, {
      action: 'grant.assign',
      outcome: 'DONE',
      object: { type: 'person', id: grant.person },
      reason: grant.reason,
      changes: [{ field: 'role', before: null, after: grant.role }],
      facts: {
        ...{ grant: id, sites: grant.sites, suppliers: grant.suppliers, validFrom, expiresAt },
        proposal: grant.proposal ?? null,
      },
    });
    return id;
  }

  async #requireCompatible(manager: EntityManager, { person, role }: NewGrant, now: number): Promise<void> {
    const roles = await this.rolesAgainst(manager, person, role, now);
    if (roles.length > 0) throw new GatewayError('ROLES_CONFLICT', undefined, { roles });
  }

  /** Roles of a person that the role may not stand beside, of grants in force and of those to come. */
  async rolesAgainst(manager: EntityManager, person: string, role: string, now: number): Promise<string[]> {
    const held = await this.heldRoles(manager, person, now);
    const conflicts = (await this.separation(manager, [...held, role])).filter(({ roles }) =>
      roles.includes(role),
    );
    const others = conflicts.flatMap(({ roles }) => roles.filter((one) => one !== role));
    return [...new Set(others)].sort();
  }

  /** Roles of grants that are in force or will be; of one source only where it is said. */
  async heldRoles(
    manager: EntityManager,
    person: string,
    now: number,
    source?: RoleGrantRow['source'],
  ): Promise<string[]> {
    const where = { person, revokedAt: IsNull(), ...(source === undefined ? {} : { source }) };
    const rows = await manager.findBy(RoleGrantRow, where);
    const open = rows.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    return [...new Set(open.map(({ role }) => role))];
  }

  /** Everybody who holds roles that exclude each other, as after a policy that keeps more apart. */
  async conflicts(manager: EntityManager): Promise<HeldConflict[]> {
    const rows = await manager.findBy(RoleGrantRow, { revokedAt: IsNull() });
    const ids = rows.map(({ person }) => person);
    const people = [...new Set(ids.filter((person, index) => ids.indexOf(person) !== index))].sort();
    const found: HeldConflict[] = [];
    for (const person of people) {
      const held = await this.heldRoles(manager, person, this.context.clock.now());
      for (const { roles } of await this.separation(manager, held)) found.push({ person, roles });
    }
    return found;
  }

  /** Takes a grant back at once. False when it was not in force. */
  async revoke(manager: EntityManager, id: string, actor: AuditActor, reason: string): Promise<boolean> {
    requirePerson(actor);
    const grant = await manager.findOneBy(RoleGrantRow, { id });
    if (grant === null) throw new NotFoundError('There is no such grant.');
    const now = this.context.clock.now();
    // one that lapsed overnight still stands behind signatures: taking it away must tell
    const revokedAt = lapsed(grant, now) && grant.revokedAt !== null ? grant.revokedAt : IsNull();
    const done = await this.context.seals.update(
      manager,
      RoleGrantRow,
      { id, revokedAt },
      { revokedAt: now },
    );
    if (done.affected === 0) return false;
    await bumpEpoch(manager);
    await this.context.audit.record(manager, actor, {
      action: 'grant.revoke',
      outcome: 'DONE',
      object: { type: 'person', id: grant.person },
      reason,
      changes: [{ field: 'role', before: grant.role, after: null }],
      facts: { grant: id },
    });
    return true;
  }

  /** Closes what has run out, so that its end stands in the trail; it has no effect any more in any case. */
  async expire(manager: EntityManager, now: number, actor: AuditActor): Promise<number> {
    const rows = await manager
      .createQueryBuilder(RoleGrantRow, 'g')
      .where('g.revoked_at IS NULL AND g.expires_at IS NOT NULL AND g.expires_at <= :now', { now })
      .orderBy('g.id')
      .take(200)
      .getMany();
    for (const { id, person, role, expiresAt } of rows) {
      const done = await this.context.seals.update(
        manager,
        RoleGrantRow,
        { id, revokedAt: IsNull() },
        { revokedAt: expiresAt },
      );
      if (done.affected === 0) continue;
      await this.context.audit.record(manager, actor, {
        action: 'grant.expire',
        outcome: 'DONE',
        object: { type: 'person', id: person },
        changes: [{ field: 'role', before: role, after: null }],
        facts: { grant: id },
      });
    }
    if (rows.length > 0) await bumpEpoch(manager);
    return rows.length;
  }

  /** Grants of a person, or of everybody, newest first. */
  async list(
    manager: EntityManager,
    filter: { readonly person?: string; readonly inForceOnly?: boolean } = {},
  ): Promise<Grant[]> {
    const rows = await manager.find(RoleGrantRow, {
      where: filter.person === undefined ? {} : { person: filter.person },
      order: { id: 'DESC' },
    });
    const now = this.context.clock.now();
    return rows.filter((row) => filter.inForceOnly !== true || isInForce(row, now)).map(toGrant);
  }

  /** Grants in force that nobody has used since `since`, and that are older than that. */
  async unused(manager: EntityManager, since: number): Promise<Grant[]> {
    const inForce = await this.list(manager, { inForceOnly: true });
    return inForce.filter((grant) => grant.validFrom < since && (grant.lastUsedAt ?? 0) < since);
  }

  /** Notes that a person was active with these roles, for the report of unused grants. */
  async noteUse(manager: EntityManager, person: string, roles: readonly string[]): Promise<void> {
    if (roles.length === 0) return;
    await manager
      .createQueryBuilder()
      .update(RoleGrantRow)
      .set({ lastUsedAt: this.context.clock.now() })
      .where('person = :person AND role_name IN (:...roles) AND revoked_at IS NULL', { person, roles })
      .execute();
  }

  /** What the person's grants come to now. */
  async effective(manager: EntityManager, person: string): Promise<EffectiveGrants> {
    const rows = await manager.findBy(RoleGrantRow, { person, revokedAt: IsNull() });
    // a grant that SQL wrote or changed gives nothing
    const genuine = await this.context.seals.genuine(manager, RoleGrantRow, rows);
    return effectiveOf(genuine, this.context.clock.now());
  }

  /**
   * What they come to for a signature of at most `withinMs` ago: those in force, and those of another system that are
   * over only because their session is.
   */
  async effectiveForSignature(
    manager: EntityManager,
    person: string,
    withinMs: number,
  ): Promise<EffectiveGrants> {
    const found = await manager.findBy(RoleGrantRow, { person });
    const rows = await this.context.seals.genuine(manager, RoleGrantRow, found);
    const now = this.context.clock.now();
    const roles = rows.filter((row) => isInForce(row, now)).map(({ role }) => role);
    const ended = lapsedGrants(rows, roles, now, withinMs);
    return effectiveOf(rows, now, (row) => isInForce(row, now) || ended.includes(row));
  }
}

function toGrant(row: RoleGrantRow): Grant {
  const { id, person, role, source, validFrom, expiresAt, grantedBy, proposal, revokedAt, lastUsedAt } = row;
  return {
    ...{ id, person, role, source, validFrom, expiresAt, grantedBy, proposal, revokedAt, lastUsedAt },
    sites: JSON.parse(row.sites) as string[],
    suppliers: JSON.parse(row.suppliers) as string[],
  };
}

/** Thrown when nobody whom we know answers for the act, so that it could be their own grant: ACCESS_DENIED. */
function requirePerson(actor: AuditActor): void {
  if (actor.person === null && actor !== SYSTEM_ACTOR)
    throw new AccessDeniedError('Only a person who is known here grants roles.');
}
