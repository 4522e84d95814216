/** The composition refuses what the dictionary does not know, and what is committed is what the code says. */
import { buildASTSchema, parse, validate, visit } from 'graphql';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { accessProblems } from '../../controls/access/access-matrix';
import { compilePolicy, readPolicyTexts } from '../../controls/access/compile-policy';
import type { PolicyContent } from '../../controls/access/policy-content';
import { composeSupergraph } from '../../gateway/compose/compose';
import { generateFiles, staleFiles } from '../../gateway/compose/generated-files';
import { disagreements, lintSubgraph } from '../../gateway/compose/schema-lint';
import { Dictionary, type Term, loadDictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import { RECORD_TYPES } from '../../schema/records/record-types';

const ROOT = path.resolve(__dirname, '..', '..');
const dictionary = loadDictionary(path.join(ROOT, 'schema', 'dictionary', 'terms'));
const files = generateFiles(ROOT);
const contentOf = (name: string): string =>
  files.get(path.join('schema', 'generated', `${name}.graphql`)) ?? '';

const HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.lotgraph.org/directives/v1.0", import: ["@term", "@access", "@dualSignOff"])
  @composeDirective(name: "@term") @composeDirective(name: "@access") @composeDirective(name: "@dualSignOff")
  directive @term(id: ID!) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
  directive @access(rule: ID!) on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION
  directive @dualSignOff(action: String!) on FIELD_DEFINITION
`;
const GOOD = `type Query { lot: Lot @term(id: "query.lot") }
  type Lot @key(fields: "id") @access(rule: "lot") { id: ID! @term(id: "lot.id") lotNumber: String @term(id: "lot.lotNumber") }`;

const problemsOf = (sdl: string, terms = dictionary): string[] => lintSubgraph(HEADER + sdl, terms);

describe('the lint', () => {
  it('lets a subgraph through in which every field has a term', () => {
    expect(problemsOf(GOOD)).toEqual([]);
  });

  it('names the coordinate of a field without a term, of an object or an input', () => {
    expect(
      problemsOf(GOOD.replace('lotNumber: String @term(id: "lot.lotNumber")', 'lotNumber: String')),
    ).toEqual([expect.stringMatching(/^Lot\.lotNumber: has no @term/)]);
    expect(problemsOf('input LotFilter { site: String }')).toEqual([
      expect.stringMatching(/^LotFilter\.site: has no @term/),
    ]);
  });

  it('refuses a term that is not in the dictionary', () => {
    expect(problemsOf(GOOD.replace('lot.lotNumber', 'lot.nobody'))).toEqual([
      'Lot.lotNumber: its term "lot.nobody" is not in schema/dictionary/terms',
    ]);
  });

  it('refuses a term that has no Chinese name', () => {
    const half = dictionary
      .list()
      .map((term): Term =>
        term.id === 'lot.lotNumber' ? { ...term, name: { en: 'Lot number', zh: ' ' } } : term,
      );
    expect(problemsOf(GOOD, new Dictionary(half))).toEqual([
      'Lot.lotNumber: its term "lot.lotNumber" has no zh name',
    ]);
  });

  it('refuses a field of an entity that may not be null', () => {
    expect(problemsOf(GOOD.replace('lotNumber: String ', 'lotNumber: String! '))).toEqual([
      expect.stringMatching(/^Lot\.lotNumber: must be nullable/),
    ]);
  });

  it('refuses a type without an access rule', () => {
    expect(problemsOf(GOOD.replace('@access(rule: "lot")', ''))).toEqual([
      expect.stringMatching(/^Lot: has no @access/),
    ]);
  });

  it('refuses a list in pages without a bounded size', () => {
    const terms = (args: string): string =>
      args
        .replace(/first: Int(! = \d+)?/, '$& @term(id: "page.first")')
        .replace('after: String', '$& @term(id: "page.after")');
    const paged = (given: string, args = terms(given)): string[] =>
      problemsOf(`type Query { lots${args}: LotConnection @term(id: "query.lots") }
        type LotConnection @access(rule: "page") { nodes: [ID!] @term(id: "page.nodes") }`);
    expect(paged('(first: Int! = 50, after: String)')).toEqual([]);
    expect(paged('(first: Int, after: String)')).toEqual([expect.stringContaining('"first" with a default')]);
    expect(paged('(first: Int! = 5000, after: String)')).toEqual([
      expect.stringContaining('"first" with a default'),
    ]);
    expect(paged('(first: Int! = 50)')).toEqual([expect.stringContaining('"after"')]);
  });

  it('refuses an argument without a term or a rule, since hidden values could be guessed by it', () => {
    const withArgument = (argument: string): string[] =>
      problemsOf(GOOD.replace('lot: Lot', `lot(remark: String ${argument}): Lot`));
    expect(withArgument('')).toEqual([expect.stringMatching(/^Query\.lot\(remark:\): has no @term/)]);
    expect(withArgument('@term(id: "lot.remarks")')).toEqual([]);
    expect(withArgument('@access(rule: "lot")')).toEqual([]);
    expect(withArgument('@term(id: "lot.nobody")')).toHaveLength(1);
  });

  it('refuses names in another style', () => {
    const found = problemsOf(
      `type lot_row @access(rule: "lot") { Lot_number: String @term(id: "lot.lotNumber") } enum State { inStock }`,
    );
    expect(found).toEqual([
      'lot_row: must be PascalCase',
      'Lot_number: must be camelCase',
      'inStock: must be UPPER_CASE',
    ]);
  });
});

describe('the composition', () => {
  it('says what does not fit together, and between which subgraphs', () => {
    const other = `type Query { other: Lot @term(id: "query.lot") }
      type Lot @key(fields: "id") @access(rule: "lot") { id: ID! @term(id: "lot.id") lotNumber: Int @term(id: "lot.lotNumber") }`;
    const compose = (): string =>
      composeSupergraph(
        [
          { name: 'one', sdl: HEADER + GOOD },
          { name: 'two', sdl: HEADER + other },
        ],
        dictionary,
      );
    expect(compose).toThrow(ConfigError);
    expect(compose).toThrow(/lotNumber.*"one".*"two"|lotNumber.*"two".*"one"/s);
  });

  it('refuses a place that two subgraphs give different terms', () => {
    const other = GOOD.replace('lot.lotNumber', 'lot.remarks');
    const sdls = [GOOD, other].map((sdl) => HEADER + sdl);
    expect(disagreements(sdls.map((sdl, index) => ({ name: `s${index}`, sdl })))).toEqual([
      's1: Lot.lotNumber: has the term "lot.remarks", but "lot.lotNumber" in s0',
    ]);
  });

  it('carries @term, @access and @dualSignOff into the supergraph', () => {
    const used = new Set<string>();
    visit(parse(contentOf('supergraph')), { Directive: (node) => void used.add(node.name.value) });
    expect([...used]).toEqual(expect.arrayContaining(['term', 'access', 'dualSignOff']));
  });
});

describe('the graph', () => {
  it('answers the one-screen query of the documentation', () => {
    const schema = buildASTSchema(parse(contentOf('supergraph')), { assumeValidSDL: true });
    const query = readFileSync(path.join(ROOT, 'docs', 'examples', 'one-screen.graphql'), 'utf8');
    expect(validate(schema, parse(query)).map((error) => error.message)).toEqual([]);
  });
});

describe('a graph that the access policy leaves undecided', () => {
  const policy = compilePolicy(ROOT, readPolicyTexts(ROOT), dictionary);
  const supergraph = contentOf('supergraph');
  const without = (pattern: string): PolicyContent => ({
    ...policy,
    lines: policy.lines.filter((line) => line.pattern !== pattern),
  });
  const line = policy.lines[0] ?? ({} as PolicyContent['lines'][number]);
  const withLine = (more: Partial<typeof line>): PolicyContent => ({
    ...policy,
    lines: [...policy.lines, { ...line, id: 'added', role: 'service', ...more }],
  });

  it('is decided as it is', () => {
    expect(accessProblems(supergraph, policy)).toEqual([]);
  });

  it('is refused for a term or a rule that only "*" takes in', () => {
    expect(accessProblems(supergraph, without('trace.*'))).toContainEqual(
      expect.stringMatching(/^Trace\.breaks: no line of policy\.yaml decides about trace\.breaks/),
    );
    expect(accessProblems(supergraph, without('rule:trace'))).toContainEqual(
      expect.stringContaining('decides about rule:trace'),
    );
  });

  it('lets a term stand that is named under "nobody"', () => {
    const nobody = { ...without('trace.*'), nobody: ['trace.*'] };
    expect(accessProblems(supergraph, nobody)).toEqual([]);
  });

  it('is refused for a mask where null cannot stand, with file and line', () => {
    const masked = withLine({ effect: 'mask', pattern: 'source.system', file: 'policy.yaml', line: 7 });
    expect(accessProblems(supergraph, masked)).toContainEqual(
      expect.stringMatching(
        /^policy\.yaml:7 line "added" masks source\.system, but SourceRef\.system is a key/,
      ),
    );
  });

  it('is refused for a role that reads parts of an entity, but not its key', () => {
    const parts = [
      withLine({ effect: 'read', pattern: 'lot.lotNumber' }),
      withLine({ effect: 'read', pattern: 'rule:lot' }),
    ];
    const both = { ...policy, lines: parts.flatMap(({ lines }) => lines.slice(-1)).concat(policy.lines) };
    expect(accessProblems(supergraph, both)).toContainEqual(
      'role service reads parts of an entity, but not its key Lot.id',
    );
  });

  it('is refused for a rule that no place carries', () => {
    expect(accessProblems(supergraph, withLine({ effect: 'read', pattern: 'rule:none' }))).toContainEqual(
      expect.stringContaining('"rule:none" fits no @access rule'),
    );
  });
});

describe('what is committed', () => {
  it('is what the code and the dictionary say now', () => {
    expect(staleFiles(ROOT, files)).toEqual([]);
  });

  it('would be found if it were not', () => {
    const [first] = files.keys();
    expect(staleFiles(ROOT, new Map([[first ?? '', 'something else\n']]))).toEqual([
      `${first ?? ''} is out of date from line 1`,
    ]);
  });
});

describe('the dictionary', () => {
  it('has a term for each field that a mapping can fill, and one for each record type', () => {
    const wanted = Object.entries(RECORD_TYPES).flatMap(([type, { fields }]) => [
      type,
      ...Object.keys(fields).map((field) => `${type}.${field}`),
    ]);
    expect(wanted.filter((id) => dictionary.find(id) === undefined)).toEqual([]);
  });

  it('describes every field of the graph in both languages', () => {
    const plain: string[] = [];
    for (const name of ['lots', 'quality', 'recall', 'governance']) {
      visit(parse(contentOf(name)), {
        FieldDefinition: (node) => {
          const text = node.description?.value ?? '';
          if (!/[a-z]/i.test(text) || !/\p{Script=Han}/u.test(text))
            plain.push(`${name}: ${node.name.value}`);
        },
      });
    }
    expect(plain).toEqual([]);
  });
});
