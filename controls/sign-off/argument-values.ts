/**
 * The arguments of a mutation as JSON, and back. A proposal keeps what the client wrote, not what the scalars made of
 * it, so that it can be read, hashed, and given to the resolver again.
 */
import {
  coerceInputValue,
  type GraphQLArgument,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { GatewayError } from '../../platform/errors';
import type { Json } from '../audit/audit-entry';

type Values = Readonly<Record<string, unknown>>;

/** JSON of the coerced arguments; an argument that was not given stays out. */
export function argumentsToJson(args: readonly GraphQLArgument[], values: Values): { [name: string]: Json } {
  const given = args.filter(({ name }) => values[name] !== undefined);
  return Object.fromEntries(given.map(({ name, type }) => [name, toJson(type, values[name])]));
}

/** The arguments as the resolver takes them. Thrown when they do not fit the schema (any more): INVALID_INPUT. */
export function argumentsFromJson(args: readonly GraphQLArgument[], json: Values): Values {
  const given = args.filter(({ name }) => json[name] !== undefined);
  return Object.fromEntries(
    given.map(({ name, type }) => [
      name,
      coerceInputValue(json[name], type, (_path, _value, error) => {
        throw new GatewayError('INVALID_INPUT', undefined, { argument: name }, error);
      }),
    ]),
  );
}

function toJson(type: GraphQLInputType, value: unknown): Json {
  if (isNonNullType(type)) return toJson(type.ofType, value);
  if (value === null || value === undefined) return null;
  if (isListType(type)) return [...(value as Iterable<unknown>)].map((one) => toJson(type.ofType, one));
  if (isInputObjectType(type)) {
    const object = value as Values;
    const fields = Object.values(type.getFields()).filter(({ name }) => object[name] !== undefined);
    return Object.fromEntries(fields.map((field) => [field.name, toJson(field.type, object[field.name])]));
  }
  return JSON.parse(JSON.stringify(type.serialize(value))) as Json;
}
