import { FindingRow } from '../../canonical/entities/governance.entity';
import {
  RejectedRowRow,
  SourceRecordRow,
  SourceStreamRow,
  SyncRunRow,
} from '../../canonical/entities/source.entity';
import { toId } from '../../canonical/ids';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import type { Database } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { NOW, ask, askEntities, codesOf, dataOf, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { tableReads } from '../support/table-reads';

const LOT = 100;

async function fill(database: Database): Promise<void> {
  const finding = (pk: number, rule: string, subjectType: string, subjectPk: number, facts: object) => ({
    pk,
    dedupeKey: `k${pk}`,
    rule,
    severity: rule === 'AMBIGUOUS_LOT' ? 'ERROR' : 'WARNING',
    state: pk === 13 ? 'RESOLVED' : 'OPEN',
    subjectType,
    subjectPk,
    facts: JSON.stringify(facts),
    openedAt: NOW,
    lastSeenAt: NOW,
    occurrences: 1,
  });
  await database.write(async (manager) => {
    await manager.insert(SourceStreamRow, [
      {
        pk: 1,
        system: 'erp',
        name: 'batches',
        recordType: 'lot',
        mappingVersion: 'm1',
        lastSuccessAt: NOW - 10_000,
      },
      {
        pk: 2,
        system: 'erp',
        name: 'ledger',
        recordType: 'movement',
        mappingVersion: 'm1',
        lastSuccessAt: NOW - 60_000,
        watermark: '{"at":1}',
      },
      {
        pk: 3,
        system: 'unheard-of',
        name: 'x',
        recordType: 'lot',
        mappingVersion: 'm2',
        lastError: 'SOURCE_UNAVAILABLE',
      },
    ]);
    await manager.insert(
      SourceRecordRow,
      [1, 2, 3].map((n) => ({
        pk: 200 + n,
        streamPk: 1,
        nativeKey: `B${n}`,
        version: 1,
        hash: 'h',
        entityPk: LOT,
        readAt: NOW,
      })),
    );
    await manager.insert(RejectedRowRow, [
      {
        pk: 5,
        streamPk: 1,
        rowKey: 'B9',
        code: 'MISSING',
        field: 'item',
        message: 'no item',
        raw: '{"name":"B9"}',
        mappingVersion: 'm1',
        firstSeenAt: NOW,
        lastSeenAt: NOW,
      },
      {
        pk: 6,
        streamPk: 1,
        rowKey: 'B8',
        code: 'MISSING',
        field: 'item',
        message: 'no item',
        raw: 'no json',
        mappingVersion: 'm1',
        firstSeenAt: NOW,
        lastSeenAt: NOW,
        resolvedAt: NOW,
      },
    ]);
    await manager.insert(FindingRow, [
      finding(11, 'VALUE_DIFFERS', 'lot', LOT, { values: { erp: 'a', wms: 'b' } }),
      finding(12, 'AMBIGUOUS_LOT', 'record', 201, { candidates: [LOT, 101] }),
      finding(13, 'MASTER_MISSING', 'item', 7, { item: 'X' }),
    ]);
    await manager.insert(
      SyncRunRow,
      [1, 2, 3].map((n) => ({
        pk: 300 + n,
        system: 'erp',
        state: 'SUCCEEDED',
        startedAt: NOW,
        finishedAt: NOW,
        rowsRead: n,
        rowsChanged: n,
        rowsUnchanged: 0,
        rowsRejected: 0,
        mappingVersion: 'm1',
      })),
    );
  });
}

describeEachDatabase('governance', (open) => {
  let database: Database;
  let governance: Subgraph;

  beforeAll(async () => {
    database = await open({ entities: CANONICAL_ENTITIES, migrations: CANONICAL_MIGRATIONS });
    await fill(database);
    governance = createGovernanceSubgraph(subgraphServices(database, tableReads(database)));
  });

  test('shows the systems with their streams, lag and counts', async () => {
    const fields =
      'id name { en zh } kind mappingVersion lagSeconds stale records rejectedRows openFindings streams { name recordType lastError watermark }';
    expect(await dataOf(governance, `{ sourceSystems { ${fields} } }`)).toEqual({
      sourceSystems: [
        {
          id: 'erp',
          name: { en: 'ERP', zh: '企业资源计划系统' },
          kind: 'ERP',
          mappingVersion: 'm1',
          lagSeconds: 60,
          stale: false,
          records: 3,
          rejectedRows: 1,
          openFindings: 2,
          streams: [
            { name: 'batches', recordType: 'lot', lastError: null, watermark: null },
            { name: 'ledger', recordType: 'movement', lastError: null, watermark: '{"at":1}' },
          ],
        },
        {
          id: 'unheard-of',
          name: null,
          kind: null,
          mappingVersion: 'm2',
          lagSeconds: null,
          stale: true,
          records: 0,
          rejectedRows: 0,
          openFindings: 0,
          streams: [{ name: 'x', recordType: 'lot', lastError: 'SOURCE_UNAVAILABLE', watermark: null }],
        },
      ],
    });
  });

  test('narrows findings, and shows no internal key in their facts', async () => {
    const query = (filter: string): string =>
      `{ findings(filter: ${filter}) { nodes { rule state lot { id } item { id } facts } } }`;
    expect(await dataOf(governance, query('{ severities: [ERROR] }'))).toEqual({
      findings: {
        nodes: [
          {
            rule: 'AMBIGUOUS_LOT',
            state: 'OPEN',
            lot: null,
            item: null,
            facts: { candidates: [toId('lot', LOT), toId('lot', 101)] },
          },
        ],
      },
    });
    expect(await dataOf(governance, query(`{ lot: "${toId('lot', LOT)}", state: OPEN }`))).toEqual({
      findings: {
        nodes: [
          {
            rule: 'VALUE_DIFFERS',
            state: 'OPEN',
            lot: { id: toId('lot', LOT) },
            item: null,
            facts: { values: { erp: 'a', wms: 'b' } },
          },
        ],
      },
    });
    expect(await dataOf(governance, query('{ state: RESOLVED }'))).toMatchObject({
      findings: { nodes: [{ item: { id: toId('item', 7) } }] },
    });
    expect(await dataOf(governance, query('{ rules: [] }'))).toEqual({ findings: { nodes: [] } });
  });

  test('shows the findings of fifty lots with one statement', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => toId('lot', LOT + n));
    const before = database.statementCount;
    const lots = await askEntities<{ findings: { rule: string }[] }>(
      governance,
      'Lot',
      ids,
      'findings { rule }',
    );
    expect(database.statementCount - before).toBe(1);
    expect(lots[0]).toEqual({ findings: [{ rule: 'VALUE_DIFFERS' }] });
    expect(lots[1]).toEqual({ findings: [] });
  });

  test('shows rejected rows with what the source gave', async () => {
    const query = (resolved: boolean): string =>
      `{ rejectedRows(filter: { system: "erp", stream: "batches", resolved: ${String(resolved)} }) { nodes { system stream key code field raw } } }`;
    const row = { system: 'erp', stream: 'batches', code: 'MISSING', field: 'item' };
    expect(await dataOf(governance, query(false))).toEqual({
      rejectedRows: { nodes: [{ ...row, key: 'B9', raw: { name: 'B9' } }] },
    });
    expect(await dataOf(governance, query(true))).toEqual({
      rejectedRows: { nodes: [{ ...row, key: 'B8', raw: 'no json' }] },
    });
  });

  test('pages through runs, and refuses a cursor of another list', async () => {
    type Page = {
      syncRuns: { nodes: { rowsRead: number }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    };
    const query =
      'query ($after: String, $system: String) { syncRuns(system: $system, first: 2, after: $after) { nodes { rowsRead } pageInfo { hasNextPage endCursor } } }';
    const first = await dataOf<Page>(governance, query, { system: 'erp' });
    expect(first.syncRuns.nodes).toEqual([{ rowsRead: 3 }, { rowsRead: 2 }]);
    const after = first.syncRuns.pageInfo.endCursor;
    const second = await dataOf<Page>(governance, query, { system: 'erp', after });
    expect(second.syncRuns).toMatchObject({ nodes: [{ rowsRead: 1 }], pageInfo: { hasNextPage: false } });
    expect(codesOf(await ask(governance, query, { system: 'wms', after }))).toEqual(['INVALID_INPUT']);
  });

  test('finds terms in either language, and shows where the graph uses them', async () => {
    const search =
      'query ($s: String) { dictionaryTerms(search: $s, first: 1) { nodes { id name { en zh } } } }';
    const verdict = {
      dictionaryTerms: {
        nodes: [{ id: 'inspection.verdict', name: { en: 'Inspection verdict', zh: '检验结论' } }],
      },
    };
    expect(await dataOf(governance, search, { s: 'Inspection Verdict' })).toEqual(verdict);
    expect(await dataOf(governance, search, { s: '检验结论' })).toEqual(verdict);
    const term = await dataOf<{ dictionaryTerm: { coordinates: string[] } }>(
      governance,
      '{ dictionaryTerm(id: "inspection.verdict") { classification regulated owner values { code name { zh } } coordinates } }',
    );
    expect(term).toMatchObject({
      dictionaryTerm: {
        classification: 'INTERNAL',
        values: [{ code: 'PASS', name: { zh: '合格' } }, { code: 'FAIL' }, { code: 'PENDING' }],
      },
    });
    expect(term.dictionaryTerm.coordinates).toContain('Inspection.verdict');
    expect(await dataOf(governance, '{ dictionaryTerm(id: "none") { id } }')).toEqual({
      dictionaryTerm: null,
    });
  });

  test('narrows the dictionary by classification, a page at a time', async () => {
    const page = await dataOf(
      governance,
      '{ dictionaryTerms(classification: RESTRICTED, group: "quality-of-data") { nodes { id } } }',
    );
    expect(page).toEqual({
      dictionaryTerms: {
        nodes: [
          { id: 'finding.facts' },
          { id: 'finding.values' },
          { id: 'findingValue.key' },
          { id: 'findingValue.value' },
          { id: 'rejectedRow.message' },
          { id: 'rejectedRow.raw' },
        ],
      },
    });
  });
});
