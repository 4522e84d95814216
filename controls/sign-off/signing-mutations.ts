/** The signing mutation beside each marked one: it is made before the subgraph's SDL is printed, so that composition, permissions and the generated files know it like any other. */
import {
  type GraphQLField,
  type GraphQLSchema,
  extendSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { ConfigError } from '../../platform/errors';
import { findMarkedFields, signingNameOf } from './guard-sign-off';

/** Rule of the access policy that every signing mutation stands under; who may sign what, the sign-off policy says. */
const RULE = 'mutation.sign';
const ARGUMENTS = `(
    signOff: ID! @term(id: "mutation.sign.signOff")
    ticket: String! @term(id: "mutation.sign.ticket")
    comment: String @term(id: "mutation.sign.comment")
    breakGlassReason: String @term(id: "mutation.sign.breakGlassReason")
  )`;

/** The schema with a signing mutation for each marked one. Throws ConfigError when a payload cannot show a sign-off. */
export function addSigningMutations(base: GraphQLSchema): GraphQLSchema {
  const marked = findMarkedFields(base);
  if (marked.length === 0) return base;
  const problems = marked.flatMap(({ coordinate, field }) =>
    coordinate.startsWith('Mutation.')
      ? payloadProblems(coordinate, field)
      : [`${coordinate} is no mutation`],
  );
  if (problems.length > 0) throw new ConfigError(problems);
  const fields = marked.map(
    ({ field }) =>
      `${signingNameOf(field.name)}${ARGUMENTS}: ${getNamedType(field.type).name} @term(id: "mutation.sign") @access(rule: "${RULE}")`,
  );
  return extendSchema(base, parse(`extend type Mutation {\n  ${fields.join('\n  ')}\n}`), {
    assumeValidSDL: true,
  });
}

function payloadProblems(coordinate: string, field: GraphQLField<unknown, unknown>): string[] {
  const type = isNonNullType(field.type) ? field.type.ofType : field.type;
  const fields = isObjectType(type) ? type.getFields() : {};
  return ['signOff', 'refusals']
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => `${coordinate} is signed for, so its payload must have "${name}"`);
}
