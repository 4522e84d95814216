/** A serialised unit. */
import { Directive, ID, Int, ObjectType } from 'type-graphql';
import type { SerialRow } from '../../../canonical/entities/stock.entity';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import { enumOf } from '../../../platform/graphql/enums';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { SERIAL_STATES } from '../../../schema/records/record-types';

export const SerialState = enumOf('SerialState', SERIAL_STATES);

@Directive('@key(fields: "id")')
@AccessRule('serial')
@ObjectType('Serial')
export class SerialType {
  row!: SerialRow;
  @TermField(() => ID, 'serial.id', { nullable: false }) id!: string;
  @TermField(() => String, 'serial.serialNumber') serialNumber!: string;
  @TermField(() => SerialState, 'serial.state') state!: string;
  @TermField(() => String, 'serial.parentSerialNumber') parentSerialNumber!: string | null;

  static from(row: SerialRow): SerialType {
    return Object.assign(new SerialType(), {
      row,
      id: toId('serial', row.pk),
      serialNumber: row.serialNumber,
      state: row.state,
      parentSerialNumber: row.parentSerialNumber,
    });
  }
}

export const SerialConnection = connectionOf('SerialConnection', () => SerialType);

@AccessRule('serial')
@ObjectType('SerialCount')
export class SerialCountType {
  @TermField(() => SerialState, 'serialCount.state') state!: string;
  @TermField(() => Int, 'serialCount.count') count!: number;
}
