/** What the graph says about permissions: the policy in force, its roles, and why something is allowed or not. */
import { ID, Int, ObjectType } from 'type-graphql';
import type { PlaceExplanation } from '../../../controls/access/explain-access';
import type { PolicyChange } from '../../../controls/access/compare-policies';
import type { PolicyRole } from '../../../controls/access/policy-content';
import type { Grant } from '../../../controls/identity/grants';
import { enumOf } from '../../../platform/graphql/enums';
import { instantOf } from '../../../platform/graphql/instants';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { LocalizedTextType } from '../localized-text.type';

export const AccessDecisionEnum = enumOf('AccessDecision', ['READ', 'MASK', 'DENY']);
export const RoleRisk = enumOf('RoleRisk', ['LOW', 'HIGH']);

@AccessRule('accessPolicy')
@ObjectType('AccessRole')
export class AccessRoleType {
  @TermField(() => String, 'accessRole.role', { nullable: false }) role!: string;
  @TermField(() => LocalizedTextType, 'accessRole.name') name!: LocalizedTextType;
  @TermField(() => RoleRisk, 'accessRole.risk') risk!: string;
  @TermField(() => [String], 'accessRole.rows') rows!: readonly string[];
  @TermField(() => Int, 'accessRole.maxDays') maxDays!: number | null;
  @TermField(() => String, 'accessRole.reason') reason!: string;

  static from(role: PolicyRole): AccessRoleType {
    return Object.assign(new AccessRoleType(), { ...role, risk: role.risk.toUpperCase() });
  }
}

@AccessRule('accessPolicy')
@ObjectType('AccessPolicy')
export class AccessPolicyType {
  @TermField(() => ID, 'accessPolicy.version', { nullable: false }) version!: string;
  @TermField(() => [AccessRoleType], 'accessPolicy.roles') roles!: readonly AccessRoleType[];
}

@AccessRule('accessExplanation')
@ObjectType('FieldAccess')
export class FieldAccessType {
  @TermField(() => String, 'fieldAccess.coordinate', { nullable: false }) coordinate!: string;
  @TermField(() => AccessDecisionEnum, 'fieldAccess.decision', { nullable: false }) decision!: string;
  @TermField(() => String, 'fieldAccess.subject') subject!: string;
  @TermField(() => String, 'fieldAccess.derivedFrom') derivedFrom!: string | null;
  @TermField(() => String, 'fieldAccess.line') line!: string | null;
  @TermField(() => String, 'fieldAccess.role') role!: string | null;
  @TermField(() => String, 'fieldAccess.pattern') pattern!: string | null;
  @TermField(() => String, 'fieldAccess.place') place!: string | null;

  static from({ line, ...place }: PlaceExplanation): FieldAccessType {
    return Object.assign(new FieldAccessType(), {
      ...place,
      line: line?.id ?? null,
      role: line?.role ?? null,
      pattern: line === null ? null : `${line.effect} ${line.pattern}`,
      place: line === null ? null : `${line.file}:${line.line}`,
    });
  }
}

@AccessRule('accessPolicy')
@ObjectType('AccessChange')
export class AccessChangeType {
  @TermField(() => String, 'accessChange.kind', { nullable: false }) kind!: string;
  @TermField(() => String, 'accessChange.role') role!: string | null;
  @TermField(() => String, 'accessChange.subject') subject!: string;
  @TermField(() => String, 'accessChange.before') before!: string;
  @TermField(() => String, 'accessChange.after') after!: string;
  @TermField(() => Boolean, 'accessChange.weakens') weakens!: boolean;

  static from(change: PolicyChange): AccessChangeType {
    return Object.assign(new AccessChangeType(), change);
  }
}

@AccessRule('roleGrant')
@ObjectType('RoleGrant')
export class RoleGrantType {
  @TermField(() => ID, 'roleGrant.id', { nullable: false }) id!: string;
  @TermField(() => ID, 'roleGrant.person') person!: string;
  @TermField(() => String, 'roleGrant.role') role!: string;
  @TermField(() => [String], 'roleGrant.sites') sites!: readonly string[];
  @TermField(() => [String], 'roleGrant.suppliers') suppliers!: readonly string[];
  @TermField(() => Instant, 'roleGrant.validFrom') validFrom!: Date | null;
  @TermField(() => Instant, 'roleGrant.expiresAt') expiresAt!: Date | null;
  @TermField(() => Instant, 'roleGrant.lastUsedAt') lastUsedAt!: Date | null;

  static from(grant: Grant): RoleGrantType {
    const { id, person, role, sites, suppliers } = grant;
    return Object.assign(new RoleGrantType(), {
      ...{ id, person, role, sites, suppliers },
      validFrom: instantOf(grant.validFrom),
      expiresAt: instantOf(grant.expiresAt),
      lastUsedAt: instantOf(grant.lastUsedAt),
    });
  }
}

/** Roles that one person holds although the policy keeps them apart. */
@AccessRule('roleGrant')
@ObjectType('RoleConflict')
export class RoleConflictType {
  @TermField(() => ID, 'roleConflict.person', { nullable: false }) person!: string;
  @TermField(() => [String], 'roleConflict.roles', { nullable: false }) roles!: readonly string[];
}
