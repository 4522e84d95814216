/** Ways around signing for one thing at a time: other names, fragments, neighbours, registered documents, services. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readDocuments } from '../../gateway/documents/document-file';
import { writeManifest } from '../../gateway/documents/manifest';
import { type Answer, Cleanup } from '../gateway/toy-gateway';
import { type SecurityWorld, startSecurityWorld } from './security-world';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const release = (name: string): string =>
  `${name}: releaseLot(lot: "lot_1", reason: "x") { refusals { code } }`;
const TWO_ACTS: Readonly<Record<string, string>> = {
  'two-names': `mutation TwoNames { ${release('a')} ${release('b')} }`,
  'two-kinds': `mutation TwoKinds { ${release('a')} b: rejectLot(lot: "lot_1", reason: "x") { refusals { code } } }`,
  'two-subgraphs': `mutation TwoSubgraphs { ${release('a')}
    b: adjustLotQuantity(lot: "lot_1", location: "loc_1", quantity: "1", reason: "x") { refusals { code } } }`,
  'two-fragments': `mutation TwoFragments { ...A ... on Mutation { ...B } }
    fragment A on Mutation { ${release('a')} } fragment B on Mutation { ${release('b')} }`,
  'one-left-out': `mutation OneLeftOut { ${release('a')} ... @skip(if: true) { ${release('b')} } }`,
};
const ONE_ACT =
  'mutation OneAct($lot: ID!) { releaseLot(lot: $lot, reason: "x") { refusals { code } signOff { id } } }';

let graph: SecurityWorld;
const ids = new Map<string, string>();
beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-acts-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'shared'));
  for (const [name, text] of Object.entries({ ...TWO_ACTS, 'one-act': ONE_ACT }))
    writeFileSync(path.join(folder, 'shared', `${name}.graphql`), text);
  const { documents } = readDocuments(folder);
  writeManifest(folder, documents);
  for (const { file, id } of documents) ids.set(path.basename(file, '.graphql'), id);
  graph = await startSecurityWorld(cleanup, { empty: true, env: { LOTGRAPH_DOCUMENTS: folder } });
}, 120_000);

const LEAD = { roles: ['qa-lead', 'warehouse-operator'] };
const codesOf = ({ json }: Answer): unknown[] =>
  (json.errors ?? []).map(({ extensions }) => extensions['code']);
const proposals = async (): Promise<number> =>
  (await graph.entries('signOff.propose')).filter(({ code }) => code === null).length;

describe.each(['single', 'split'] as const)('with the %s topology', (topology) => {
  test.each(Object.keys(TWO_ACTS))(
    'a document of two acts is refused whole, sent or registered: %s',
    async (name) => {
      const before = await proposals();
      for (const body of [{ query: TWO_ACTS[name] }, { documentId: ids.get(name) }]) {
        const answer = await graph.post(body, LEAD, { topology });
        expect([answer.status, ...codesOf(answer)]).toEqual([400, 'SIGN_OFF_ONE_ACT']);
        expect(answer.json.data ?? null).toBeNull();
      }
      expect(await proposals()).toBe(before);
    },
  );

  test('a registered act is proposed, refused and audited like one that is sent', async () => {
    const outcome = async (what: object): Promise<unknown> => {
      const { json } = await graph.post({ ...what, variables: { lot: 'lot_zzzz' } }, LEAD, { topology });
      return { data: json.data, codes: (json.errors ?? []).map(({ extensions }) => extensions['code']) };
    };
    const sent = await outcome({ query: ONE_ACT });
    expect(await outcome({ documentId: ids.get('one-act') })).toEqual(sent);
    expect(JSON.stringify(sent)).toMatch(/"code":"[A-Z_]+"|"codes":\["[A-Z_]+"/);
    expect(JSON.stringify(sent)).not.toMatch(/"signOff":\{/);
  });

  test('a service proposes nothing, whatever roles its token claims [21 CFR 11.200(a)]', async () => {
    const before = await proposals();
    const service = { ...LEAD, kind: 'service' as const, person: null, client: 'app' };
    const { text } = await graph.post(
      { documentId: ids.get('one-act'), variables: { lot: 'lot_1' } },
      service,
      { topology },
    );
    expect(text).toMatch(/"code":"[A-Z_]+"/);
    expect(await proposals()).toBe(before);
  });
});
