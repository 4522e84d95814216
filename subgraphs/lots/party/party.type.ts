/** Suppliers, customers and manufacturers. */
import { Directive, ID, ObjectType } from 'type-graphql';
import type { PartyRow } from '../../../canonical/entities/catalogue.entity';
import { toId } from '../../../canonical/ids';
import { enumOf } from '../../../platform/graphql/enums';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { PARTY_ROLES } from '../../../schema/records/record-types';

export const PartyRole = enumOf('PartyRole', PARTY_ROLES);

@Directive('@key(fields: "id")')
@AccessRule('party')
@ObjectType('Party')
export class PartyType {
  @TermField(() => ID, 'party.id', { nullable: false }) id!: string;
  @TermField(() => String, 'party.code') code!: string;
  @TermField(() => PartyRole, 'party.role') role!: string | null;
  @TermField(() => String, 'party.name') name!: string | null;
  @TermField(() => String, 'party.nameZh') nameZh!: string | null;
  @TermField(() => String, 'party.country') country!: string | null;
  @TermField(() => Boolean, 'party.mastered') mastered!: boolean;

  static from(row: PartyRow): PartyType {
    return Object.assign(new PartyType(), row, { id: toId('party', row.pk) });
  }
}
