/**
 * A short way to say what a table looks like, the same on both dialects. Migrations use it instead of raw DDL.
 */
import { type QueryRunner, Table, TableIndex, type TableColumnOptions } from 'typeorm';

type ColumnMaker = (mysql: boolean) => TableColumnOptions;

interface ColumnSpec {
  readonly make: ColumnMaker;
  nullable(): ColumnSpec;
  primary(): ColumnSpec;
}

function column(make: ColumnMaker): ColumnSpec {
  return {
    make,
    nullable: () => column((mysql) => ({ ...make(mysql), isNullable: true })),
    primary: () => column((mysql) => ({ ...make(mysql), isPrimary: true })),
  };
}

/** Whole number of 64 bits: internal keys, instants, quantities. */
export const bigint = (name: string): ColumnSpec =>
  column((mysql) => ({ name, type: mysql ? 'bigint' : 'integer' }));
export const int = (name: string): ColumnSpec =>
  column((mysql) => ({ name, type: mysql ? 'int' : 'integer' }));
export const varchar = (name: string, length: number): ColumnSpec =>
  column(() => ({ name, type: 'varchar', length: String(length) }));
export const longText = (name: string): ColumnSpec =>
  column((mysql) => ({ name, type: mysql ? 'longtext' : 'text' }));

/** Columns of an index, by name; `unique` refuses a second row with the same values. */
export interface IndexSpec {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique?: true;
}

export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly indices?: readonly IndexSpec[];
}

/** Creates the table when it is not there yet: MariaDB commits DDL at once, so a migration may be resumed half-way. */
export async function createTable(runner: QueryRunner, spec: TableSpec): Promise<void> {
  const mysql = runner.dataSource.options.type === 'mysql';
  await runner.createTable(
    new Table({
      name: spec.name,
      columns: spec.columns.map((one) => one.make(mysql)),
      indices: (spec.indices ?? []).map(
        (index) =>
          new TableIndex({
            name: index.name,
            columnNames: [...index.columns],
            isUnique: index.unique ?? false,
          }),
      ),
    }),
    true,
  );
}
