/** The schema of a profile: what is not explicitly open is closed, by whatever way it is reached. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import type { AccessDecision, AccessProfile } from '../../platform/access';
import { GatewayError } from '../../platform/errors';
import { protectSubgraph } from './protect-subgraph';

const SDL = `
  directive @term(id: ID!) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
  directive @access(rule: ID!) on OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION
  type Query {
    lot(filter: Filter @term(id: "filter")): Lot @term(id: "lot")
    forgotten: String
    broken: String @term(id: "open")
    refusing: String @term(id: "open")
  }
  input Filter { by: String @term(id: "open") bySecret: String @term(id: "secret") }
  type Lot @key(fields: "id") @access(rule: "lot") {
    id: ID! @term(id: "open")
    name: String @term(id: "open")
    secret: String @term(id: "secret")
    masked: String @term(id: "masked")
    never: String! @term(id: "masked")
    forgotten: String
  }`;

const calls: string[] = [];
const called =
  (name: string, value: unknown): (() => unknown) =>
  () => {
    calls.push(name);
    return value;
  };
const lot = { id: '1', name: 'n', secret: 's', masked: 'm', never: 'x', forgotten: 'f' };
const base = buildSubgraphSchema([
  {
    typeDefs: parse(SDL),
    resolvers: {
      Query: {
        lot: called('lot', lot),
        forgotten: called('forgotten', 'f'),
        broken: () => {
          throw new Error('connect ECONNREFUSED');
        },
        refusing: () => {
          throw new GatewayError('NOT_FOUND', 'There is none.');
        },
      },
      Lot: {
        __resolveReference: called('reference', lot),
        secret: called('secret', 's'),
        masked: called('masked', 'm'),
      },
    } as never,
  },
]);

function profile(rule: AccessDecision = 'READ'): AccessProfile {
  const terms: Record<string, AccessDecision> = { open: 'READ', lot: 'READ', filter: 'READ', masked: 'MASK' };
  const term = (id: string): AccessDecision => terms[id] ?? 'DENY';
  return { key: `test-${rule}`, policyVersion: 'v', term, write: term, rule: () => rule };
}

const schemaFor = protectSubgraph('test', base);

async function run(source: string, access = profile()): Promise<{ data: unknown; codes: string[] }> {
  calls.length = 0;
  const { data, errors = [] } = await graphql({ schema: schemaFor({ access }), source, contextValue: {} });
  const codes = errors.map(({ originalError, message }) =>
    originalError instanceof GatewayError ? originalError.code : message,
  );
  return { data: JSON.parse(JSON.stringify(data ?? null)) as unknown, codes };
}

test('an open field answers with its own resolver, unwrapped', async () => {
  expect(await run('{ lot { id name } }')).toEqual({ data: { lot: { id: '1', name: 'n' } }, codes: [] });
  const fields = schemaFor({ access: profile() }).getQueryType()?.getFields();
  expect(fields?.['broken']?.resolve).toBe(base.getQueryType()?.getFields()['broken']?.resolve);
});

test('a closed field refuses, and its resolver never runs', async () => {
  const { data, codes } = await run('{ lot { alias: secret } }');
  expect([data, codes]).toEqual([{ lot: { alias: null } }, ['ACCESS_DENIED']]);
  expect(calls).toEqual(['lot']);
});

test('a masked field is null, and its resolver never runs', async () => {
  expect(await run('{ lot { masked } }')).toEqual({ data: { lot: { masked: null } }, codes: [] });
  expect(calls).toEqual(['lot']);
});

test('a mask where null cannot stand refuses', async () => {
  expect((await run('{ lot { never } }')).codes).toEqual(['ACCESS_DENIED']);
});

test.each(['{ forgotten }', '{ lot { forgotten } }'])(
  'a field without a rule is closed: %s',
  async (source) => {
    expect((await run(source)).codes).toEqual(['ACCESS_DENIED']);
    expect(calls).not.toContain('forgotten');
  },
);

test('an argument is judged by what it holds', async () => {
  expect((await run('{ lot(filter: { by: "x" }) { id } }')).codes).toEqual([]);
  expect((await run('{ lot(filter: { bySecret: "x" }) { id } }')).codes).toEqual(['ACCESS_DENIED']);
  expect(calls).toEqual([]);
});

test('an entity is closed by the rule of its type, whether it is there or not', async () => {
  const source =
    '{ _entities(representations: [{ __typename: "Lot", id: "1" }]) { __typename ... on Lot { name } } }';
  expect((await run(source)).data).toEqual({ _entities: [{ __typename: 'Lot', name: 'n' }] });
  expect(await run(source, profile('DENY'))).toEqual({
    data: { _entities: [null] },
    codes: ['ACCESS_DENIED'],
  });
  expect(calls).toEqual([]);
});

test('an outage and an expected refusal stay what they are', async () => {
  expect((await run('{ broken }')).codes).toEqual(['connect ECONNREFUSED']);
  expect((await run('{ refusing }')).codes).toEqual(['NOT_FOUND']);
});

test('the schema that was given is left as it was', async () => {
  await run('{ lot { masked secret } }');
  const { data } = await graphql({ schema: base, source: '{ lot { masked secret } }' });
  expect(JSON.parse(JSON.stringify(data))).toEqual({ lot: { masked: 'm', secret: 's' } });
});

test('each profile has a schema of its own, made once', () => {
  const access = profile();
  expect(schemaFor({ access })).toBe(schemaFor({ access: profile() }));
  expect(schemaFor({ access })).not.toBe(schemaFor({ access: profile('DENY') }));
});
