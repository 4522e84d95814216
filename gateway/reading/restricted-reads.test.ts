/** Which restricted terms an operation touches, and what the trail keeps of its text. */
import { buildSchema, parse } from 'graphql';
import { Dictionary, type Term } from '../../platform/dictionary/dictionary';
import type { GuardedOperation } from '../operation-guard';
import { countRows } from './count-rows';
import { auditedText } from './query-text';
import { restrictedCoordinates } from './restricted-coordinates';
import { RestrictedReads } from './restricted-reads';

const SDL = `
  directive @term(id: ID!) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
  interface Named { name: String @term(id: "name") }
  type Person implements Named { name: String @term(id: "person.name") initials: String @term(id: "person.initials") }
  type Site implements Named { name: String @term(id: "site.name") }
  input Filter { person: String @term(id: "person.name") site: String @term(id: "site.name") any: [Filter!] }
  type Query {
    people(filter: Filter, name: String @term(id: "person.name")): [Person] @term(id: "people")
    named: [Named] @term(id: "people")
    site: Site @term(id: "site")
  }
`;
const term = (id: string, extra: Partial<Term> = {}): Term =>
  ({ id, classification: 'internal', derivedFrom: [], ...extra }) as unknown as Term;
const dictionary = new Dictionary([
  term('person.name', { classification: 'restricted' }),
  term('person.initials', { derivedFrom: ['person.name'] }),
  ...['name', 'site.name', 'people', 'site'].map((id) => term(id)),
]);
const restricted = restrictedCoordinates(SDL, dictionary);
const reads = new RestrictedReads(restricted);
const schema = buildSchema(SDL);

const operation = (
  source: string,
  variables: Record<string, unknown> = {},
  operationName?: string,
): GuardedOperation => ({ schema, source, document: parse(source), operationName, variables });

test.each<[string, string, string[]]>([
  ['a field, under another name', '{ people { n: name } }', ['Person.name']],
  ['what is derived from a restricted term', '{ people { initials } }', ['Person.initials']],
  ['a field in a fragment', '{ people { ...F } } fragment F on Person { name }', ['Person.name']],
  ['the field of an interface, by any type that has it', '{ named { name } }', ['Person.name']],
  ['an argument', '{ people(name: "Wang") { __typename } }', ['Query.people(name:)']],
  ['a field of an input', '{ people(filter: { person: "Wang" }) { __typename } }', ['Filter.person']],
  ['nothing, for an open field', '{ site { name } people(filter: { site: "SZ" }) { __typename } }', []],
])('finds %s', (_name, source, expected) => {
  expect(reads.of(operation(source))).toEqual(expected);
});

test('finds a field of an input in the value of a variable, at any depth', () => {
  const source = 'query ($f: Filter) { people(filter: $f) { __typename } }';
  expect(reads.of(operation(source, { f: { any: [{ site: 'SZ' }, { person: 'Wang' }] } }))).toEqual([
    'Filter.person',
  ]);
  expect(reads.of(operation(source, { f: { any: { site: 'SZ' } } }))).toEqual([]);
});

test('looks at the operation that is run, and not at its neighbours', () => {
  const source = 'query A { site { name } } query B { people { name } }';
  expect(reads.of(operation(source, {}, 'A'))).toEqual([]);
  expect(reads.of(operation(source, {}, 'B'))).toEqual(['Person.name']);
});

test('keeps the text of a query without blanks, and without literals where they may be restricted values', () => {
  const source = '{\n  # who\n  people(name: "Wang \\"Li\\"", first: 10, note: """a "b" c""") { name }\n}';
  expect(auditedText(source, { withLiterals: true })).toBe(
    '{people(name:"Wang \\"Li\\"" first:10 note:"""a "b" c"""){name}}',
  );
  expect(auditedText(source, { withLiterals: false })).toBe('{people(name:"…" first:10 note:"…"){name}}');
});

test('keeps no more of a text than its beginning', () => {
  const source = `{ people(filter: { site: "${'x'.repeat(20_000)}" }) { __typename } }`;
  expect(auditedText(source, { withLiterals: true }).length).toBeLessThan(8100);
});

test('counts the objects in lists as rows', () => {
  expect(countRows({ a: { nodes: [{ x: [1, 2], b: [{}, null, {}] }, {}] }, c: null })).toBe(4);
  expect(countRows({ a: [[{}], [{}, {}]] })).toBe(3);
});
