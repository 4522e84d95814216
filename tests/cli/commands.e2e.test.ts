/** Commands beside a deployment: tokens in demo mode alone, queries with an exit code. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commandConfig } from '../../cli/command-config';
import { runQuery } from '../../cli/query';
import { summaryTable } from '../../cli/sync';
import { demoToken } from '../../cli/token';
import { demoTokenKey } from '../../controls/identity/keys';
import { Cleanup, startSingle } from '../gateway/toy-gateway';

const cleanup = new Cleanup();
const root = path.join(__dirname, '../..');
const given = { ...process.env };
afterEach(() => {
  process.env = { ...given };
});
afterAll(() => cleanup.run());

const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-commands-'));
cleanup.add(() => rmSync(folder, { recursive: true, force: true }));

test('a data folder that holds the demo key is the demo’s, where no mode is named', () => {
  const data = path.join(folder, 'demo');
  demoTokenKey(commandConfig(root, { LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: data }));
  expect(commandConfig(root, { LOTGRAPH_DATA: data }).mode).toBe('demo');
});

test('no token is given outside demo mode', async () => {
  const key = path.join(folder, 'issuer.pem');
  writeFileSync(key, 'x');
  mkdirSync(path.join(folder, 'production'));
  Object.assign(process.env, {
    LOTGRAPH_MODE: 'production',
    LOTGRAPH_DATA: path.join(folder, 'production'),
    LOTGRAPH_ALLOW_SQLITE: '1',
    LOTGRAPH_TOKEN_PUBLIC_KEY: key,
    LOTGRAPH_TOKEN_ISSUER: 'https://id.example',
    LOTGRAPH_AUDIT_SINK: `file:${path.join(folder, 'checkpoints.jsonl')}`,
  });
  await expect(demoToken(root, 'analyst', null)).rejects.toThrow(/only in demo mode/);
});

test('a query prints the answer, and exits with 1 when it has errors', async () => {
  const toy = await startSingle(cleanup);
  process.env['LOTGRAPH_DATA'] = toy.config.dataDir;
  const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const file = path.join(folder, 'query.graphql');
  writeFileSync(file, 'query Q($n: Int!) { lots(first: $n) { nodes { id } } }');
  const options = { url: toy.gateway.url, token: toy.token };
  expect(await runQuery(root, file, { ...options, variables: '{"n":1}' })).toBe(0);
  expect(JSON.parse(String(printed.mock.calls[0]?.[0]))).toMatchObject({
    data: { lots: { nodes: [{ id: '1' }] } },
  });
  expect(await runQuery(root, file, options)).toBe(1);
  printed.mockRestore();
});

test('a query to a gateway that is not there says so', async () => {
  const file = path.join(folder, 'one.graphql');
  writeFileSync(file, '{ now }');
  await expect(runQuery(root, file, { url: 'http://127.0.0.1:9', token: 't' })).rejects.toThrow(
    /no gateway answers/,
  );
});

test('a sync is summed up in a table', () => {
  const counts = { read: 12, changed: 3, unchanged: 8, rejected: 1 };
  const summary = { ...counts, system: 'erp', state: 'SUCCEEDED', streams: [], durationMs: 1500 } as const;
  expect(
    summaryTable([
      { ...summary, errorCode: null, errorMessage: null },
      {
        ...summary,
        system: 'wms',
        state: 'FAILED',
        errorCode: 'SOURCE_UNAVAILABLE',
        errorMessage: 'no answer',
      },
    ]),
  ).toBe(
    [
      'system  state      read  changed  unchanged  rejected  seconds',
      'erp     SUCCEEDED    12        3          8         1      1.5',
      'wms     FAILED       12        3          8         1      1.5',
      'wms: no answer',
    ].join('\n'),
  );
});
