/** A stock movement: one signed change of a lot's level at a location, with the balances that it led to. */
import { Directive, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { MOVEMENT_KINDS } from '../../../schema/records/record-types';
import { toNumber, toNumberOrNull } from '../loaders/sql-values';
import { QuantityType } from '../quantity.type';
import type { MovementListRow } from './movement.list';

export const MovementKind = enumOf('MovementKind', MOVEMENT_KINDS);

@Directive('@key(fields: "id")')
@AccessRule('movement')
@ObjectType('Movement')
export class MovementType {
  pk!: number;
  lotPk!: number;
  locationPk!: number;
  partyPk!: number | null;
  documentRef!: string | null;
  @TermField(() => ID, 'movement.id', { nullable: false }) id!: string;
  @TermField(() => MovementKind, 'movement.movementKind') kind!: string;
  @TermField(() => Instant, 'movement.occurredAt') occurredAt!: Date;
  @TermField(() => QuantityType, 'movement.quantity') quantity!: QuantityType | null;
  @TermField(() => QuantityType, 'movement.level') level!: QuantityType | null;
  @TermField(() => String, 'movement.ledger') ledger!: string;
  @TermField(() => QuantityType, 'movement.balance') balance!: QuantityType | null;
  @TermField(() => QuantityType, 'movement.balanceAtLocation') balanceAtLocation!: QuantityType | null;

  static from(row: MovementListRow): MovementType {
    const quantity = (micros: unknown): QuantityType | null =>
      QuantityType.from(toNumberOrNull(micros), row.uom);
    const pk = toNumber(row.pk);
    return Object.assign(new MovementType(), {
      pk,
      lotPk: toNumber(row.lot_pk),
      locationPk: toNumber(row.location_pk),
      partyPk: toNumberOrNull(row.party_pk),
      documentRef: row.document_ref,
      id: toId('movement', pk),
      kind: row.kind,
      occurredAt: new Date(toNumber(row.occurred_at)),
      quantity: quantity(row.quantity_micros),
      level: quantity(row.level_micros),
      ledger: row.system,
      balance: quantity(row.balance),
      balanceAtLocation: quantity(row.location_balance),
    });
  }
}

export const MovementConnection = connectionOf('MovementConnection', () => MovementType);
