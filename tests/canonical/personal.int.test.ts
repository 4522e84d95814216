/** Words about persons in source records: sealed before they are kept, shown while their key lives, erased with it. */
import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SyncService, type SyncSummary } from '../../canonical/sync/sync-service';
import { versionHash } from '../../canonical/sync/batch-seal';
import type { LegacySystem } from '../../connectors/contract';
import { loadMappings } from '../../connectors/load-mappings';
import { openSystems } from '../../connectors/open-system';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { eraseSourcePerson } from '../../controls/audit/erase-person';
import { Leases } from '../../controls/jobs/lease';
import type { Controls } from '../../controls/open-controls';
import type { Database } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { silentLogger } from '../../platform/log';
import { createQualitySubgraph } from '../../subgraphs/quality/subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { dataOf, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { ruleSource, shippedRules } from '../support/rules';
import { tableReads } from '../support/table-reads';

const MAPPING = `language: 1
system: { id: lab, name: { en: Lab, zh: 实验室 }, kind: FILES, timeZone: UTC }
connector: { type: file, connection: env:DIR }
codes:
  states: { entries: { done: VERIFIED }, unknown: reject }
streams:
  samples:
    recordType: inspection
    source: { files: samples.csv }
    key: number
    fields:
      number: number
      lotNumber: lot
      state: { from: state, apply: [{ lookup: states }] }
      inspector: { from: [checked_by, drawn_by], apply: [coalesce] }
    personal: [{ column: checked_by }, { column: drawn_by }]
  results:
    recordType: inspectionResult
    source: { files: results.csv }
    key: id
    fields:
      inspection: number
      keyword: keyword
      state: { from: state, apply: [{ lookup: states }] }
      analyst: analyst_name
    personal: [{ column: analyst_name, subject: analyst }, { column: analyst }]
`;
const SAMPLES = `number,lot,state,drawn_by,checked_by
S-1,L1,done,zhou.min,
S-2,L1,done,zhou.min, chen.hao
S-3,L1,lost,zhou.min,chen.hao
S-4,L1,done,,
`;
const RESULTS = `id,number,keyword,state,analyst,analyst_name
R-1,S-1,A,done,chen.hao,陈浩
R-2,S-1,B,done,zhou.min,Zhou Min
`;
const WORDS = ['zhou.min', 'chen.hao', '陈浩', 'Zhou Min'];

interface Shown {
  inspections: {
    nodes: { number: string; inspector: string | null; results: { analyst: string | null }[] }[];
  };
}

describeEachDatabase('words about persons', (open, dialect) => {
  const root = mkdtempSync(path.join(tmpdir(), 'lotgraph-personal-'));
  let database: Database;
  let controls: Controls;
  let subgraph: Subgraph;
  let system: LegacySystem;
  let sync: (given?: Partial<Controls>) => Promise<SyncSummary>;

  /** Puts a file there, always under the same time: that stands in each of its rows. */
  const put = (name: string, text: string): void => {
    writeFileSync(path.join(root, name), text);
    utimesSync(path.join(root, name), 1_700_000_000, 1_700_000_000);
  };

  beforeEach(async () => {
    const folder = path.join(root, 'mappings', 'lab');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'mapping.yaml'), MAPPING);
    put('samples.csv', SAMPLES);
    put('results.csv', RESULTS);
    database = await open(ALL_TABLES);
    const services = subgraphServices(database, tableReads(database));
    controls = services.controls;
    subgraph = createQualitySubgraph(services);
    const opened = openSystems(loadMappings(path.join(root, 'mappings')), {
      ...{ env: { DIR: root }, clock: services.clock, logger: silentLogger },
    });
    system = opened.systems[0] as LegacySystem;
    sync = async (given = controls) => {
      const leases = new Leases(database, services.clock, 'personal');
      const service = new SyncService({
        ...{ ...services, consistencyRules: ruleSource(shippedRules(services.dictionary)), leases },
        controls: { ...given, audit: controls.audit },
      });
      return await service.run(system, { signal: AbortSignal.timeout(20_000) });
    };
  });

  const everything = async (): Promise<string> => {
    const listed = await database.reader.query<Record<string, string>[]>(
      dialect === 'mysql' ? 'SHOW TABLES' : "SELECT name FROM sqlite_master WHERE type = 'table'",
    );
    const rows: unknown[] = [];
    for (const table of listed)
      rows.push(await database.reader.query(`SELECT * FROM ${Object.values(table)[0]}`));
    return JSON.stringify(rows);
  };
  const versions = (): Promise<
    { raw: string; canonical: string; hash: string; void_reason: string | null }[]
  > => database.reader.query('SELECT * FROM source_version ORDER BY record_pk, version');
  const shown = async (): Promise<Record<string, (string | null)[]>> => {
    const query = '{ inspections(first: 9) { nodes { number inspector results { analyst } } } }';
    const { inspections } = await dataOf<Shown>(subgraph, query);
    return Object.fromEntries(
      inspections.nodes.map((one) => [one.number, [one.inspector, ...one.results.map((r) => r.analyst)]]),
    );
  };
  const erase = (name: string) =>
    eraseSourcePerson(
      { database, audit: controls.audit, personal: controls.personal, persons: controls.sourcePersons },
      ...([SYSTEM_ACTOR, { system: 'lab', name }, 'asked for'] as const),
    );

  test('stand in no table in clear, and are shown by the graph', async () => {
    expect(await sync()).toMatchObject({ state: 'SUCCEEDED', changed: 5, rejected: 1 });
    const kept = await everything();
    expect(WORDS.filter((word) => kept.includes(word))).toEqual([]);
    expect(kept).toContain('S-3');
    expect(await shown()).toEqual({
      'S-1': ['zhou.min', '陈浩', 'Zhou Min'],
      'S-2': [' chen.hao'],
      'S-4': [null],
    });
  });

  test('come out the same when a row is read again', async () => {
    await sync();
    const before = await versions();
    put('samples.csv', `${SAMPLES}\n`);
    put('results.csv', `${RESULTS}\n`);
    expect(await sync()).toMatchObject({ read: 6, changed: 0, unchanged: 5 });
    expect(await versions()).toEqual(before);
  });

  test('are gone with their key, whoever else is named; hashes hold and nothing brings them back', async () => {
    await sync();
    const before = await versions();
    expect(await erase('chen.hao')).toBe('ERASED');
    expect(await shown()).toEqual({ 'S-1': ['zhou.min', null, 'Zhou Min'], 'S-2': [null], 'S-4': [null] });
    const after = await versions();
    expect(after).toEqual(before);
    for (const one of after) expect(versionHash(one.raw, one.canonical, one.void_reason)).toBe(one.hash);
    expect(await everything()).not.toContain('chen.hao');

    put('samples.csv', `${SAMPLES}S-5,L1,done,,chen.hao\n`);
    put('results.csv', `${RESULTS}\n`);
    // S-2, R-1 and the new S-5
    expect(await sync()).toMatchObject({ read: 7, changed: 3 });
    expect(await shown()).toMatchObject({
      'S-1': ['zhou.min', null, 'Zhou Min'],
      'S-2': [null],
      'S-5': [null],
    });
    expect(await everything()).not.toContain('chen.hao');
    put('samples.csv', `${SAMPLES}S-5,L1,done,,chen.hao\n\n`);
    expect(await sync()).toMatchObject({ read: 5, changed: 0 });
    expect(await erase('chen.hao')).toBe('BEFORE');
  });

  test('of somebody who was erased before a record came are never readable', async () => {
    expect(await erase('zhou.min')).toBe('NEW');
    await sync();
    expect(await shown()).toEqual({ 'S-1': [null, '陈浩', null], 'S-2': [' chen.hao'], 'S-4': [null] });
  });

  test('are not read at all where there are no keys', async () => {
    const summary = await sync({});
    expect(summary).toMatchObject({ state: 'FAILED', changed: 0, errorCode: 'INTERNAL' });
    expect(await versions()).toEqual([]);
  });

  test('that were altered in the database are refused, not shown', async () => {
    await sync();
    const [row] = await database.reader.query<{ inspector: string }[]>(
      "SELECT inspector FROM inspection WHERE number = 'S-1'",
    );
    const sealed = row?.inspector ?? '';
    const altered = sealed.slice(0, -4) + (sealed.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    const persons = controls.sourcePersons;
    expect((await persons.open(database.reader, [sealed, 'plain'])).get('plain')).toBe('plain');
    await expect(persons.open(database.reader, [altered])).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
