/**
 * Estimates how many objects an operation may return, before it is planned. A page counts for its `first`, literal
 * or variable; a list without one for a usual length.
 */
import {
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isCompositeType,
  isListType,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { GatewayError, InvalidInputError } from '../../platform/errors';

/** Arguments that set how many rows a field returns. */
const PAGE_SIZE_ARGUMENTS = ['first', 'last', 'limit', 'pageSize'] as const;
const USUAL_PAGE = 20;
const USUAL_LIST = 10;
/** Introspection reaches no data, but its answer is large, and aliases would ask for it many times over. */
const INTROSPECTION_COST = new Map([
  ['__schema', 2000],
  ['__type', 100],
  ['__typename', 0],
]);

const estimateObjects: ComplexityEstimator = ({ field, args, childComplexity, type }) => {
  const introspection = INTROSPECTION_COST.get(field.name);
  if (introspection !== undefined) return introspection;
  if (type.name.startsWith('__')) return 0; // counted where it was entered
  const composite = isCompositeType(getNamedType(field.type));
  if (!composite) return field.args.length > 0 ? 1 : 0; // a plain value comes with its object, one with arguments may not
  return rowsOf(field, args, type.name) * (1 + childComplexity);
};

type EstimatedField = Parameters<ComplexityEstimator>[0]['field'];

function rowsOf(field: EstimatedField, args: Readonly<Record<string, unknown>>, parent: string): number {
  const sizes = PAGE_SIZE_ARGUMENTS.flatMap((name) => (typeof args[name] === 'number' ? [args[name]] : []));
  if (sizes.length > 0) return Math.max(1, ...sizes);
  if (field.args.some(({ name }) => PAGE_SIZE_ARGUMENTS.some((size) => size === name))) return USUAL_PAGE;
  const asked = Object.values(args).flatMap((value) => (Array.isArray(value) ? [value.length] : []));
  if (!isListType(getNullableType(field.type))) return 1;
  // rows of a page were counted where its size was asked for
  if (/(Connection|Page)$/.test(parent)) return 1;
  return Math.max(1, ...(asked.length > 0 ? asked : [USUAL_LIST]));
}

export interface CostedOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Thrown when a variable is missing or not what its type allows: INVALID_INPUT. */
function coerceVariables(
  schema: GraphQLSchema,
  { document, operationName, variables }: CostedOperation,
): void {
  const operation = getOperationAST(document, operationName);
  const { errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], variables, {
    maxErrors: 1,
  });
  if (errors?.[0]) throw new InvalidInputError(errors[0].message);
}

/**
 * The number of objects that the operation may return. Thrown when it is more than `limit`: OPERATION_TOO_COMPLEX;
 * when a variable is missing or not what its type allows: INVALID_INPUT.
 */
export function checkCost(schema: GraphQLSchema, operation: CostedOperation, limit: number): number {
  coerceVariables(schema, operation); // the estimate would call a bad variable a bug of ours
  const cost = getComplexity({
    schema,
    query: operation.document,
    variables: { ...operation.variables },
    ...(operation.operationName === undefined ? {} : { operationName: operation.operationName }),
    estimators: [estimateObjects],
  });
  if (cost <= limit) return cost;
  throw new GatewayError(
    'OPERATION_TOO_COMPLEX',
    `The operation may return ${cost} objects, more than the ${limit} that are allowed; ask for smaller pages.`,
    { limited: 'cost', cost, limit },
  );
}
