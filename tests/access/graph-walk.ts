/** Makes queries that reach every place of the graph, from the composed schema: a new field is in them by itself. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { toId } from '../../canonical/ids';
import { KIT_LOT } from '../lots/lot-world';

type Field = GraphQLField<unknown, unknown>;

/** A query and every coordinate that it uses, by our own account. */
export interface Probe {
  readonly query: string;
  readonly coordinates: readonly string[];
}

/** How a type is reached: what stands around a selection on it. */
interface Way {
  wrap(selection: string): string;
  readonly coordinates: readonly string[];
}

const CHUNK = 12;

/** Values that lead to something in the world of the tests; others are made up from their type. */
const VALUES: Readonly<Record<string, string>> = {
  'String item': '"KIT-1001"',
  'String lotNumber': '"LT000"',
  'String code': '"KIT-1001"',
  'ID id': JSON.stringify(toId('lot', KIT_LOT)),
  'ID lot': JSON.stringify(toId('lot', KIT_LOT)),
  'TraceOrigin from': `{ lot: ${JSON.stringify(toId('lot', KIT_LOT))} }`,
  'Query.inspection(number:)': '"WAT-1"',
  'Query.recallCase(number:)': '"RC-1"',
  'Query.documents(number:)': '"PREC-1"',
  'String query': '"{ sites { code } }"',
  'String udi': '"(01)06901234567892(10)LT000"',
  'String terms': '[]',
};

/** Probes of every output field, argument and input field below Query, and of every mutation. */
export function probesOf(schema: GraphQLSchema): Probe[] {
  const query = schema.getQueryType();
  if (query == null) throw new Error('no queries');
  const probes: Probe[] = [];
  const mutation = schema.getMutationType();
  for (const [type, way] of waysTo(query, mutation)) {
    if (type === mutation) continue;
    const fields = Object.values(type.getFields());
    for (let index = 0; index < fields.length; index += CHUNK)
      probes.push(probe(type, fields.slice(index, index + CHUNK), way));
    for (const field of fields) probes.push(...argumentProbes(type, field, way));
  }
  for (const field of Object.values(mutation?.getFields() ?? {})) {
    probes.push(mutationProbe(field));
    probes.push(...argumentProbes(mutation as GraphQLObjectType, field, MUTATION));
  }
  return probes;
}

const MUTATION: Way = { wrap: (selection) => `mutation { ${selection} }`, coordinates: [] };

/** The types that are reached from Query, each by the shortest way, and what only mutations give back. */
function waysTo(
  query: GraphQLObjectType,
  mutation: GraphQLObjectType | null | undefined,
): Map<GraphQLObjectType, Way> {
  const ways = new Map<GraphQLObjectType, Way>([
    [query, { wrap: (selection) => `{ ${selection} }`, coordinates: [] }],
  ]);
  follow(ways);
  if (mutation != null) ways.set(mutation, MUTATION);
  follow(ways);
  return ways;
}

function follow(ways: Map<GraphQLObjectType, Way>): void {
  for (const [type, way] of ways) {
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type);
      if (!isObjectType(target) || ways.has(target)) continue;
      const call = callOf(type.name, field);
      ways.set(target, {
        wrap: (selection) => way.wrap(`${call.text} { ${selection} }`),
        coordinates: [...way.coordinates, ...call.coordinates],
      });
    }
  }
}

function probe(type: GraphQLObjectType, fields: readonly Field[], way: Way): Probe {
  const calls = fields.map((field) => callOf(type.name, field));
  const selections = calls.map(({ text }, index) => `f${index}: ${text}${innerOf(fields[index])}`);
  return {
    query: way.wrap(selections.join(' ')),
    coordinates: [...way.coordinates, ...calls.flatMap((call) => call.coordinates)],
  };
}

const innerOf = (field: Field | undefined): string =>
  field !== undefined && isObjectType(getNamedType(field.type)) ? ' { __typename }' : '';

/** One probe for each argument that may be left out, and for each field of an input object. */
function argumentProbes(type: GraphQLObjectType, field: Field, way: Way): Probe[] {
  const given = (argument: GraphQLArgument, value: string, inner: readonly string[]): Probe => {
    const call = callOf(type.name, field, argument, value);
    return {
      query: way.wrap(`${call.text}${innerOf(field)}`),
      coordinates: [...way.coordinates, ...call.coordinates, ...inner],
    };
  };
  return field.args.flatMap((argument) => {
    const named = getNamedType(argument.type);
    if (isInputObjectType(named)) {
      return Object.values(named.getFields()).flatMap((one) => {
        const list = isListType(getNullableType(argument.type));
        // beside it stands what the object must have
        const beside = requiredOf(named).filter((other) => other !== one);
        const inner = [one, ...beside].flatMap((each) => [
          `${named.name}.${each.name}`,
          ...nestedOf(each.type),
        ]);
        const others = beside.map((other) => `, ${other.name}: ${valueOf(other, '')}`).join('');
        const probeWith = (value: string, more: readonly string[] = []): Probe =>
          given(
            argument,
            list ? `[{ ${one.name}: ${value}${others} }]` : `{ ${one.name}: ${value}${others} }`,
            [...inner, ...more],
          );
        const deeper = optionalWithin(one.type).map(({ value, coordinate }) =>
          probeWith(value, [coordinate]),
        );
        return [probeWith(valueOf(one, '')), ...deeper];
      });
    }
    const optional = !isNonNullType(argument.type) || argument.defaultValue !== undefined;
    return optional
      ? [given(argument, valueOf(argument, `${type.name}.${field.name}(${argument.name}:)`), [])]
      : [];
  });
}

function mutationProbe(field: Field): Probe {
  const call = callOf('Mutation', field);
  return { query: `mutation { ${call.text}${innerOf(field)} }`, coordinates: call.coordinates };
}

/** The field with the arguments that it must have, and one more where it is named. */
function callOf(
  type: string,
  field: Field,
  extra?: GraphQLArgument,
  value?: string,
): { text: string; coordinates: string[] } {
  const coordinates = [`${type}.${field.name}`];
  const given: string[] = [];
  for (const argument of field.args) {
    const place = `${type}.${field.name}(${argument.name}:)`;
    const required = isNonNullType(argument.type) && argument.defaultValue === undefined;
    if (argument === extra) given.push(`${argument.name}: ${value ?? 'null'}`);
    else if (required) {
      given.push(`${argument.name}: ${valueOf(argument, place)}`);
      coordinates.push(...nestedOf(argument.type));
      if (getNamedType(argument.type).name === 'TraceOrigin') coordinates.push('TraceOrigin.lot');
    } else if (argument.defaultValue === undefined) continue;
    coordinates.push(place); // a default is used too
  }
  return { text: `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`, coordinates };
}

function valueOf(place: GraphQLArgument | GraphQLInputField, coordinate: string): string {
  const type = getNamedType(place.type).name;
  const known = ['ID', 'String', 'TraceOrigin'].includes(type) ? VALUES[`${type} ${place.name}`] : undefined;
  return VALUES[coordinate] ?? known ?? madeUp(place.type);
}

/** Values of an input type that name one field more than they must. */
function optionalWithin(type: GraphQLInputType): { value: string; coordinate: string }[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  const required = requiredOf(named);
  return Object.values(named.getFields())
    .filter((field) => !isNonNullType(field.type))
    .map((field) => {
      const parts = [...required, field].map((one) => `${one.name}: ${madeUp(one.type)}`);
      const value = `{ ${parts.join(', ')} }`;
      return {
        value: isListType(getNullableType(type)) ? `[${value}]` : value,
        coordinate: `${named.name}.${field.name}`,
      };
    });
}

/** Input fields that a made-up value of an input type holds. */
function nestedOf(type: GraphQLInputType): string[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  return requiredOf(named).flatMap((field) => [`${named.name}.${field.name}`, ...nestedOf(field.type)]);
}

/** The fields that a value of an input type must have. */
function requiredOf(type: GraphQLInputObjectType): GraphQLInputField[] {
  return Object.values(type.getFields()).filter(
    (field) => isNonNullType(field.type) && field.defaultValue === undefined,
  );
}

function madeUp(type: GraphQLInputType): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return `[${madeUp(nullable.ofType)}]`;
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(nullable)) {
    return `{ ${requiredOf(nullable)
      .map((field) => `${field.name}: ${madeUp(field.type)}`)
      .join(', ')} }`;
  }
  switch (nullable.name) {
    case 'Int':
      return '1';
    case 'Boolean':
      return 'true';
    case 'LocalDate':
      return '"2026-05-01"';
    case 'Instant':
      return '"2026-05-01T00:00:00.000Z"';
    case 'Decimal':
      return '"1"';
    case 'JSON':
      return '{}';
    default:
      return '"x"';
  }
}
