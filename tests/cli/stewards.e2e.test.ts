/** Mappings, the identity map and findings as people work on them: the `lotgraph` command against a gateway that runs. */
import path from 'node:path';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import { openSync } from '../../worker/open-sync';
import { ERP_MAPPING, TerminalWorld, idIn } from './terminal-world';

const ROOT = path.resolve(__dirname, '../..');

jest.setTimeout(60_000);

let world: TerminalWorld;
beforeAll(async () => {
  world = await TerminalWorld.start();
}, 120_000);
afterAll(() => world.close());

const lotgraph = (...args: string[]) => world.lotgraph(...args);
const sign = (id: string, user: string) => world.sign(id, user);
const expiries = async () =>
  (
    await world.rows<{ lot_number: string; expires_on: string }>(
      'SELECT lot_number, expires_on FROM lot ORDER BY lot_number',
    )
  ).map((row) => `${row.lot_number} ${row.expires_on}`);
const holds = (number: string, expiry: string) => async () =>
  (await expiries()).includes(`${number} ${expiry}`);

describe('a mapping', () => {
  const MADE = (text: string) => text.replace('from: expiry', 'from: made');

  test('that leaves questions open is compared, and published by nobody', async () => {
    const file = world.draft('asks.yaml', (text) =>
      MADE(text).replace('      remarks: note', '      # TODO remarks: which?\n      remarks: note'),
    );
    const diff = await lotgraph('map', 'diff', file);
    expect(diff.err).toMatch(/asks\.yaml:18:7 TODO remarks: which\?/u);
    expect([diff.code, diff.out]).toEqual([0, expect.stringContaining('lot.expiresOn: 2')]);
    const published = await lotgraph('map', 'publish', file, '--reason', 'made');
    expect([published.code, published.err]).toEqual([1, expect.stringContaining('MAPPING_HAS_QUESTIONS')]);
    expect(published.out).not.toContain('sign-off');
  });

  test('that leaves questions open begins no deployment either, which nobody would have looked at', async () => {
    const { env, drop } = await TerminalWorld.prepare(`${ERP_MAPPING}# TODO which plant?\n`);
    const config = loadConfig(env, ROOT);
    await expect(openSync(config, ROOT, env, silentLogger)).rejects.toThrow(
      /erp\/mapping\.yaml:19:1 TODO which plant\? \(a draft is not published/u,
    );
    await drop();
  });

  test('that does not compile is told by the file that was named', async () => {
    const file = world.draft('wrong.yaml', (text) => text.replace('lotNumber: no', 'lotNubmer: no'));
    const { code, err } = await lotgraph('map', 'publish', file, '--reason', 'x');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/wrong\.yaml:16:\d+ .*lot has no field "lotNubmer"/u),
    ]);
  });

  test('of remarks is published by one person', async () => {
    const file = world.draft('remarks.yaml', (text) => text.replace('remarks: note', 'remarks: made'));
    const { code, out } = await lotgraph('map', 'publish', file, '--reason', 'remarks are elsewhere');
    expect(out).toMatch(
      /No regulated value changes: one person may publish it\.\nPublished version 2 of erp/u,
    );
    expect(code).toBe(0);
  });

  test('of an expiry is published by two people, and rolled back by two to the identical state', async () => {
    const before = await expiries();
    const file = world.draft('made.yaml', (text) => MADE(text).replace('remarks: note', 'remarks: made'));
    const proposed = await lotgraph('map', 'publish', file, '--reason', 'expiry is the day of manufacture');
    expect(proposed.out).toMatch(/! VALUE lot\.expiresOn of 1: 2029-01-31 → 2027-01-31/u);
    const id = idIn(proposed.out);
    expect((await sign(id, 'integration-engineer')).code).toBe(0);
    expect((await sign(id, 'integration-engineer')).code).toBe(1);
    expect(await expiries()).toEqual(before);
    expect((await sign(id, 'qa-lead')).code).toBe(0);
    await world.until(holds('LT-1', '2027-01-31'));

    const back = await lotgraph('map', 'rollback', 'erp', '2', '--reason', 'it is not');
    expect(back.out).toMatch(/Compared with version 3 of erp/u);
    for (const user of ['integration-engineer', 'qa-lead'])
      expect((await sign(idIn(back.out), user)).code).toBe(0);
    await world.until(holds('LT-1', '2029-01-31'));
    expect(await expiries()).toEqual(before);
    const history = await lotgraph('map', 'history', 'erp');
    expect(history.out.match(/^\d+ .*$/gmu)?.map((line) => line.replace(/^(\d+) .* {2}/u, '$1 '))).toEqual([
      '4 it is not',
      '3 expiry is the day of manufacture',
      '2 remarks are elsewhere',
      '1 shipped with the product',
    ]);
    expect(history.out).toMatch(/done: \d+ rows mapped again/u);
  });

  test('rolls back to no version that is not there', async () => {
    const { code, err } = await lotgraph('map', 'rollback', 'erp', '9', '--reason', 'x');
    expect([code, err]).toEqual([1, 'erp has no version 9; see lotgraph map history erp\n']);
    expect((await lotgraph('map', 'history', 'no-such')).code).toBe(1);
  });

  test('takes hold of the copy by hand, without the source', async () => {
    world.working = false;
    const file = world.draft('hand.yaml', (text) =>
      text.replace('remarks: note', 'remarks: { value: hand }'),
    );
    expect((await lotgraph('map', 'publish', file, '--reason', 'by hand')).code).toBe(0);
    const remarks = () =>
      world.rows<{ remarks: string }>('SELECT DISTINCT remarks FROM lot WHERE mastered = 1');
    expect(await remarks()).not.toEqual([{ remarks: 'hand' }]);
    world.erp('ALTER TABLE lot RENAME TO gone');
    const derived = await lotgraph('map', 'rederive', 'erp');
    world.erp('ALTER TABLE gone RENAME TO lot');
    expect([derived.code, derived.out]).toEqual([0, 'erp: derived under its mapping\n']);
    world.working = true;
    const unknown = await lotgraph('map', 'rederive', 'nowhere');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('configured systems: erp, wms')]);
  });
});

describe('the identity map', () => {
  interface Pair {
    readonly firstId: string;
    readonly secondId: string;
  }
  const candidates = async () =>
    JSON.parse((await lotgraph('identity-map', 'candidates', '--type', 'lot', '--json')).out) as Pair[];
  const numbers = async () => (await expiries()).map((one) => one.replace(/ \d{4}-.*$/u, ''));
  async function bySigners(said: { readonly out: string }): Promise<void> {
    expect(said.out).toContain('two people sign it');
    for (const user of ['data-steward', 'qa-lead']) expect((await sign(idIn(said.out), user)).code).toBe(0);
  }
  let pair: readonly [string, string];

  test('shows a pair with its evidence, sets it aside with a reason, and takes that back', async () => {
    const { out } = await lotgraph('identity-map', 'candidates', '--type', 'lot');
    expect(out).toMatch(/^\d+ {2}lot {2}lot_\w+ {2}lot_\w+\n {4}\+ SAME_NORMAL_NAME {2}LT-2 \| lt 2$/mu);
    const [found] = await candidates();
    pair = [found?.firstId ?? '', found?.secondId ?? ''];
    const dismissed = await lotgraph('identity-map', 'dismiss', ...pair, '--reason', 'two labels');
    expect([dismissed.code, dismissed.out]).toEqual([0, expect.stringContaining('are set aside')]);
    // a sync looks at both again
    world.erp("UPDATE lot SET note = 'c' WHERE id = 2");
    await world.readAll();
    expect(await candidates()).toEqual([]);
    expect((await lotgraph('identity-map', 'dismissed')).out).toMatch(
      /dismissed by demo:data-steward at .*: two labels/u,
    );
    expect((await lotgraph('identity-map', 'restore', ...pair, '--reason', 'one after all')).code).toBe(0);
    expect(await candidates()).toHaveLength(1);
  });

  test('refuses what is no candidate, and whoever decides nothing', async () => {
    const twice = await lotgraph('identity-map', 'restore', ...pair, '--reason', 'again');
    expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('NOT_FOUND')]);
    const engineer = await lotgraph(
      ...['identity-map', 'dismiss', ...pair, '--reason', 'x', '--user', 'integration-engineer'],
    );
    expect([engineer.code, engineer.err]).toEqual([1, expect.stringMatching(/You may not/u)]);
  });

  test('makes two lots one by two signatures, and two again when that is taken back', async () => {
    const both = ['LT-1', 'LT-2', 'lt 2'];
    expect(await numbers()).toEqual(both);
    await bySigners(await lotgraph('identity-map', 'match', ...pair, '--reason', 'one label, two spellings'));
    await world.readAll();
    expect(await numbers()).toEqual(['LT-1', 'LT-2']);
    const { out } = await lotgraph('identity-map', 'history', pair[1]);
    expect(out).toMatch(/MATCHED {2}lot {2}.*lt 2.* → .*LT-2.* {2}one label, two spellings$/mu);
    await bySigners(await lotgraph('identity-map', 'split', pair[1], '--reason', 'two labels'));
    await world.readAll();
    expect(await numbers()).toEqual(both);
    expect((await lotgraph('identity-map', 'history', pair[1])).out).toContain('TAKEN_BACK');
  });
});

describe('rules and findings', () => {
  const findings = async (...args: string[]) =>
    (await lotgraph('findings', 'list', '--user', 'qa-lead', ...args)).out;

  test('are listed, run over all lots, and what they find is told with both values', async () => {
    const { out } = await lotgraph('rules', 'list', '--user', 'qa-lead');
    expect(out).toMatch(/^expiry-differs {2}WARNING {2}quality {2}valueDiffers {2}Expiry differs/mu);
    const run = await lotgraph('rules', 'run', '--rule', 'expiry-differs', '--user', 'qa-lead');
    expect([run.code, run.out]).toEqual([0, expect.stringMatching(/DONE {2}3 of 3 lots/u)]);
    const { out: listed } = await lotgraph(
      ...['findings', 'list', '--rule', 'expiry-differs', '--user', 'integration-engineer'],
    );
    expect(listed).toMatch(
      /^fnd_\w+ {2}WARNING {2}OPEN {2}quality {2}expiry-differs {2}KIT-1\/LT-1 {2}expiresOn {2}erp=2029-01-31 wms=2029-03-31$/mu,
    );
  });

  test('are taken, commented and accepted by who answers for them, and resolved by the source alone', async () => {
    const [id = ''] = /fnd_\w+/u.exec(await findings('--rule', 'expiry-differs')) ?? [];
    const stranger = await lotgraph('findings', 'take', id, '--user', 'integration-engineer');
    expect([stranger.code, stranger.err]).toEqual([1, expect.stringContaining('FINDING_NOT_YOURS')]);
    expect((await lotgraph('findings', 'take', id, '--user', 'qa-lead')).out).toContain('demo:qa-lead');
    expect(await findings('--mine')).toContain(id);
    const words = await lotgraph('findings', 'comment', id, '--text', 'asked them', '--user', 'qa-lead');
    expect(words.code).toBe(0);
    const accept = ['findings', 'state', id, '--state', 'accepted', '--user', 'qa-lead'];
    expect((await lotgraph(...accept)).code).toBe(1);
    const until = new Date(Date.now() + 86_400_000).toISOString();
    expect((await lotgraph(...accept, '--reason', 'labels', '--until', until)).out).toContain('ACCEPTED');
    const resolve = await lotgraph('findings', 'state', id, '--state', 'resolved', '--user', 'qa-lead');
    expect(resolve.code).toBe(1);
    world.erp("UPDATE lot SET expiry = '2029-03-31' WHERE id = 1");
    await world.until(async () => (await findings('--state', 'resolved')).includes(id));
  });
});
