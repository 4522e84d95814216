/** Column decorators for entities, one for each way a value is stored. Indexes and keys stand in the migrations. */
import { Column, PrimaryColumn } from 'typeorm';

interface ColumnChoice {
  readonly nullable?: boolean;
  readonly name?: string;
}

/** Internal key, assigned by the identity map; never shown as it is. */
export const Pk = (name = 'pk'): PropertyDecorator => PrimaryColumn({ type: 'bigint', name });
/** Internal key of a row of another table. */
export const Ref = (name: string, choice: ColumnChoice = {}): PropertyDecorator =>
  Column({ type: 'bigint', name, nullable: choice.nullable ?? false });
/** Text of at most `length` characters. */
export const Text = (name: string, length: number, choice: ColumnChoice = {}): PropertyDecorator =>
  Column({ type: 'varchar', length, name, nullable: choice.nullable ?? false });
/** Text without a practical limit: raw rows, JSON, messages. */
export const LongText = (name: string, choice: ColumnChoice = {}): PropertyDecorator =>
  Column({ type: 'text', name, nullable: choice.nullable ?? false });
/** An instant as milliseconds since the epoch, UTC. */
export const InstantMs = (name: string, choice: ColumnChoice = {}): PropertyDecorator =>
  Column({ type: 'bigint', name, nullable: choice.nullable ?? false });
/** A quantity in millionths of its unit (see platform/decimal.ts). */
export const Micros = (name: string, choice: ColumnChoice = {}): PropertyDecorator =>
  Column({ type: 'bigint', name, nullable: choice.nullable ?? false });
/** A calendar date as `YYYY-MM-DD` text. */
export const CalendarDate = (name: string, choice: ColumnChoice = {}): PropertyDecorator =>
  Column({ type: 'varchar', length: 10, name, nullable: choice.nullable ?? false });
/** A small whole number. */
export const Whole = (name: string, choice: ColumnChoice = {}): PropertyDecorator =>
  Column({ type: 'int', name, nullable: choice.nullable ?? false });
/** A truth value, stored as 0 or 1. */
export const Flag = (name: string, choice: ColumnChoice = {}): PropertyDecorator =>
  Column({
    type: 'int',
    name,
    nullable: choice.nullable ?? false,
    transformer: {
      to: (value: unknown) => (typeof value === 'boolean' ? Number(value) : value),
      from: (value: unknown) => (typeof value === 'number' ? value !== 0 : value),
    },
  });
