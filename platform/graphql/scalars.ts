/** The scalars of the graph: calendar dates, instants and exact decimals. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON, GraphQLLocalDate } from 'graphql-scalars';
import { fromMicros, toMicros } from '../decimal';

/** `YYYY-MM-DD`, a date on a calendar: no time, no zone. */
export const LocalDate = new GraphQLScalarType({
  ...(GraphQLLocalDate as unknown as GraphQLScalarType).toConfig(),
  description: 'A calendar date, `YYYY-MM-DD`: no time, no zone.\n\n日历日期，不含时间与时区。',
});

/** An instant, ISO 8601 in UTC. */
export const Instant = new GraphQLScalarType({
  ...(GraphQLDateTimeISO as unknown as GraphQLScalarType).toConfig(),
  name: 'Instant',
  description:
    'A point in time, ISO 8601 in UTC, e.g. `2026-03-01T08:30:00.000Z`.\n\n时间点，UTC,ISO 8601 格式。',
});

/** Any JSON value; used only for raw rows of legacy systems. */
export const Json: GraphQLScalarType = GraphQLJSON;

function parseDecimal(value: unknown): string {
  if (typeof value !== 'string') throw new GraphQLError('Decimal must be given as text, e.g. "12.5"');
  return fromMicros(toMicros(value));
}

/** An exact decimal as text, at most six decimal places; never a float. */
export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal as text, at most six decimal places, e.g. "12.5".\n\n精确小数，以文本表示，最多六位小数。',
  serialize: (value) => {
    if (typeof value !== 'string') throw new GraphQLError('Decimal must be text');
    return value;
  },
  parseValue: parseDecimal,
  parseLiteral: (node) => parseDecimal(node.kind === Kind.STRING ? node.value : undefined),
});
