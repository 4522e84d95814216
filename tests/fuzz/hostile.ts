/** Texts that have broken other systems, and rows of them. */
import fc from 'fast-check';

/** Stands in hostile texts alone, so that a statement which holds it was made of a value. */
export const MARK = 'zqHOSTILEqz';

const TEXTS: readonly string[] = [
  ...[
    "'; DROP TABLE canary; --",
    '"; DELETE FROM canary; --',
    "' OR '1'='1",
    '`; UPDATE canary SET n = 0; --',
  ],
  ...['\\', "\\'; DELETE FROM canary; --", '%', '_', '$1', '?', ':a', '@a', '{{x}}', '${x}', '/*', '--', ';'],
  ...['\u0000', 'a\u0000b', '\ud800', '\u202Eabc', '😀', '👨‍👩‍👧', '\ufeff', 'é', '批号', '\r\n\t'],
  ...[
    '9'.repeat(400),
    '1e400',
    '-0',
    'NaN',
    'Infinity',
    '0x10',
    '1.2.3',
    '1,2,3',
    '１２',
    '٣',
    '1'.padEnd(60, '0'),
  ],
  ...[
    '0000-00-00',
    '0001-01-01',
    '2026-02-30',
    '9999-12-31',
    '20260131',
    '31.12.2026',
    '/Date(1e99)/',
    '99999999999999999',
  ],
  ...[
    'a'.repeat(512),
    'a'.repeat(20_000),
    `${'a'.repeat(40)}!`,
    '('.repeat(300),
    '['.repeat(2_000),
    '{"a":'.repeat(500),
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '{"__proto__":{"x":1}}',
    '{"a":{"b":1}}',
    '[1,2,3]',
    'null',
    'true',
  ],
  ...['$eval("1")', '$spread(', '(function($x){$x})', '&lt;b&gt;', '&#x110000;', '<script>', 'javascript:0'],
];

export const hostileText = fc
  .tuple(fc.constantFrom(...TEXTS), fc.boolean(), fc.string({ unit: 'binary', maxLength: 12 }))
  .map(([text, isMarked, tail]) => (isMarked ? `${MARK}${text}` : `${text}${tail}`));

const plainText = fc.constantFrom('KIT', 'LT-1', '5', '-3', '2026-01-31', 'A', 'in', 'out', '7,5', '12.50');

export const cell: fc.Arbitrary<string | number | null> = fc.oneof(
  { weight: 4, arbitrary: plainText },
  { weight: 3, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);

export const COLUMNS = ['id', 'item', 'lot', 'qty', 'day', 'code', 'doc'] as const;
export type SourceRow = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

export const sourceRows: fc.Arbitrary<readonly SourceRow[]> = fc.array(
  fc.record({
    id: fc.oneof({ weight: 4, arbitrary: fc.uuid() }, { weight: 1, arbitrary: cell }),
    ...{ item: cell, lot: cell, qty: cell, day: cell, code: cell, doc: cell },
  }),
  { minLength: 1, maxLength: 12 },
);
