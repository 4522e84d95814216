/** The scalars of the graph: calendar dates, instants and exact decimals. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON, GraphQLLocalDate } from 'graphql-scalars';
import { fromMicros, toMicros } from '../decimal';

/** `YYYY-MM-DD`, a date on a calendar: no time, no zone. */
export const LocalDate: GraphQLScalarType = GraphQLLocalDate as unknown as GraphQLScalarType;
/** An instant, ISO 8601 in UTC. */
export const Instant: GraphQLScalarType = GraphQLDateTimeISO as unknown as GraphQLScalarType;
/** Any JSON value; used only for raw rows of legacy systems. */
export const Json: GraphQLScalarType = GraphQLJSON as unknown as GraphQLScalarType;

function parseDecimal(value: unknown): string {
  if (typeof value !== 'string') throw new GraphQLError('Decimal must be given as text, e.g. "12.5"');
  return fromMicros(toMicros(value));
}

/** An exact decimal as text, at most six decimal places; never a float. */
export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal as text, at most six decimal places, e.g. "12.5".\n\n精确小数,以文本表示,最多六位小数。',
  serialize: (value) => {
    if (typeof value !== 'string') throw new GraphQLError('Decimal must be text');
    return value;
  },
  parseValue: parseDecimal,
  parseLiteral: (node) => parseDecimal(node.kind === Kind.STRING ? node.value : undefined),
});
