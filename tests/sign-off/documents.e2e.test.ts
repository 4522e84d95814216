/** Two acts in one document, by every way into the real gateway, in one process and split: refused, and written down. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readDocuments } from '../../gateway/documents/document-file';
import { writeManifest } from '../../gateway/documents/manifest';
import { Cleanup } from '../gateway/toy-gateway';
import { startSecurityWorld, type SecurityWorld } from '../security/security-world';

jest.setTimeout(120_000);

const TWO =
  'mutation Two { releaseLot(lot: "lot_1", reason: "r") { signOff { id } } rejectLot(lot: "lot_1", reason: "r") { signOff { id } } }';
const DOCUMENTS = {
  'under aliases':
    'mutation { a: releaseLot(lot: "lot_1", reason: "r") { signOff { id } } b: releaseLot(lot: "lot_2", reason: "r") { signOff { id } } }',
  'through a fragment':
    'mutation { ...F releaseLot(lot: "lot_1", reason: "r") { signOff { id } } } fragment F on Mutation { ... { rejectLot(lot: "lot_1", reason: "r") { signOff { id } } } }',
  'in two subgraphs':
    'mutation { releaseLot(lot: "lot_1", reason: "r") { signOff { id } } changeLotExpiry(lot: "lot_1", expiresOn: "2027-01-01", evidence: "e", reason: "r") { signOff { id } } }',
  'of which one signs':
    'mutation { releaseLot(lot: "lot_1", reason: "r") { signOff { id } } signReleaseLot(signOff: "x", ticket: "t") { signOff { id } } }',
  'in two operations':
    'mutation A { releaseLot(lot: "lot_1", reason: "r") { signOff { id } } } mutation B { rejectLot(lot: "lot_1", reason: "r") { signOff { id } } }',
} as const;

const OFFICER = { subject: 'olga', person: 'olga', name: 'Olga', roles: ['qa-officer', 'qa-lead'] };

describe('a document with two acts', () => {
  const cleanup = new Cleanup();
  let security: SecurityWorld;
  let documentId = '';
  const codes = (json: { errors?: { extensions: Record<string, unknown> }[] }): unknown[] =>
    (json.errors ?? []).map((error) => error.extensions['code']);
  const refusals = async (): Promise<number> =>
    (await security.entries('signOff.propose')).filter(({ code }) => code === 'SIGN_OFF_ONE_ACT').length;

  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-acts-'));
    mkdirSync(path.join(folder, 'app'));
    writeFileSync(path.join(folder, 'app', 'two.graphql'), `${TWO}\n`);
    writeManifest(folder, readDocuments(folder).documents);
    documentId = readDocuments(folder).documents[0]?.id ?? '';
    security = await startSecurityWorld(cleanup, { empty: true, env: { LOTGRAPH_DOCUMENTS: folder } });
  });
  afterAll(() => cleanup.run());

  describe.each(['single', 'split'] as const)('sent to a %s deployment', (topology) => {
    it.each(Object.entries(DOCUMENTS))('%s is refused and written down', async (_how, query) => {
      const before = await refusals();
      const operation = query.startsWith('mutation A') ? { operationName: 'A' } : {};
      const { json } = await security.post({ query, ...operation }, OFFICER, { topology });
      expect(codes(json)).toEqual(['SIGN_OFF_ONE_ACT']);
      expect(await refusals()).toBe(before + 1);
    });

    it('that was registered is refused like any other', async () => {
      const before = await refusals();
      const { json } = await security.post({ documentId }, OFFICER, { topology });
      expect(codes(json)).toEqual(['SIGN_OFF_ONE_ACT']);
      expect(await refusals()).toBe(before + 1);
    });

    it('two acts in a batch are refused with the batch', async () => {
      const one = { query: 'mutation { releaseLot(lot: "lot_1", reason: "r") { signOff { id } } }' };
      const { json } = await security.post([one, one], OFFICER, { topology });
      expect(codes(json)).toEqual(['INVALID_REQUEST']);
    });

    it('one act alone reaches the engine, which refuses a lot that is not there', async () => {
      const query = 'mutation { releaseLot(lot: "lot_1", reason: "r") { signOff { id } refusals { code } } }';
      const { json } = await security.post({ query }, OFFICER, { topology });
      expect(json.data).toEqual({ releaseLot: { signOff: null, refusals: [{ code: 'NOT_FOUND' }] } });
    });
  });
});
