/** Registered documents: run by id, the only thing that an app may run where so configured, and checked at the start. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readDocuments } from '../../gateway/documents/document-file';
import { writeManifest } from '../../gateway/documents/manifest';
import type { Caller } from '../../platform/request';
import { type Answer, Cleanup, send, startSingle, tokenOf, type ToyGateway } from './toy-gateway';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const LOT = 'query LotNumber($id: ID!) { lot(id: $id) { lotNumber } }\n';

/** A folder of documents, registered as they stand. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-documents-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  writeManifest(folder, readDocuments(folder).documents);
  return folder;
}

const idIn = (folder: string, file: string): string =>
  readDocuments(folder).documents.find((document) => document.file === file)?.id ?? '';

const start = (folder: string, only: string): Promise<ToyGateway> =>
  startSingle(cleanup, { env: { LOTGRAPH_DOCUMENTS: folder, LOTGRAPH_DOCUMENTS_ONLY: only } });

async function post(toy: ToyGateway, body: object, caller?: Partial<Caller>): Promise<Answer> {
  const token =
    caller === undefined ? toy.token : await tokenOf(toy.config, { caller: { ...SERVICE, ...caller } });
  return await send(toy.gateway, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

const SERVICE: Caller = {
  ...{ subject: 'svc', person: null, name: 'Printer', kind: 'service', roles: ['service'], sites: [] },
  ...{ suppliers: [], session: 's-2', client: 'printer', onBehalfOf: null },
};
const codeOf = ({ status, json }: Answer): unknown[] => [status, json.errors?.[0]?.extensions['code']];

describe('a registered document', () => {
  const folder = folderOf({
    'printer/lot.graphql': LOT,
    'shared/now.graphql': 'query Now { now }',
    'recall/many.graphql': 'query Many($n: Int!) { lots(first: $n) { nodes { id } } }',
  });
  let toy: ToyGateway;
  beforeAll(async () => {
    toy = await start(folder, 'services');
  });

  test('is run by its id, with variables', async () => {
    const { json } = await post(
      toy,
      { documentId: idIn(folder, 'printer/lot.graphql'), variables: { id: '7' } },
      {},
    );
    expect(json).toMatchObject({ data: { lot: { lotNumber: 'LT-7' } } });
  });

  test('of all apps is run by a service, and one of another app is refused', async () => {
    expect((await post(toy, { documentId: idIn(folder, 'shared/now.graphql') }, {})).status).toBe(200);
    const many = { documentId: idIn(folder, 'recall/many.graphql'), variables: { n: 1 } };
    expect(codeOf(await post(toy, many, {}))).toEqual([403, 'DOCUMENT_NOT_ALLOWED']);
    expect((await post(toy, many, { client: 'recall' })).status).toBe(200);
  });

  test('is under the same limits as any query', async () => {
    const many = { documentId: idIn(folder, 'recall/many.graphql'), variables: { n: 1_000_000 } };
    expect(codeOf(await post(toy, many))).toEqual([400, 'OPERATION_TOO_COMPLEX']);
    expect(codeOf(await post(toy, { ...many, variables: {} }))).toEqual([400, 'INVALID_INPUT']);
  });

  test('is all that a service may run, and the refusal is audited', async () => {
    toy.audit.entries.length = 0;
    expect(codeOf(await post(toy, { query: LOT, variables: { id: '7' } }, {}))).toEqual([
      403,
      'DOCUMENT_NOT_ALLOWED',
    ]);
    expect(toy.audit.entries).toMatchObject([
      {
        action: 'access.refused',
        outcome: 'REFUSED',
        code: 'DOCUMENT_NOT_ALLOWED',
        actor: { account: 'svc' },
      },
    ]);
    expect((await post(toy, { query: '{ now }' })).status).toBe(200); // a person
  });

  test.each([
    ['of an id that nobody registered', { documentId: 'sha256:00' }, 'NOT_FOUND'],
    ['of an id that every object has', { documentId: 'constructor' }, 'NOT_FOUND'],
    ['beside a query', { documentId: 'sha256:00', query: '{ now }' }, 'INVALID_REQUEST'],
    ['by an id that is no text', { documentId: { $ne: '' } }, 'INVALID_REQUEST'],
  ])('is not found, or refused: %s', async (_name, body, code) => {
    expect(codeOf(await post(toy, body, {}))[1]).toBe(code);
  });
});

test('where all must use documents, a person must too; where nobody must, a service need not', async () => {
  const folder = folderOf({ 'shared/now.graphql': 'query Now { now }' });
  expect(codeOf(await post(await start(folder, 'all'), { query: '{ now }' }))).toEqual([
    403,
    'DOCUMENT_NOT_ALLOWED',
  ]);
  expect((await post(await start(folder, 'off'), { query: '{ now }' }, {})).status).toBe(200);
});

describe('the gateway does not start with a document', () => {
  test.each([
    [
      'that does not fit the schema',
      'query Lot {\n  lot(id: "1") {\n    colour\n  }\n}',
      'shared/a.graphql:3: Cannot query',
    ],
    [
      'that is too deep',
      `query Deep { lot(id: "1") { ${'parent { '.repeat(20)}id${' }'.repeat(20)} } }`,
      'more than 15 depth',
    ],
    [
      'that costs too much whatever its variables',
      'query Much { lots(first: 1000000) { nodes { id } } }',
      'more than the 10000',
    ],
    ['that is no GraphQL', 'query Broken {', 'shared/a.graphql:1: Syntax Error'],
    ['without a name', '{ now }', 'must hold one operation, with a name'],
    ['of two operations', 'query A { now } query B { now }', 'must hold one operation, with a name'],
  ])('%s, and says where', async (_name, text, message) => {
    await expect(start(folderOf({ 'shared/a.graphql': text }), 'off')).rejects.toThrow(message);
  });

  test('that was edited after it was registered', async () => {
    const folder = folderOf({ 'shared/now.graphql': 'query Now { now }' });
    writeFileSync(path.join(folder, 'shared/now.graphql'), 'query Now { caller }');
    await expect(start(folder, 'off')).rejects.toThrow(
      'shared/now.graphql:1: is not registered as it stands',
    );
  });

  test('that is registered and gone', async () => {
    const folder = folderOf({ 'shared/now.graphql': 'query Now { now }' });
    rmSync(path.join(folder, 'shared/now.graphql'));
    await expect(start(folder, 'off')).rejects.toThrow('is not there');
  });
});
