/** What a mapping may say about stored procedures, and every mistake that is found before anything is called. */
import { readFileSync } from 'node:fs';
import type { Logger } from '../../platform/log';
import { silentLogger } from '../../platform/log';
import { FixedClock } from '../../platform/clock';
import { requireMapping } from '../mapping/compile-mapping';
import { openSystem } from '../open-system';
import { NOW, problemsOf, systemPart } from '../test-support';

const head = `${systemPart('mes', 'ERP').trim()}
connector: { type: sql, connection: env:MES_URL }
streams:
  lots: { recordType: lot, source: { table: lots }, key: no, fields: { item: item, lotNumber: no } }
  bins: { recordType: location, source: { table: bins }, key: no, fields: { code: no, site: site } }
`;
const CONNECTOR = '{ type: sql, connection: env:MES_COMMANDS_URL }';

const command = (
  parts: Readonly<Record<string, string>> = {},
  commands = `connector: ${CONNECTOR}`,
): string => {
  const all = {
    target: 'lots',
    call: "{ procedure: lg_block, parameters: { p_lot: '{native}', p_key: '{key}' } }",
    confirm: "{ table: lots, where: { no: '{native}' }, expect: { blocked: 1 } }",
    ...parts,
  };
  const lines = Object.entries(all)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `      ${name}: ${text}\n`);
  return `${head}commands:\n  ${commands}\n  kinds:\n    blockLot:\n${lines.join('')}`;
};

test('a call that is described in full compiles', () => {
  expect(problemsOf(command())).toEqual([]);
});

test('the example of the reference compiles', () => {
  const reference = readFileSync('docs/guides/mapping-reference.md', 'utf8');
  const example = /### Stored procedures\n.*?```\n(commands:\n.*?)```/su.exec(reference)?.[1] ?? '';
  expect(example).toContain('procedure:');
  expect(problemsOf(head + example)).toEqual([]);
});

test.each([
  [
    'the connection that reads',
    {},
    'connector: { type: sql, connection: env:MES_URL }',
    '8:39 commands.connector.connection: procedures need an account of their own',
  ],
  ['a header', {}, `idempotencyHeader: Key\n  connector: ${CONNECTOR}`, 'a procedure takes no header'],
  [
    'a key that is given twice',
    {},
    `idempotencyParameter: p_key\n  connector: ${CONNECTOR}`,
    '13:76 commands.kinds.blockLot.call.parameters.p_key: "p_key" takes the idempotency key',
  ],
  [
    'a request',
    { call: '', request: '{ method: PUT, path: x }' },
    undefined,
    '13:16 commands.kinds.blockLot.request: the connector calls procedures',
  ],
  ['nothing at all', { call: '' }, undefined, 'nothing is asked of the system'],
  [
    'a call over HTTP',
    {},
    'connector: { connection: env:MES_API_URL }',
    'call: a procedure is called over a connection to a database',
  ],
  [
    'a parameter of a procedure over HTTP',
    {},
    'idempotencyParameter: p_key\n  connector: { connection: env:MES_API_URL }',
    'a request takes no parameter of a procedure',
  ],
  [
    'a record of an API that is none',
    { confirm: '{ path: x, item: data, expect: { blocked: 1 } }' },
    undefined,
    'confirm.path: there is no HTTP API to read the record from',
  ],
  [
    'a value that nobody gave',
    { call: "{ procedure: lg_block, parameters: { p_lot: '{lot}' } }" },
    undefined,
    'call.parameters.p_lot: "lot" is not a value of this command',
  ],
  [
    'codes without a place',
    { call: "{ procedure: lg_block, outcome: { confirmed: ['0'] } }" },
    undefined,
    'call.outcome: nothing says where the code stands',
  ],
  [
    'a place without codes',
    { call: '{ procedure: lg_block, outcome: { from: p_code } }' },
    undefined,
    'call.outcome.from: no code would ever say that it is done',
  ],
  [
    'a code that says both',
    { call: '{ procedure: p, outcome: { from: c, confirmed: [0], refused: { 0: { en: no, zh: 否 } } } }' },
    undefined,
    'call.outcome.refused: "0" cannot say both yes and no',
  ],
  [
    'a name that is none',
    { call: '{ procedure: "lg_block(); DROP TABLE lots" }' },
    undefined,
    'call.procedure: "lg_block(); DROP TABLE lots" cannot stand here',
  ],
  [
    'a row that nothing picks',
    { confirm: '{ table: lots, expect: { blocked: 1 } }' },
    undefined,
    'confirm: "where" is missing',
  ],
  [
    'a reason in one language',
    { call: '{ procedure: p, outcome: { from: c, confirmed: [0], refused: { 7: { en: no } } } }' },
    undefined,
    'call.outcome.refused.7: "zh" is missing',
  ],
] as const)('finds %s', (_what, parts, commands, problem) => {
  const found = problemsOf(command(parts, commands)).join('\n');
  expect(found).toContain(problem);
  expect(found).toMatch(/^\d+:\d+ /u);
});

test('a table is read back from only where the system is read from a database', () => {
  const rest = command()
    .replace(
      'connector: { type: sql, connection: env:MES_URL }',
      'connector: { type: rest, connection: env:MES_URL }',
    )
    .replaceAll(/\{ table: (lots|bins) \}/gu, '{ path: $1, items: data }');
  expect(problemsOf(rest).join('\n')).toContain('confirm.table: this system is not read from a database');
});

describe.each([
  ['sqlite:/tmp/mes.sqlite', 'SQLite has no stored procedures'],
  ['dm://mes/db', 'what it leads to has no stored procedures that are known here'],
  [
    'mysql://reader:secret@mes-db/mes',
    'it is the connection that the system is read by, which stays read-only',
  ],
])('commands over %s', (address, message) => {
  const lines: unknown[] = [];
  const logger = { ...silentLogger, error: (facts: unknown) => void lines.push(facts) } as Logger;
  const env = { MES_URL: 'mysql://reader:secret@mes-db/mes', MES_COMMANDS_URL: address };
  const system = openSystem(requireMapping('mes.yaml', command()), {
    env,
    clock: new FixedClock(NOW),
    logger,
  });

  test('are not taken, the system is read all the same, and file and line are told', () => {
    expect(system.commands).toBeNull();
    expect(system.streams).toHaveLength(2);
    const [{ err }] = lines as [{ err: Error }];
    expect(err.message).toContain('mes.yaml:8:27');
    expect(err.message).toContain(message);
    expect(err.message).not.toMatch(/secret|mes-db/u);
  });
});
