/** What a mapping may say about commanding its system, and every mistake that is found before anything is sent. */
import { readFileSync } from 'node:fs';
import { problemsOf, systemPart } from '../test-support';

const head = `${systemPart('erp', 'ERP').trim()}
connector: { type: rest, connection: env:ERP_URL }
codes:
  statusWords: { entries: { RELEASED: Released }, unknown: reject }
streams:
  lots:
    recordType: lot
    source: { path: lots, items: data }
    key: id
    fields: { item: item, lotNumber: no }
  items:
    recordType: item
    source: { path: items, items: data }
    key: id
    fields: { code: id }
`;

const command = (parts: Readonly<Record<string, string>>): string => {
  const all = {
    target: 'lots',
    request: '{ method: PUT, path: "lots/{native}", body: { blocked: 1 } }',
    confirm: '{ path: "lots/{native}", item: data, expect: { blocked: 1 } }',
    ...parts,
  };
  const lines = Object.entries(all).map(([name, text]) => `      ${name}: ${text}\n`);
  return `${head}commands:\n  kinds:\n    blockLot:\n${lines.join('')}`;
};

test('a command that is described in full compiles', () => {
  expect(problemsOf(command({}))).toEqual([]);
});

test('the example of the reference compiles', () => {
  const reference = readFileSync('docs/guides/mapping-reference.md', 'utf8');
  const example = /```\n(commands:\n.*?)```/su.exec(reference)?.[1] ?? '';
  expect(problemsOf(head + example)).toEqual([]);
});

test.each([
  ['a stream that is none', { target: 'lost' }, 'commands.kinds.blockLot.target: "lost" is not a stream'],
  [
    'a stream of something else',
    { target: 'items' },
    '"items" is a stream of item, not of lot or inspection',
  ],
  [
    'a value that nobody gave',
    { request: '{ method: PUT, path: "lots/{id}" }' },
    'request.path: "id" is not a value of this command',
  ],
  [
    'a value that nobody gave, deep in a body',
    { request: '{ method: PUT, path: x, body: { a: [{ b: "{c}" }] } }' },
    'request.body.a.0.b: "c" is not a value',
  ],
  [
    'a place without a stream of locations',
    { request: '{ method: PUT, path: "bins/{place}" }' },
    '"place" is not a value of this command',
  ],
  [
    'another host',
    { request: '{ method: PUT, path: "http://evil.invalid/{native}" }' },
    'request.path: write a path without a host',
  ],
  ['a method that asks', { request: '{ method: GET, path: x }' }, 'expected one of POST, PUT, PATCH'],
  ['nothing to look at', { confirm: '{ path: x, item: data }' }, 'nothing would ever be confirmed'],
  [
    'a value from nowhere',
    { values: '{ status: status }' },
    'values.status: "status" is none of native.…, place.…, into.… and asked.…',
  ],
  [
    'a code table that is none',
    { values: '{ s: { from: asked.status, apply: [{ lookup: words }] } }' },
    'there is no code table "words"',
  ],
  ['a name that every command has', { values: '{ key: asked.a }' }, '"key" is given to every command'],
])('finds %s', (_what, parts, problem) => {
  const found = problemsOf(command(parts)).join('\n');
  expect(found).toContain(problem);
  expect(found).toMatch(/^\d+:\d+ /u);
});

test('only merging speaks of the lot that remains', () => {
  const merge = command({
    place: 'bins',
    request: '{ method: POST, path: moves, body: { from: "{native}", to: "{into}", bin: "{place}" } }',
  }).replace(
    '  items:\n',
    '  bins: { recordType: location, source: { path: bins, items: data }, key: id, fields: { code: id, site: site } }\n  items:\n',
  );
  expect(problemsOf(merge).join('\n')).toContain('"into" is not a value of this command');
  expect(problemsOf(merge.replace('blockLot:', 'mergeLots:'))).toEqual([]);
});

test('a system that is read by SQL needs a connection for commands', () => {
  const sql = command({})
    .replace('type: rest', 'type: sql')
    .replaceAll(/\{ path: (\w+), items: data \}/gu, '{ table: $1 }');
  expect(problemsOf(sql).join('\n')).toContain('needs a connector for commands');
});

test('never repeats a literal address', () => {
  const yaml = command({}).replace(
    'commands:\n',
    'commands:\n  connector: { connection: "http://user:secret@erp" }\n',
  );
  const found = problemsOf(yaml).join('\n');
  expect(found).toContain('a literal address or secret does not belong in a mapping');
  expect(found).not.toContain('secret@');
});
