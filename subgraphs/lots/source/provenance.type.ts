/** Why a golden field has the value it has. */
import { ObjectType } from 'type-graphql';
import { SourceRefType } from '../../../canonical/graph/source.type';
import type { FieldCandidate, FieldProvenance } from '../../../canonical/reads';
import type { AccessProfile } from '../../../platform/access';
import { AccessDeniedError } from '../../../platform/errors';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

@AccessRule('provenance')
@ObjectType('FieldCandidate')
export class FieldCandidateType {
  @TermField(() => SourceRefType, 'candidate.source') source!: SourceRefType;
  @TermField(() => String, 'candidate.value') value!: string | null;
  @TermField(() => String, 'candidate.raw') raw!: string | null;

  static from(candidate: FieldCandidate): FieldCandidateType {
    return Object.assign(new FieldCandidateType(), {
      source: SourceRefType.from(candidate.source),
      value: candidate.value,
      raw: candidate.raw,
    });
  }
}

@AccessRule('provenance')
@ObjectType('FieldProvenance')
export class FieldProvenanceType {
  @TermField(() => String, 'provenance.term', { nullable: false }) term!: string;
  @TermField(() => String, 'provenance.value') value!: string | null;
  @TermField(() => SourceRefType, 'provenance.source') source!: SourceRefType | null;
  @TermField(() => [FieldCandidateType], 'provenance.candidates') candidates!: FieldCandidateType[];
  @TermField(() => Boolean, 'provenance.conflict') conflict!: boolean;

  static from(provenance: FieldProvenance): FieldProvenanceType {
    return Object.assign(new FieldProvenanceType(), {
      term: provenance.term,
      value: provenance.value,
      source: provenance.source === null ? null : SourceRefType.from(provenance.source),
      candidates: provenance.candidates.map((one) => FieldCandidateType.from(one)),
      conflict: provenance.conflict,
    });
  }
}

/**
 * The provenance of the fields that are asked for, or of all that the caller may read. Throws AccessDeniedError when a
 * field is asked for that the caller may not read: where a value comes from tells the value.
 */
export function selectProvenance(
  access: AccessProfile,
  all: readonly FieldProvenance[],
  terms: readonly string[] | null | undefined,
): FieldProvenanceType[] {
  const closed = (terms ?? []).filter((term) => access.term(term) !== 'READ');
  if (closed.length > 0)
    throw new AccessDeniedError(`You may not use the terms ${closed.join(', ')}.`, { terms: closed });
  const wanted = all.filter(({ term }) => terms?.includes(term) ?? access.term(term) === 'READ');
  return wanted.map((one) => FieldProvenanceType.from(one));
}
