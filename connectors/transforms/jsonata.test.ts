/** JSONata is bounded: what never ends, eats memory, or asks for the time is refused, and the next row works. */
import fc from 'fast-check';
import { problemsOf, runSteps, systemPart, valueReader } from '../test-support';
import { runner } from './jsonata';
import { JsonataRunner } from './jsonata-worker';
import { Failure } from './transform';

afterAll(() => runner.close());

const evaluate = (expression: string, value: unknown, timeout = 50) =>
  runSteps([{ jsonata: { expression, timeout } }], value as never);

test('takes the value and the columns that it is given, and nothing else of the row', () => {
  const read = valueReader({
    from: 'doc',
    apply: [
      {
        jsonata: { expression: "parts[kind = $kind].no & '/' & $string($secret)", columns: { kind: 'kind' } },
      },
    ],
  });
  const doc = {
    parts: [
      { kind: 'A', no: '1' },
      { kind: 'B', no: '2' },
    ],
  };
  expect(read({ doc, kind: 'B', secret: 'x' })).toBe('2/');
});

test('gives nothing for nothing, and text, numbers, lists as they are', () => {
  expect(evaluate('missing', { a: 1 })).toBeNull();
  expect(evaluate('a.b', { a: { b: 1.5 } })).toBe(1.5);
  expect(evaluate('a.b', { a: [{ b: 'x' }, { b: 'y' }] })).toEqual(['x', 'y']);
});

test('refuses what a row could not give again: the time, chance, text that is evaluated', () => {
  for (const call of ['$now()', '$millis()', '$random()', '$shuffle([1,2])', "$eval('1')"]) {
    const result = evaluate(call, { a: 1 });
    expect(result).toBeInstanceOf(Failure);
    expect((result as Failure).message).toContain('is not given to a mapping');
  }
});

test('ends what never ends, and the next value is computed all the same', () => {
  const began = performance.now();
  const endless = evaluate('($f := function($n) { $f($n + 1) }; $f(0))', { a: 1 });
  expect(endless).toMatchObject({
    code: 'BAD_TEXT',
    message: expect.stringContaining('within 50 ms') as string,
  });
  expect(performance.now() - began).toBeLessThan(2000);
  expect(evaluate('a', { a: 'next' })).toBe('next');
});

test('ends what eats memory', () => {
  const eaten = evaluate('[1..9000000].{"a": $string($) & "xxxxxxxxxxxxxxxxxxxxxxxxxx"}', { a: 1 }, 1000);
  expect(eaten).toBeInstanceOf(Failure);
  expect(evaluate('a', { a: 'next' })).toBe('next');
});

// in a thread of this process, each of these ended the process itself
test.each([
  '[1..9999999]',
  '$map([1..1e7], function($v) { $v })',
  '($d := function($a, $n) { $n = 0 ? $a : $d($append($a, $a), $n - 1) }; $count($d([1, 2], 24)))',
])('outlives what eats memory faster than it can be told: %s', (expression) => {
  expect(evaluate(expression, 1, 1000)).toBeInstanceOf(Failure);
  expect(evaluate('$ + 1', 1)).toBe(2);
});

test('gives up on an expression that never ends again and again', () => {
  const own = new JsonataRunner();
  const endless = '($g := function($n) { $g($n + 1) }; $g(0))';
  for (let i = 0; i < 5; i += 1) own.evaluate(endless, null, {}, 1);
  const began = performance.now();
  expect(own.evaluate(endless, null, {}, 1000)).toMatchObject({
    error: expect.stringContaining('not tried again') as string,
  });
  expect(performance.now() - began).toBeLessThan(100);
  expect(own.evaluate('1 + 1', null, {}, 1000)).toEqual({ value: 2 });
  own.close();
});

test('never throws, whatever the expression and the value', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 }), (text, value) => {
      const result = runner.evaluate(text, value as never, {}, 200);
      expect('value' in result || typeof result.error === 'string').toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('names the place of an expression that cannot be read', () => {
  const yaml = `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL }
streams:
  lots:
    recordType: lot
    source: { table: t }
    key: id
    fields:
      item: a
      lotNumber: { from: doc, apply: [{ jsonata: 'a[' }] }
`;
  expect(problemsOf(yaml).join()).toMatch(
    /13:\d+ streams\.lots\.fields\.lotNumber\.apply\.0\.jsonata: not a JSONata/u,
  );
});
