/** The identity map in the graph: pairs that may be one, what was decided, and what the acts answer with. */
import { ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import type { IdentityDecision } from '../../../canonical/stewardship/acts';
import { ENTITY_TYPES } from '../../../canonical/stewardship/decisions';
import { EVIDENCE_KINDS, type Evidence } from '../../../canonical/stewardship/evidence';
import type {
  IdentityCandidateRow,
  IdentityDismissalRow,
} from '../../../canonical/stewardship/identity.entity';
import type { EntityType } from '../../../canonical/sync/identity';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { enumOf } from '../../../platform/graphql/enums';
import { instantOf } from '../../../platform/graphql/instants';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

export const IdentityEntityType = enumOf(
  'IdentityEntityType',
  ENTITY_TYPES.map((type) => type.toUpperCase()),
);
const IdentityEvidenceKind = enumOf('IdentityEvidenceKind', [...EVIDENCE_KINDS]);
const IdentityDecisionKind = enumOf('IdentityDecisionKind', ['MATCHED', 'SPLIT', 'TAKEN_BACK']);

@AccessRule('identity')
@ObjectType('IdentityEvidence')
export class IdentityEvidenceType {
  @TermField(() => IdentityEvidenceKind, 'identityEvidence.kind', { nullable: false }) kind!: string;
  @TermField(() => Boolean, 'identityEvidence.supports', { nullable: false }) supports!: boolean;
  @TermField(() => String, 'identityEvidence.first') first!: string | null;
  @TermField(() => String, 'identityEvidence.second') second!: string | null;
}

/** Two entities that may be one, whether a steward still has to look at them or set them aside. */
@ObjectType()
abstract class IdentityPair {
  @TermField(() => IdentityEntityType, 'identityCandidate.entityType', { nullable: false })
  entityType!: string;
  @TermField(() => ID, 'identityCandidate.firstId', { nullable: false }) firstId!: string;
  @TermField(() => ID, 'identityCandidate.secondId', { nullable: false }) secondId!: string;
  @TermField(() => Int, 'identityCandidate.confidence') confidence!: number;
  @TermField(() => [IdentityEvidenceType], 'identityCandidate.evidence')
  evidence!: readonly IdentityEvidenceType[];
}

function pairFrom(row: IdentityCandidateRow | IdentityDismissalRow): IdentityPair {
  const type = row.entityType as EntityType;
  const evidence = JSON.parse(row.evidence) as Evidence[];
  return {
    ...{ entityType: type.toUpperCase(), confidence: row.confidence },
    ...{ firstId: toId(type, row.firstPk), secondId: toId(type, row.secondPk) },
    evidence: evidence.map((one) => Object.assign(new IdentityEvidenceType(), one)),
  };
}

@AccessRule('identity')
@ObjectType('IdentityCandidate')
export class IdentityCandidateType extends IdentityPair {
  @TermField(() => Instant, 'identityCandidate.foundAt') foundAt!: Date | null;

  static from(row: IdentityCandidateRow): IdentityCandidateType {
    return Object.assign(new IdentityCandidateType(), pairFrom(row), { foundAt: instantOf(row.foundAt) });
  }
}

export const IdentityCandidateConnection = connectionOf(
  'IdentityCandidateConnection',
  () => IdentityCandidateType,
);

@AccessRule('identity')
@ObjectType('IdentityDismissal')
export class IdentityDismissalType extends IdentityPair {
  @TermField(() => String, 'identityDismissal.reason') reason!: string;
  @TermField(() => String, 'identityDismissal.dismissedBy') dismissedBy!: string;
  @TermField(() => Instant, 'identityDismissal.dismissedAt') dismissedAt!: Date | null;

  static from(row: IdentityDismissalRow): IdentityDismissalType {
    const { reason, dismissedBy } = row;
    return Object.assign(new IdentityDismissalType(), pairFrom(row), {
      ...{ reason, dismissedBy, dismissedAt: instantOf(row.dismissedAt) },
    });
  }
}

@AccessRule('identity')
@ObjectType('IdentityDismissalPayload')
export class IdentityDismissalPayload {
  @TermField(() => IdentityDismissalType, 'mutation.object') dismissal!: IdentityDismissalType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('identity')
@ObjectType('IdentityDecision')
export class IdentityDecisionType {
  @TermField(() => IdentityDecisionKind, 'identityDecision.kind', { nullable: false }) kind!: string;
  @TermField(() => IdentityEntityType, 'identityDecision.entityType') entityType!: string;
  @TermField(() => ID, 'identityDecision.into') into!: string;
  @TermField(() => String, 'identityDecision.intoName') intoName!: string;
  @TermField(() => ID, 'identityDecision.other') other!: string;
  @TermField(() => String, 'identityDecision.otherName') otherName!: string;
  @TermField(() => String, 'identityDecision.reason') reason!: string;
  @TermField(() => Int, 'identityDecision.records') records!: number;
  @TermField(() => ID, 'identityDecision.signOff') signOffId!: string;
  @TermField(() => Instant, 'identityDecision.decidedAt') decidedAt!: Date | null;

  static from(one: IdentityDecision): IdentityDecisionType {
    const { kind, entityType, into, other, names, reason, records, proposal, at } = one;
    return Object.assign(new IdentityDecisionType(), {
      ...{ kind, entityType: entityType.toUpperCase(), into, other, reason, records },
      ...{ intoName: names.into, otherName: names.other, signOffId: proposal, decidedAt: instantOf(at) },
    });
  }
}

@AccessRule('identity')
@ObjectType('MatchIdentitiesPayload')
export class MatchIdentitiesPayload {
  @TermField(() => ID, 'identityDecision.into') remaining!: string | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('identity')
@ObjectType('SplitIdentityPayload')
export class SplitIdentityPayload {
  @TermField(() => ID, 'identityDecision.into') remaining!: string | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

export const IDENTITY_TYPES = [
  IdentityEvidenceType,
  IdentityCandidateType,
  IdentityCandidateConnection,
  IdentityDismissalType,
  IdentityDismissalPayload,
  IdentityDecisionType,
  MatchIdentitiesPayload,
  SplitIdentityPayload,
] as const;
