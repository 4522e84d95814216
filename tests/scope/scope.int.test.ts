import { type DocumentNode, type ExecutionResult, execute, parse } from 'graphql';
import { type IdKind, toId } from '../../canonical/ids';
import type { Database, Dialect } from '../../platform/database/database';
import { GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { ALL_TABLES } from '../support/all-tables';
import { requestContext } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { FieldWalk } from './every-field';
import { type ScopeSubgraphs, type SubgraphName, scopeSubgraphs } from './scope-subgraphs';
import {
  SCORES,
  SITES,
  SUPPLIERS,
  type ScopeWorld,
  type TableName,
  scopeWorld,
  writeWorld,
} from './scope-world';
import { type Limits, visibleWorld } from './visible-rows';

const WORLD = scopeWorld(2026);
const CALLERS: Readonly<Record<string, Limits>> = {
  'one site': { sites: ['SZ'], suppliers: [] },
  'one supplier': { sites: [], suppliers: ['SUP-1'] },
  'two sites and a supplier': { sites: ['SZ', 'BOS'], suppliers: ['SUP-2'] },
  'a site that nobody has': { sites: ['NOWHERE'], suppliers: [] },
};
/** `TEST_LONG=1` asks every question of every caller on every dialect; a share of them is enough to find a list without scope. */
const LONG = process.env['TEST_LONG'] === '1';
const SHARE = LONG ? 1 : 6;
/** The statements are the same on both dialects; the server is asked by the caller whose limits use all of them. */
const callersOn = (dialect: Dialect): [string, Limits][] =>
  Object.entries(CALLERS).filter(
    ([name]) => LONG || dialect === 'sqlite' || name === 'two sites and a supplier',
  );
const NAMES: readonly SubgraphName[] = ['lots', 'quality', 'recall', 'governance'];

/** Kind of id and table of each type that has a key. */
const KEYS: Readonly<Record<string, readonly [IdKind, TableName]>> = {
  Item: ['item', 'item'],
  Site: ['site', 'site'],
  Location: ['location', 'location'],
  Party: ['party', 'party'],
  Lot: ['lot', 'lot'],
  Document: ['document', 'document'],
  Movement: ['movement', 'movement'],
  Serial: ['serial', 'serial'],
  Inspection: ['inspection', 'inspection'],
  RecallCase: ['recallCase', 'recallCase'],
};

/** Types with a key that are records of LotGraph itself. */
const OWN_RECORDS: ReadonlySet<string> = new Set([]);

const text = (value: unknown): string => JSON.stringify(value);
const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
const idsOf = (world: ScopeWorld, type: string): string[] => {
  const [kind, table] = KEYS[type] ?? [];
  if (kind === undefined || table === undefined) throw new Error(`say in KEYS what the ids of ${type} are`);
  return (world[table] as { pk: number }[]).map((row) => toId(kind, row.pk));
};

/** Arguments of every root query, over the rows of the world; a query that stands in no list fails the suite. */
function rootArguments(): Record<SubgraphName, Record<string, string[]>> {
  const { item, lot, document, inspection, recallCase, serial } = WORLD;
  const lotIds = lot.map((row) => toId('lot', row.pk));
  const code = (pk: number): string => item.find((row) => row.pk === pk)?.code ?? '';
  const gtin = (pk: number): string | null => item.find((row) => row.pk === pk)?.gtin ?? null;
  const keys = unique(lot.map((row) => `item: "${code(row.itemPk)}", lotNumber: "${row.lotNumber}"`));
  const makers = ['MAN-1', 'SUP-1', 'SUP-2'].flatMap((maker) =>
    keys.map((key) => `(${key}, manufacturer: "${maker}")`),
  );
  const udis = unique([
    ...lot.flatMap((row) =>
      gtin(row.itemPk) === null ? [] : [`(01)${gtin(row.itemPk) ?? ''}(10)${row.lotNumber}`],
    ),
    ...serial.flatMap((row) =>
      gtin(row.itemPk) === null ? [] : [`(01)${gtin(row.itemPk) ?? ''}(21)${row.serialNumber}`],
    ),
    ...serial.flatMap((row) =>
      gtin(row.itemPk) === null ? [] : [`(01)${gtin(row.itemPk) ?? ''}(10)L1(21)${row.serialNumber}`],
    ),
  ]);
  const holds = ['[EXPIRY]', '[QUALITY]', '[QUALITY, BLOCKED, EXPIRY]'];
  const filters = [
    ...SITES.map((site) => `site: "${site}"`),
    ...SUPPLIERS.map((supplier) => `supplier: "${supplier}"`),
    ...SUPPLIERS.concat('MAN-1').map((manufacturer) => `manufacturer: "${manufacturer}"`),
    ...holds.map((hold) => `hasHold: ${hold}`),
    ...[
      'expiresBefore: "2026-06-01"',
      'sterilizationLoad: "EO-1"',
      'lotNumberPrefix: "L"',
      'items: ["ITEM-1"]',
    ],
  ];
  const orders = ['lotNumber', 'expiresOn', 'manufacturedOn', 'id'].flatMap((name) =>
    ['ASC', 'DESC'].map((direction) => `(orderBy: { ${name}: ${direction} })`),
  );
  const origins = [
    ...lotIds.map((id) => `lot: "${id}"`),
    ...lotIds.slice(1).map((id, n) => `lots: ["${lotIds[n] ?? ''}", "${id}"]`),
    ...unique(
      serial.map((row) => `serial: { item: "${code(row.itemPk)}", serialNumber: "${row.serialNumber}" }`),
    ),
    ...['EO-0', 'EO-1', 'EO-2'].map((load) => `sterilizationLoad: "${load}"`),
    ...SUPPLIERS.flatMap((supplier) =>
      unique(lot.map((row) => `supplierLot: { supplier: "${supplier}", lotNumber: "${row.lotNumber}" }`)),
    ),
  ];
  const scoreIds = SCORES.map(([pk]) => toId('qualityScore', pk));
  const lotFilters = lotIds.map((id) => `(filter: { lot: "${id}" })`);
  return {
    lots: {
      document: document.map((row) => `(id: "${toId('document', row.pk)}")`),
      documents: unique(document.map((row) => `(number: "${row.number}")`)),
      item: item.map((row) => `(code: "${row.code}")`),
      items: [''],
      lot: [...keys.map((key) => `(${key})`), ...makers],
      lotById: [...lotIds, 'lot_zzzz'].map((id) => `(id: "${id}")`),
      lotByUdi: udis.map((udi) => `(udi: ${text(udi)})`),
      lots: ['', '(first: 2)', ...orders, ...filters.map((filter) => `(filter: { ${filter} })`)],
      sites: [''],
    },
    quality: {
      inspection: unique(inspection.map((row) => `(number: "${row.number}")`)),
      inspections: ['', '(first: 2)', '(filter: { sterilizationLoad: "EO-1" })', ...lotFilters],
    },
    recall: {
      recallCase: unique(recallCase.map((row) => `(number: "${row.number}")`)),
      recallCases: ['', '(first: 1)'],
      trace: ['FORWARD', 'BACKWARD'].flatMap((direction) =>
        origins.map((origin) => `(from: { ${origin} }, direction: ${direction})`),
      ),
    },
    governance: {
      dictionaryTerm: ['(id: "lot.lotNumber")'],
      dictionaryTerms: ['(first: 1)'],
      findings: [
        ...[
          '',
          '(first: 2)',
          '(filter: { rules: [AMBIGUOUS_LOT, STOCK_DIFFERS] })',
          '(filter: { state: OPEN })',
        ],
        ...lotFilters,
      ],
      rejectedRows: [''],
      qualityStandards: [''],
      qualityScores: ['', '(filter: { met: false })', '(filter: { term: "lot.uom" })'],
      qualityScore: scoreIds.map((id) => `(id: "${id}")`),
      qualityHistory: scoreIds.map((id) => `(score: "${id}")`),
      qualityFailures: [...scoreIds, ...scoreIds].map(
        (id, n) => `(score: "${id}", first: ${n < SCORES.length ? 100 : 3})`,
      ),
      sourceSystems: [''],
      syncRuns: [''],
    },
  };
}

/**
 * Root queries over what people did in LotGraph itself, which no row of a legacy system stands behind; each has rules
 * of its own, see docs/guides/row-scope.md. A new query belongs here or among the arguments above.
 */
const OF_CONTROLS: ReadonlySet<string> = new Set(
  [
    ...['accessPolicy', 'explainAccess', 'unusedGrants', 'roleConflicts', 'alarm', 'alarmRules', 'alarms'],
    ...['auditCheckpoint', 'auditEntries', 'auditEntry', 'auditReviewOffer', 'auditReviews'],
    ...['signOff', 'signOffDelegations', 'signOffInbox', 'signOffs'],
    // what is told of mappings, the dictionary and the graph itself: no rows of the copy
    ...['lineage', 'columnImpact', 'dataFlow', 'dictionaryOrphans', 'schemaCheck', 'schemaVersions'],
    ...['consistencyRules', 'consistencyRun', 'controlledDocuments', 'controlledDocumentVersions'],
    // of all rows, whosever they are: a limited caller is told none, as their own suites show
    ...['mappings', 'mappingVersions', 'mappingImpact', 'identityCandidates', 'identityDecisions'],
    'identityDismissals',
    ...['introspectSource', 'suggestMapping', 'previewMapping', 'checkMapping'],
  ].map((field) => `Query.${field}`),
);

const ROOTS = rootArguments();

const documents = new Map<string, DocumentNode>();
function parsed(source: string): DocumentNode {
  const document = documents.get(source) ?? parse(source, { noLocation: true });
  documents.set(source, document);
  return document;
}

describeEachDatabase('what a limited caller is told', (open, dialect) => {
  let database: Database;
  let whole: ScopeSubgraphs;

  beforeAll(async () => {
    database = await open({ ...ALL_TABLES, poolSize: 1 });
    await writeWorld(database, WORLD);
    whole = scopeSubgraphs(database);
  });

  async function answer(
    { subgraphs }: ScopeSubgraphs,
    name: SubgraphName,
    source: string,
    limits: Limits,
    variableValues: Record<string, unknown> = {},
  ): Promise<ExecutionResult & { sources: unknown }> {
    const request = requestContext();
    const caller: Caller = { ...request.caller, ...limits };
    const subgraph = subgraphs[name];
    const context = { ...request, caller };
    const result = await execute({
      schema: subgraph.schemaFor(context),
      document: parsed(source),
      variableValues,
      contextValue: subgraph.createContext(context),
    });
    for (const { originalError, message } of result.errors ?? [])
      if (!(originalError instanceof GatewayError))
        throw originalError ?? new Error(`${message} in ${source.slice(0, 200)}`);
    return { ...result, sources: request.sources.list() };
  }

  /** All that can be asked of a subgraph about the rows of the world, each with what it is asked for. */
  function questions(
    name: SubgraphName,
    walk: FieldWalk,
  ): { source: string; variables: Record<string, unknown> }[] {
    const roots = Object.entries(ROOTS[name]).flatMap(([field, args]) =>
      // the first few to some depth, the many others for what they say themselves
      args
        .filter((_one, n) => n < 3 || n % SHARE === 0)
        .map((one, n) => ({
          source: `{ ${walk.root(field, one, n < 3 ? 1 : 0)} }`,
          variables: {},
        })),
    );
    const entities = walk
      .entityTypes()
      .filter(({ name: type }) => type in KEYS)
      .map((type) => {
        const ids = [...idsOf(WORLD, type.name), `${KEYS[type.name]?.[0] ?? ''}_none`];
        const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type.name} ${walk.selection(type, 2)} } }`;
        return { source, variables: { r: ids.map((id) => ({ __typename: type.name, id })) } };
      });
    return [...roots, ...entities];
  }

  test.each(NAMES)('is asked for every field that %s has', (name) => {
    const walk = new FieldWalk(whole.subgraphs[name].schema);
    expect(questions(name, walk).length).toBeGreaterThan(0);
    const keyed = walk.entityTypes().map((type) => type.name);
    expect(keyed.filter((type) => !(type in KEYS) && !OWN_RECORDS.has(type))).toEqual([]);
    expect(walk.reachable(OF_CONTROLS).filter((coordinate) => !walk.covered.has(coordinate))).toEqual([]);
  });

  describe.each(callersOn(dialect))('limited to %s', (_name, limits) => {
    let reduced: ScopeSubgraphs;
    const visible = visibleWorld(WORLD, limits);

    beforeAll(async () => {
      const other = await open({
        ...ALL_TABLES,
        poolSize: 1,
      });
      await writeWorld(other, visible);
      reduced = scopeSubgraphs(other);
    });

    test.each(NAMES)(
      'gets from %s what it would get if nothing else were there',
      async (name) => {
        for (const { source, variables } of questions(name, new FieldWalk(whole.subgraphs[name].schema))) {
          const told = await answer(whole, name, source, limits, variables);
          expect(`${source.slice(0, 120)} ${text(told)}`).toBe(
            `${source.slice(0, 120)} ${text(await answer(reduced, name, source, limits, variables))}`,
          );
        }
      },
      240_000,
    );

    test('gets the same stock from the copy when the warehouse is down', async () => {
      const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Lot { stock { location { code } onHand { amount } mode stale } } } }`;
      const r = idsOf(WORLD, 'Lot').map((id) => ({ __typename: 'Lot', id }));
      whole.warehouse.down = reduced.warehouse.down = true;
      const told = text(await answer(whole, 'lots', source, limits, { r }));
      expect(told).toBe(text(await answer(reduced, 'lots', source, limits, { r })));
      whole.warehouse.down = reduced.warehouse.down = false;
    });

    test('gets all that is in scope, page after page', async () => {
      for (const [name, list, table, kind] of LISTS) {
        const wanted = visible[table].map((row) => toId(kind, (row as { pk: number }).pk)).sort();
        expect([list, (await pagesOf(whole, name, list, limits)).sort()]).toEqual([list, wanted]);
      }
    });

    test('gets an entity by its id exactly when it is in scope', async () => {
      for (const type of Object.keys(KEYS)) {
        const [name] = NAMES.filter(
          (one) => whole.subgraphs[one].schema.getType(type) && OWNERS[type] === one,
        );
        if (name === undefined) throw new Error(`nobody owns ${type}`);
        const ids = idsOf(WORLD, type);
        const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { id } } }`;
        const r = ids.map((id) => ({ __typename: type, id }));
        const { data } = await answer(whole, name, source, limits, { r });
        const found = (data?.['_entities'] as ({ id: string } | null)[]).map((one) => one?.id ?? null);
        const seen = new Set(idsOf(visible, type));
        expect([type, found]).toEqual([type, ids.map((id) => (seen.has(id) ? id : null))]);
      }
    });
  });

  test('says of every trace of a limited caller that it is limited and not complete', async () => {
    const visible = visibleWorld(WORLD, CALLERS['one site'] as Limits);
    const id = toId('lot', visible.lot[0]?.pk ?? 0);
    const source = `{ trace(from: { lot: "${id}" }) { complete limitedByScope } }`;
    const of = async (limits: Limits): Promise<unknown> =>
      (await answer(whole, 'recall', source, limits)).data?.['trace'];
    expect(await of(CALLERS['one site'] as Limits)).toEqual({ complete: false, limitedByScope: true });
    expect(await of({ sites: [], suppliers: [] })).toMatchObject({ limitedByScope: false });
  });

  test('shows of the live stock only what lies at a site in scope', async () => {
    const limits = CALLERS['one site'] as Limits;
    const ids = idsOf(visibleWorld(WORLD, limits), 'Lot');
    const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Lot { stock { mode location { code } } } } }`;
    const r = ids.map((id) => ({ __typename: 'Lot', id }));
    const { data } = await answer(whole, 'lots', source, limits, { r });
    const stock = ids.map(() => ({ stock: [{ mode: 'LIVE', location: { code: 'SZ-A' } }] }));
    expect(ids.length).toBeGreaterThan(0);
    expect(JSON.parse(text(data?.['_entities']))).toEqual(stock);
  });

  test('gives a caller without limits every row', async () => {
    for (const [name, list, table, kind] of LISTS) {
      const wanted = WORLD[table].map((row) => toId(kind, (row as { pk: number }).pk)).sort();
      const found = await pagesOf(whole, name, list, { sites: [], suppliers: [] });
      expect([list, found.sort()]).toEqual([list, wanted]);
    }
  });

  const LISTS: readonly [SubgraphName, string, TableName, IdKind][] = [
    ['lots', 'lots', 'lot', 'lot'],
    ['quality', 'inspections', 'inspection', 'inspection'],
    ['recall', 'recallCases', 'recallCase', 'recallCase'],
    ['governance', 'findings', 'finding', 'finding'],
    ['governance', 'rejectedRows', 'rejected', 'rejectedRow'],
  ];
  const OWNERS: Readonly<Record<string, SubgraphName>> = {
    ...Object.fromEntries(Object.keys(KEYS).map((type) => [type, 'lots' as const])),
    ...{ Inspection: 'quality', RecallCase: 'recall' },
  };

  async function pagesOf(
    of: ScopeSubgraphs,
    name: SubgraphName,
    list: string,
    limits: Limits,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const source = `query ($after: String) { ${list}(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
      const { data, errors } = await answer(of, name, source, limits, { after });
      if (errors?.[0]) throw errors[0];
      const page = data?.[list] as {
        nodes: { id: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      ids.push(...page.nodes.map((node) => node.id));
      [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
    }
    return ids;
  }
});
