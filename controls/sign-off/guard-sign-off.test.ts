import { buildSchema, graphql, type GraphQLSchema } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { ConfigError, GatewayError } from '../../platform/errors';
import { applySignOff } from './apply-sign-off';
import { assertSignOffEnforced, findMarkedFields, guardSignOff } from './guard-sign-off';
import { addSigningMutations } from './signing-mutations';

const SDL = `
  directive @dualSignOff(action: String!) on FIELD_DEFINITION
  type Query { lot: String }
  type Mutation {
    releaseLot(lot: ID!): String @dualSignOff(action: "lot.release")
    comment(text: String!): String
  }
`;

function schemaThatWrites(): { schema: GraphQLSchema; written: string[] } {
  const schema = buildSchema(SDL);
  const written: string[] = [];
  const fields = schema.getMutationType()?.getFields() ?? {};
  for (const name of ['releaseLot', 'comment']) {
    const field = fields[name];
    if (field)
      field.resolve = () => {
        written.push(name);
        return name;
      };
  }
  return { schema, written };
}

async function codesOf(schema: GraphQLSchema, source: string): Promise<string[]> {
  const { errors = [] } = await graphql({ schema, source });
  return errors.map((error) => (error.originalError instanceof GatewayError ? error.originalError.code : ''));
}

const REFUSED = 'SIGN_OFF_UNAVAILABLE';

test.each([
  ['by its name', 'mutation { releaseLot(lot: "1") }', 1],
  ['under an alias', 'mutation { comment: releaseLot(lot: "1") }', 1],
  ['in a fragment', 'mutation { ...F } fragment F on Mutation { releaseLot(lot: "1") }', 1],
  ['in an inline fragment', 'mutation { ... on Mutation { ... { releaseLot(lot: "1") } } }', 1],
  ['twice in one operation', 'mutation { a: releaseLot(lot: "1") b: releaseLot(lot: "2") }', 2],
])('refuses a marked mutation %s and writes nothing', async (_how, source, refusals) => {
  const { schema, written } = schemaThatWrites();
  guardSignOff(schema);
  expect(await codesOf(schema, source)).toEqual(Array.from({ length: refusals }, () => REFUSED));
  expect(written).toEqual([]);
});

test('refuses a marked mutation whose name was learned by introspection', async () => {
  const { schema, written } = schemaThatWrites();
  guardSignOff(schema);
  const found = await graphql({ schema, source: '{ __schema { mutationType { fields { name } } } }' });
  const { __schema } = found.data as { __schema: { mutationType: { fields: { name: string }[] } } };
  const names = __schema.mutationType.fields.map((field) => field.name).filter((name) => name !== 'comment');
  for (const name of names) {
    expect(await codesOf(schema, `mutation { ${name}(lot: "1") }`)).toEqual([REFUSED]);
  }
  expect(names).toEqual(['releaseLot']);
  expect(written).toEqual([]);
});

test('leaves an unmarked mutation alone', async () => {
  const { schema, written } = schemaThatWrites();
  guardSignOff(schema);
  expect(await codesOf(schema, 'mutation { comment(text: "x") }')).toEqual([]);
  expect(written).toEqual(['comment']);
});

test('names the act in the facts of the refusal', async () => {
  const { schema } = schemaThatWrites();
  const { errors } = await graphql({
    schema: guardSignOff(schema),
    source: 'mutation { releaseLot(lot: "1") }',
  });
  expect((errors?.[0]?.originalError as GatewayError).facts).toEqual({
    coordinate: 'Mutation.releaseLot',
    action: 'lot.release',
  });
});

test('finds the marked fields with their actions', () => {
  const { schema } = schemaThatWrites();
  expect(findMarkedFields(schema).map(({ coordinate, action }) => [coordinate, action])).toEqual([
    ['Mutation.releaseLot', 'lot.release'],
  ]);
});

test('a process refuses to start when a marked mutation is not guarded', () => {
  const { schema } = schemaThatWrites();
  expect(() => assertSignOffEnforced(schema)).toThrow(ConfigError);
  expect(() => assertSignOffEnforced(guardSignOff(schema))).not.toThrow();
});

test('a process refuses to start when the guard was replaced afterwards', () => {
  const { schema } = schemaThatWrites();
  guardSignOff(schema);
  const field = schema.getMutationType()?.getFields()['releaseLot'];
  if (field) field.resolve = () => 'released';
  expect(() => assertSignOffEnforced(schema)).toThrow(
    /Mutation\.releaseLot runs lot\.release without sign-off/,
  );
});

/** A wrapper that changes nothing. */
const passOn = async (resolve: (...given: unknown[]) => unknown, ...given: unknown[]): Promise<unknown> =>
  await resolve(...given);

describe('a schema with the engine in it', () => {
  const SIGNED = `
    directive @term(id: ID!) on FIELD_DEFINITION | ARGUMENT_DEFINITION
    directive @access(rule: ID!) on FIELD_DEFINITION
    directive @dualSignOff(action: String!) on FIELD_DEFINITION
    type SignOff { id: ID }
    type Refusal { code: String }
    type Payload { signOff: SignOff refusals: [Refusal!]! }
    type Query { lot: String }
    type Mutation { releaseLot(lot: ID!): Payload @dualSignOff(action: "lot.release") }
  `;
  const withEngine = (): GraphQLSchema => {
    const base = addSigningMutations(buildSchema(SIGNED));
    const field = base.getMutationType()?.getFields()['releaseLot'];
    if (field) field.resolve = () => ({});
    return applySignOff(base, () => {
      throw new Error('not asked for');
    });
  };

  test('has a signing mutation beside the marked one, under the rule of signing', () => {
    const signing = withEngine().getMutationType()?.getFields()['signReleaseLot'];
    expect(signing?.args.map(({ name }) => name)).toEqual([
      'signOff',
      'ticket',
      'comment',
      'breakGlassReason',
    ]);
    expect(() => assertSignOffEnforced(withEngine())).not.toThrow();
  });

  test('is refused when the signing mutation has lost its resolver', () => {
    const schema = withEngine();
    const signing = schema.getMutationType()?.getFields()['signReleaseLot'];
    if (signing) signing.resolve = () => null;
    expect(() => assertSignOffEnforced(schema)).toThrow(/Mutation\.releaseLot has no signReleaseLot/);
  });

  test('keeps its marks in a schema that wrappers make of it, and only there', () => {
    const wrapped = applyMiddleware(withEngine(), passOn as never);
    expect(() => assertSignOffEnforced(wrapped)).toThrow(ConfigError);
    expect(() => assertSignOffEnforced(wrapped, { wrapped: true })).not.toThrow();
    const { schema } = schemaThatWrites();
    expect(() => assertSignOffEnforced(schema, { wrapped: true })).toThrow(ConfigError);
  });

  test('does not take a mark that somebody else wrote', () => {
    const { schema } = schemaThatWrites();
    const field = schema.getMutationType()?.getFields()['releaseLot'];
    if (field) field.extensions = { lotgraphSignOff: Object.freeze({ field: 'releaseLot' }) };
    expect(() => assertSignOffEnforced(schema, { wrapped: true })).toThrow(ConfigError);
  });

  test('cannot be made of a payload that shows no sign-off', () => {
    const bare = SIGNED.replace('signOff: SignOff refusals: [Refusal!]!', 'lot: String');
    expect(() => addSigningMutations(buildSchema(bare))).toThrow(/its payload must have "signOff"/);
  });
});
