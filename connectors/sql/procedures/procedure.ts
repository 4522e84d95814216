/** Stored procedures, the same for every dialect: what a catalogue says of one, and how it is called. */
import type { QueryRunner } from 'typeorm';
import type { ServerKind } from '../server-session';
import type { SqlLimits, SqlRow, SqlValue } from '../session';

export interface ProcedureParameter {
  /** Null where the catalogue knows only its place. */
  readonly name: string | null;
  readonly mode: 'in' | 'out' | 'inout';
  /** It has a default. */
  readonly optional: boolean;
}

export interface Procedure {
  /** As a mapping names it. */
  readonly name: string;
  readonly isFunction: boolean;
  readonly parameters: readonly ProcedureParameter[];
}

export type BoundValues = ReadonlyMap<string, SqlValue>;

export type AskCatalog = (sql: string, values: readonly SqlValue[]) => Promise<readonly SqlRow[]>;

/** What calling procedures needs of one kind of server, beside how it is reached. */
export interface ProcedureKind {
  readonly server: ServerKind;
  /** Statements that bound a session and make it refuse what does not fit, rather than cut it off. */
  readonly settings: (runner: QueryRunner, limits: SqlLimits) => Promise<readonly string[]>;
  /** Procedures of that name that this account may execute. */
  readonly find: (ask: AskCatalog, name: string) => Promise<readonly Procedure[]>;
  /** Names of all procedures that this account may execute. */
  readonly names: (ask: AskCatalog) => Promise<readonly string[]>;
  /** Calls it; the values MUST be bound. The first row of its first result with its OUT parameters, or null. */
  readonly call: (
    runner: QueryRunner,
    connection: unknown,
    procedure: Procedure,
    values: BoundValues,
  ) => Promise<SqlRow | null>;
}

/** Schema and name of `schema.name`; without a schema, null. */
export function splitName(name: string): readonly [schema: string | null, name: string] {
  const dot = name.indexOf('.');
  return dot < 0 ? [null, name] : [name.slice(0, dot), name.slice(dot + 1)];
}

export const isGiven = ({ mode }: ProcedureParameter): boolean => mode !== 'out';
export const isReturned = ({ mode }: ProcedureParameter): boolean => mode !== 'in';

/** A catalogue's word for the way that a parameter goes. */
export function modeOf(word: unknown): ProcedureParameter['mode'] {
  const text = String(word)
    .toUpperCase()
    .replaceAll(/[^A-Z]/gu, '');
  return text === 'INOUT' ? 'inout' : text === 'OUT' ? 'out' : 'in';
}
