/** Times that a text does not tell for certain: clocks that change, and formats that fit alike. */
import type { MappedRow } from '../contract';
import { requireMapping } from '../mapping/compile-mapping';
import { runSteps, systemPart } from '../test-support';
import { formatProblem } from './date-parsing';
import { Failure } from './transform';
import { uncertainIn, wallTimeIn } from './zones';

const wall = (text: string) => Date.parse(`${text}Z`);

test('a wall time is uncertain within the hour that clocks skip or show twice, and in no other', () => {
  const berlin = uncertainIn('Europe/Berlin');
  const at = (text: string) => berlin(wall(text));
  expect(['2026-03-29T01:59:59', '2026-03-29T03:00:00', '2026-03-28T02:30:00'].map(at)).toEqual([
    ...[false, false, false],
  ]);
  expect(['2026-03-29T02:00:00', '2026-03-29T02:59:59'].map(at)).toEqual([true, true]);
  expect(['2026-10-25T01:59:59', '2026-10-25T03:00:00'].map(at)).toEqual([false, false]);
  expect(['2026-10-25T02:00:00', '2026-10-25T02:59:59'].map(at)).toEqual([true, true]);
  expect(uncertainIn('Asia/Shanghai')(wall('2026-10-25T02:30:00'))).toBe(false);
  // Lord Howe moves its clocks by half an hour
  expect(uncertainIn('Australia/Lord_Howe')(wall('2026-04-05T01:45:00'))).toBe(true);
  expect(uncertainIn('Australia/Lord_Howe')(wall('2026-04-05T02:15:00'))).toBe(false);
  expect(wallTimeIn('Europe/Berlin')(wall('2026-10-25T02:30:00'))).toBe(Date.parse('2026-10-25T01:30:00Z'));
});

/** What a stream makes of one text as the instant of an inspection. */
function mapped(apply: string, text: string): MappedRow | undefined {
  return requireMapping(
    'mapping.yaml',
    `${systemPart('lab', 'LIMS').replace('Asia/Shanghai', 'Europe/Berlin')}
connector: { type: file, connection: env:X }
streams:
  samples:
    recordType: inspection
    source: { files: a.csv }
    key: no
    fields: { number: no, state: { value: RECEIVED }, receivedAt: { from: at, apply: [${apply}] } }
`,
  ).streams[0]?.map({ no: 'S1', at: text });
}

test('is noted, so that it becomes a finding; a text with its offset is certain', () => {
  const note = { rule: 'CLOCK_CHANGE', field: 'receivedAt', raw: '2026-10-25 02:30' };
  expect(mapped('instant', '2026-10-25 02:30')).toMatchObject({
    record: { receivedAt: '2026-10-25T01:30:00.000Z' },
    notes: [note],
  });
  expect(mapped('instant', '2026-10-25T02:30:00+01:00')).toMatchObject({ kind: 'record', notes: [] });
  expect(mapped('instant', '2026-10-25 12:30')).toMatchObject({ kind: 'record', notes: [] });
});

test('a text that two formats read differently is rejected, and one that only one reads likely is not', () => {
  const day = (text: string) => runSteps([{ date: ['dd/MM/yyyy', 'MM/dd/yyyy'] }], text);
  expect(day('02/03/2026')).toEqual(
    new Failure('BAD_DATE', 'fits dd/MM/yyyy and MM/dd/yyyy alike: 02/03/2026'),
  );
  expect([day('31/03/2026'), day('03/31/2026'), day('03/03/2026')]).toEqual([
    ...['2026-03-31', '2026-03-31', '2026-03-03'],
  ]);
  const compact = (text: string) => runSteps([{ date: ['ddMMyyyy', 'yyyyMMdd'] }], text);
  expect([compact('20101112'), compact('12112010')]).toEqual(['2010-11-12', '2010-11-12']);
  expect(mapped('{ instant: [dd/MM/yyyy HH:mm, MM/dd/yyyy HH:mm] }', '02/03/2026 10:00')).toMatchObject({
    kind: 'reject',
    code: 'BAD_DATE',
  });
  expect(runSteps([{ instant: ['epochSeconds', 'epochMillis'] }], '1778544000')).toBeInstanceOf(Failure);
});

test.each(['2026-05-12', '20260512', '12.05.2026', '2026年5月12日'])(
  'a day alone (%s) is no point in time, and the reject says what to add',
  (text) => {
    expect(runSteps(['instant'], text, 'Asia/Shanghai')).toMatchObject({
      code: 'BAD_DATE',
      message: `a day without a time; name the one that counts, from: [column, { value: '00:00' }]: ${text}`,
    });
  },
);

test('what the hints about days alone say works', () => {
  expect(formatProblem('yyyyMMdd', true)?.hint).toMatch(/add HH:mm here.*\{ value: '00:00' \}/u);
  const zone = 'Asia/Shanghai';
  expect(runSteps([{ instant: 'yyyyMMdd HH:mm' }], ['20260512', '00:00'], zone)).toBe(
    '2026-05-11T16:00:00.000Z',
  );
});

test.each([
  ['date', '0026-02-03'],
  ['date', '0026-02-03 00:00:00'],
  ['date', '1899-12-28'],
  ['instant', '0026-02-03T00:00:00Z'],
] as const)(
  '%s: a year of which nobody has a record is refused, and is none of the last century: %s',
  (step, text) => {
    expect(runSteps([step], text, 'Asia/Shanghai')).toMatchObject({
      code: 'BAD_DATE',
      message: `a year before 1900: ${text}`,
    });
  },
);

test('what is far ahead may be meant, and what is old too', () => {
  expect(runSteps(['date'], '9999-12-31')).toBe('9999-12-31');
  expect(runSteps(['date'], '1900-01-03')).toBe('1900-01-03');
});

test.each([
  ['date', '0001-01-01T00:00:00Z'],
  ['date', '0000-01-01 00:00:00'],
  ['instant', '0001-01-01T00:00:00'],
  ['instant', '0001-01-01T00:00:00Z'],
  [{ instant: 'msDate' }, '/Date(-62135596800000)/'],
  ['date', '1899-12-30'],
  ['date', '1900-01-01 00:00:00.000'],
  ['instant', '1900-01-01T00:00:00'],
])('%j: where calendars begin is no day: %s', (step, text) => {
  expect(runSteps([step], text, 'Asia/Shanghai')).toBeNull();
});
