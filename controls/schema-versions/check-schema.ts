/** What changes for clients between two graphs, whose operations it breaks, and what goes before its announced day. */
import {
  type DocumentNode,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import type { Consumer } from '../usage/usage-store';
import { type SchemaContent, schemaOf } from './schema-content';

export type ChangeLevel = 'BREAKING' | 'DANGEROUS' | 'SAFE';

export interface SchemaChange {
  readonly level: ChangeLevel;
  /** Null where a change is about no place. */
  readonly coordinate: string | null;
  readonly message: string;
}

/** A recorded operation that the new graph refuses. */
export interface BrokenOperation {
  readonly consumer: Consumer;
  readonly problems: readonly string[];
}

export interface SchemaCheck {
  /** Breaking ones first. */
  readonly changes: readonly SchemaChange[];
  readonly broken: readonly BrokenOperation[];
  /** Places that are gone although they were promised for longer. */
  readonly tooEarly: readonly { readonly coordinate: string; readonly removeOn: string }[];
}

const LEVELS: readonly ChangeLevel[] = ['BREAKING', 'DANGEROUS', 'SAFE'];
const LEVEL_OF = { BREAKING: 'BREAKING', DANGEROUS: 'DANGEROUS', NON_BREAKING: 'SAFE' } as const;

/** Compares; `today` is `YYYY-MM-DD`. With nothing published before, all is new and safe. */
export async function checkSchema(
  base: SchemaContent | null,
  next: SchemaContent,
  consumers: readonly Consumer[],
  today: string,
): Promise<SchemaCheck> {
  if (base === null) return { changes: [], broken: [], tooEarly: [] };
  const [before, after] = [schemaOf(base), schemaOf(next)];
  return {
    changes: await changesBetween(before, after),
    broken: brokenBy(before, after, consumers),
    tooEarly: Object.entries(base.removals)
      .filter(([coordinate, removeOn]) => removeOn > today && !hasPlace(after, coordinate))
      .map(([coordinate, removeOn]) => ({ coordinate, removeOn })),
  };
}

export const isBreaking = ({ changes }: Pick<SchemaCheck, 'changes'>): boolean =>
  changes.some(({ level }) => level === 'BREAKING');

async function changesBetween(before: GraphQLSchema, after: GraphQLSchema): Promise<SchemaChange[]> {
  const { diff } = await import('@graphql-inspector/core');
  const found = await diff(before, after);
  return found
    .map(({ criticality, path, message }): SchemaChange => ({
      level: LEVEL_OF[criticality.level],
      coordinate: path ?? null,
      message,
    }))
    .sort(
      (a, b) =>
        LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
        ((a.coordinate ?? '') < (b.coordinate ?? '') ? -1 : 1),
    );
}

/** An operation that the graph refused before is broken by nothing new. */
function brokenBy(
  before: GraphQLSchema,
  after: GraphQLSchema,
  consumers: readonly Consumer[],
): BrokenOperation[] {
  return consumers.flatMap((consumer) => {
    const document = documentOf(consumer.text);
    if (document === null) return [];
    const problems = validate(after, document).map(({ message }) => message);
    if (problems.length === 0 || validate(before, document).length > 0) return [];
    return [{ consumer, problems }];
  });
}

/** Null of a text that no graph takes. */
function documentOf(text: string): DocumentNode | null {
  try {
    return parse(text, { noLocation: true });
  } catch {
    return null;
  }
}

const COORDINATE = /^(\w+)\.(\w+)(?:\((\w+):\))?$/;

function hasPlace(schema: GraphQLSchema, coordinate: string): boolean {
  const [, typeName = '', fieldName = '', argument] = COORDINATE.exec(coordinate) ?? [];
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return false;
  const field = type.getFields()[fieldName];
  if (field === undefined) return false;
  return argument === undefined || ('args' in field && field.args.some(({ name }) => name === argument));
}
