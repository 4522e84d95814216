/** A term and a line of a mapping, no TypeScript: its values through sync, graph, permissions, filters and checks. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkGolden } from '../../canonical/integrity-check';
import { CanonicalReadsService } from '../../canonical/reads-service';
import { SyncService } from '../../canonical/sync/sync-service';
import { loadMappings } from '../../connectors/load-mappings';
import { openSystems } from '../../connectors/open-system';
import { accessMatrix, accessProblems } from '../../controls/access/access-matrix';
import { CompiledPolicy } from '../../controls/access/compiled-policy';
import { compilePolicy, readPolicyTexts } from '../../controls/access/compile-policy';
import { Findings } from '../../controls/audit/verify/finding';
import { Leases } from '../../controls/jobs/lease';
import { restrictedCoordinates } from '../../gateway/reading/restricted-coordinates';
import type { AccessProfile } from '../../platform/access';
import type { Database } from '../../platform/database/database';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { silentLogger } from '../../platform/log';
import { createLotsSubgraph } from '../../subgraphs/lots/subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { ROOT, ask, codesOf, dataOf, requestContext, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { ruleSource, shippedRules } from '../support/rules';

const TERMS = `group: material
owner: quality-assurance
steward: lot-master
terms:
  - id: lot.hardness
    name: { en: Hardness, zh: 硬度 }
    type: quantity
    unit: HV
    attribute: true
    regulated: true
    precedence: [mill, lab]
  - id: lot.storageClass
    name: { en: Storage class, zh: 储存级别 }
    type: code
    attribute: true
    values:
      - { code: COLD, name: { en: Cold, zh: 冷藏 } }
      - { code: ROOM, name: { en: Room temperature, zh: 常温 } }
  - { id: lot.retestOn, name: { en: Retest on, zh: 复验日期 }, type: date, attribute: true }
  - { id: lot.animalFree, name: { en: Animal free, zh: 不含动物成分 }, type: boolean, attribute: true }
  - { id: lot.formula, name: { en: Formula, zh: 配方 }, attribute: true, classification: restricted }
`;
const POLICY = `  - { id: qa-formula, role: qa-officer, deny: [lot.formula] }
  - { id: analyst-formula, role: analyst, mask: [lot.formula, lot.hardness] }
`;
const mapping = (id: string, more: string): string => `language: 1
system: { id: ${id}, name: { en: ${id}, zh: ${id} }, kind: FILES, timeZone: Asia/Shanghai }
connector: { type: file, connection: env:DIR }
streams:
  lots:
    recordType: lot
    source: { files: ${id}.csv }
    key: [item, lot]
    fields:
      item: item
      lotNumber: lot
      hardness: { from: hv, apply: [decimal] }
${more}`;
const MILL = `      storageClass: cls
      retestOn: { from: retest, apply: [{ date: [yyyy-MM-dd, yyyy-MM] }] }
      animalFree: { from: vegan, apply: [{ boolean: { true: [y], false: [n] } }] }
      formula: formula
`;
const MILL_ROWS = `item,lot,hv,cls,retest,vegan,formula
A,L1,120.50,COLD,2027-03-01,y,secret-1
A,L2,9,ROOM,2027-02,n,
A,L3,,,,,
A,L4,100,WARM,,,
`;
const LAB_ROWS = 'item,lot,hv\nA,L1,121\nA,L2,9.0\nA,L3,80\n';

interface Lots {
  lots: { nodes: { lotNumber: string }[] };
}
interface Attributes {
  lot: { attributes: Record<string, unknown>[] };
}

describeEachDatabase('attributes', (open) => {
  const root = mkdtempSync(path.join(tmpdir(), 'lotgraph-attributes-'));
  let database: Database;
  let subgraph: Subgraph;
  let sync: () => Promise<void>;
  let profileOf: (role: string) => AccessProfile;

  const readDictionary = () => loadDictionary(path.join(root, 'schema/dictionary/terms'));
  const readPolicy = () => compilePolicy(root, readPolicyTexts(root), readDictionary());

  beforeAll(async () => {
    cpSync(path.join(ROOT, 'schema'), path.join(root, 'schema'), { recursive: true });
    writeFileSync(path.join(root, 'schema/dictionary/terms/material.yaml'), TERMS);
    const policyFile = path.join(root, 'schema/dictionary/access/policy.yaml');
    const policy = readFileSync(policyFile, 'utf8');
    writeFileSync(policyFile, policy.replace(/^lines:\n/mu, `lines:\n${POLICY}`));
    const mappings = path.join(root, 'mappings');
    for (const [id, more, rows] of [
      ['mill', MILL, MILL_ROWS],
      ['lab', '', LAB_ROWS],
    ] as const) {
      mkdirSync(path.join(mappings, id), { recursive: true });
      writeFileSync(path.join(mappings, id, 'mapping.yaml'), mapping(id, more));
      writeFileSync(path.join(root, `${id}.csv`), rows);
    }
    database = await open(ALL_TABLES);
    const dictionary = readDictionary();
    const compiled = new CompiledPolicy('test', readPolicy());
    profileOf = (role) => compiled.profile([role]);
    const base = subgraphServices(database, null as never);
    const { systems } = openSystems(loadMappings(mappings, attributeFieldsOf(dictionary)), {
      env: { DIR: root },
      clock: base.clock,
      logger: silentLogger,
    });
    const canonical = new CanonicalReadsService({
      ...{ database, dictionary, systems, logger: silentLogger },
      ...{ sourceDeadlineMs: 1000, staleAfterMs: 60_000 },
    });
    subgraph = createLotsSubgraph({ ...base, dictionary, canonical });
    sync = async () => {
      const leases = new Leases(database, base.clock, 'attributes');
      const service = new SyncService({
        ...base,
        dictionary,
        consistencyRules: ruleSource(shippedRules(dictionary)),
        leases,
      });
      for (const one of systems) await service.run(one, { signal: AbortSignal.timeout(20_000) });
    };
    await sync();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const as = (role: string) => ({ ...requestContext(), access: profileOf(role) });
  const lotsBy = async (filter: string, role = 'data-steward'): Promise<string[]> => {
    const source = `{ lots(filter: { attributes: [${filter}] }) { nodes { lotNumber } } }`;
    return (await dataOf<Lots>(subgraph, source, {}, as(role))).lots.nodes.map((lot) => lot.lotNumber);
  };
  const attributesOf = async (lot: string, args = '', role = 'data-steward') => {
    const fields = `term name type value label quantity { amount uom } date boolean conflict masked source { system }`;
    const source = `{ lot(item: "A", lotNumber: "${lot}") { attributes${args} { ${fields} } } }`;
    return (await dataOf<Attributes>(subgraph, source, {}, as(role))).lot.attributes;
  };

  it('shows each value typed, with its source, by the precedence of its term', async () => {
    const found = new Map((await attributesOf('L1')).map((one) => [one['term'], one]));
    expect([...found.keys()]).toEqual([
      ...['lot.animalFree', 'lot.formula', 'lot.hardness', 'lot.retestOn', 'lot.storageClass'],
    ]);
    expect(found.get('lot.hardness')).toEqual({
      ...{ term: 'lot.hardness', name: 'Hardness', type: 'quantity', value: '120.5', label: null },
      ...{ quantity: { amount: '120.5', uom: 'HV' }, date: null, boolean: null, conflict: true },
      ...{ masked: false, source: { system: 'mill' } },
    });
    expect(found.get('lot.storageClass')).toMatchObject({ value: 'COLD', label: 'Cold' });
    expect(found.get('lot.animalFree')).toMatchObject({ value: 'true', boolean: true });
    expect((await attributesOf('L2', '(terms: ["lot.retestOn"])'))[0]).toMatchObject({ date: '2027-02-28' });
    expect((await attributesOf('L3', '(terms: ["lot.hardness", "lot.formula"])'))[0]).toMatchObject({
      ...{ value: '80', source: { system: 'lab' }, conflict: false },
    });
  });

  it('rejects a code that the term does not have, and keeps a conflict on a regulated term as a finding', async () => {
    const rejects = await database.reader.query<unknown[]>('SELECT field, code FROM rejected_row');
    expect(rejects).toEqual([{ field: 'storageClass', code: 'UNKNOWN_CODE' }]);
    const findings = await database.reader.query<{ field: string; facts: string }[]>(
      "SELECT field, facts FROM finding WHERE rule = 'VALUE_DIFFERS' AND state = 'OPEN'",
    );
    expect(findings.map(({ field, facts }) => [field, JSON.parse(facts) as unknown])).toEqual([
      [
        'hardness',
        {
          values: [
            { system: 'lab', value: '121' },
            { system: 'mill', value: '120.5' },
          ],
        },
      ],
    ]);
  });

  it('explains a value like that of any field', async () => {
    const source = `{ lot(item: "A", lotNumber: "L1") { provenance(terms: ["lot.hardness"]) {
      value conflict candidates { value raw source { system } } } } }`;
    expect(await dataOf(subgraph, source, {}, as('data-steward'))).toMatchObject({
      lot: {
        provenance: [
          {
            ...{ value: '120.5', conflict: true },
            candidates: [
              { value: '120.5', raw: '120.50', source: { system: 'mill' } },
              { value: '121', raw: '121', source: { system: 'lab' } },
            ],
          },
        ],
      },
    });
  });

  it.each([
    ['numbers as numbers', '{ term: "lot.hardness", from: "10", to: "120.5" }', ['L1', 'L3']],
    ['a number in any spelling', '{ term: "lot.hardness", equals: "9.00" }', ['L2']],
    ['any of some codes', '{ term: "lot.storageClass", in: ["COLD", "ROOM"] }', ['L1', 'L2']],
    ['dates', '{ term: "lot.retestOn", from: "2027-02-28", to: "2027-02-28" }', ['L2']],
    ['a truth value', '{ term: "lot.animalFree", equals: "true" }', ['L1']],
    ['none of no codes', '{ term: "lot.storageClass", in: [] }', []],
    [
      'all of several',
      '{ term: "lot.hardness", from: "10" }, { term: "lot.animalFree", equals: "true" }',
      ['L1'],
    ],
  ])('narrows a list by %s', async (_what, filter, lots) => {
    expect(await lotsBy(filter)).toEqual(lots);
  });

  it.each([
    ['a term that is none', '{ term: "lot.remarks", equals: "x" }'],
    ['a filter that says nothing', '{ term: "lot.hardness" }'],
    ['a number that is none', '{ term: "lot.hardness", equals: "hard" }'],
    ['an order that a text has not', '{ term: "lot.formula", from: "a" }'],
    ['a code that is none', '{ term: "lot.storageClass", equals: "HOT" }'],
  ])('refuses %s', async (_what, filter) => {
    const source = `{ lots(filter: { attributes: [${filter}] }) { nodes { lotNumber } } }`;
    expect(codesOf(await ask(subgraph, source, {}, as('data-steward')))).toEqual(['INVALID_INPUT']);
  });

  it('refuses a denied term by name, and leaves it out of the list', async () => {
    expect((await attributesOf('L1', '', 'qa-officer')).map((one) => one['term'])).not.toContain(
      'lot.formula',
    );
    const source = '{ lot(item: "A", lotNumber: "L1") { attributes(terms: ["lot.formula"]) { value } } }';
    const denied = await ask(subgraph, source, {}, as('qa-officer'));
    expect(codesOf(denied)).toEqual(['ACCESS_DENIED']);
    expect(JSON.stringify(denied)).not.toContain('secret-1');
  });

  it('shows a masked term alike whether or not there is a value', async () => {
    const masked = { value: null, label: null, quantity: null, conflict: null, masked: true, source: null };
    for (const lot of ['L1', 'L2', 'L3']) {
      const shown = await attributesOf(lot, '(terms: ["lot.formula", "lot.hardness"])', 'analyst');
      expect(shown).toEqual([expect.objectContaining(masked), expect.objectContaining(masked)]);
    }
    const listed = (await attributesOf('L3', '', 'analyst')).map((one) => one['term']);
    expect(listed).toEqual(['lot.formula', 'lot.hardness']);
  });

  it.each(['qa-officer', 'analyst'])('lets nobody guess a closed value by a filter: %s', async (role) => {
    const source =
      '{ lots(filter: { attributes: [{ term: "lot.formula", equals: "secret-1" }] }) { nodes { id } } }';
    expect(codesOf(await ask(subgraph, source, {}, as(role)))).toEqual(['ACCESS_DENIED']);
  });

  it('shows in the matrix, and wants a decision of the policy', () => {
    const attributes = readDictionary()
      .attributes()
      .map(({ id }) => id);
    const supergraph = readFileSync(path.join(root, 'schema/generated/supergraph.graphql'), 'utf8');
    const policy = readPolicy();
    const row = accessMatrix(supergraph, policy, attributes)
      .split('\n')
      .find((line) => line.startsWith('Lot.attributes(terms: lot.formula)'));
    const header = accessMatrix(supergraph, policy, []).split('\n')[0]?.split(',') ?? [];
    expect(row?.split(',')[header.indexOf('analyst')]).toBe('MASK');
    expect(row?.split(',')[header.indexOf('qa-officer')]).toBe('DENY');
    expect(row?.split(',')[header.indexOf('data-steward')]).toBe('READ');
    expect(accessProblems(supergraph, policy, attributes)).toEqual([]);
    const silent = { ...policy, lines: policy.lines.filter(({ pattern }) => pattern !== 'lot.*') };
    expect(accessProblems(supergraph, silent, attributes)).toEqual(
      expect.arrayContaining([expect.stringContaining('decides about lot.animalFree')]),
    );
  });

  it('counts a list that may show a restricted value as a read of it', () => {
    const supergraph = readFileSync(path.join(root, 'schema/generated/supergraph.graphql'), 'utf8');
    const restricted = restrictedCoordinates(supergraph, readDictionary());
    expect(restricted.get('Lot.attributes')).toEqual(['lot.formula']);
    expect(restricted.get('LotFilter.attributes')).toEqual(['lot.formula']);
  });

  it('changes nothing when it is read again, and follows what changes', async () => {
    const rows = () =>
      database.reader.query<unknown[]>('SELECT * FROM attribute_value ORDER BY entity_pk, term');
    const before = await rows();
    await sync();
    expect(await rows()).toEqual(before);
    writeFileSync(path.join(root, 'mill.csv'), MILL_ROWS.replace('120.50', ''));
    await sync();
    expect((await attributesOf('L1', '(terms: ["lot.hardness"])'))[0]).toMatchObject({
      ...{ value: '121', source: { system: 'lab' }, conflict: false },
    });
  });

  it('finds a value that was changed by SQL', async () => {
    await database.write((manager) =>
      manager.query("UPDATE attribute_value SET value_text = '500' WHERE value_text = '80'"),
    );
    const findings = new Findings();
    const reader = {
      query: (sql: string, values?: unknown[]) => database.reader.query<unknown[]>(sql, values as never),
    };
    await checkGolden(reader as never, readDictionary(), findings);
    expect(findings.list.filter(({ place }) => place.startsWith('attribute_value'))).toEqual([
      expect.objectContaining({
        code: 'GOLDEN_ALTERED',
        place: expect.stringMatching(/lot\.hardness$/) as string,
      }),
    ]);
  });
});
