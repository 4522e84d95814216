/** The statements of every dialect: quoting, placeholders, paging, comparisons. No database is asked. */
import fc from 'fast-check';
import { requireMapping } from '../mapping/compile-mapping';
import type { SourcePart, SqlSource } from '../mapping/document';
import { systemPart } from '../test-support';
import { numberPlaceholders } from './dialects';
import { mysqlKind } from './mysql-session';
import { oracleKind } from './oracle-session';
import { postgresKind } from './postgres-session';
import type { ServerKind } from './server-session';
import type { ColumnInfo } from './session';
import { sqlServerKind } from './sqlserver-session';
import { Statements } from './statements';

const column = (name: string, type: string, keyPart = 0): ColumnInfo => ({
  name,
  type,
  nullable: keyPart === 0,
  keyPart,
  comment: null,
});

const mapping = requireMapping(
  'mapping.yaml',
  `${systemPart('u8', 'ERP')}
connector: { type: sql, connection: env:URL }
streams:
  lots:
    recordType: lot
    source:
      table: dbo.rdrecords01
      joins: [{ table: rdrecord01, as: head, on: { ID: ID, kind: { value: "O'B?" } } }]
      pivot: [{ table: defs, as: def, on: { line: AutoID }, name: n, value: [a, b], columns: [LOBM, HSDAT] }]
      where: [{ column: cBatch, empty: false }, { not: { column: brdflag, equals: 1 } }]
    key: AutoID
    watermark: { from: [head.dnmaketime, dnmodify], combine: latest }
    fields: { item: cInvCode, lotNumber: cBatch, remarks: def.LOBM }
`,
);

function statementsOf({ dialect }: ServerKind, time: string, number: string): Statements {
  const [stream] = mapping.streams;
  const source = stream?.spec.source as SqlSource & SourcePart;
  const columns = new Map([
    [
      '',
      [
        column('AutoID', number, 1),
        column('ID', number),
        column('cBatch', 'VARCHAR'),
        column('cInvCode', 'VARCHAR'),
        column('brdflag', 'VARCHAR'),
        column('dnmodify', time),
      ],
    ],
    ['head', [column('ID', number, 1), column('kind', 'VARCHAR'), column('dnmaketime', time)]],
    ['def', [column('line', number), column('n', 'VARCHAR'), column('a', 'VARCHAR'), column('b', 'VARCHAR')]],
  ]);
  return new Statements(source, { columns, references: [] }, dialect, stream?.spec.watermark, ['AutoID']);
}

/** Dialect, its kind, its types of a time and a number, and what a page must hold word for word. */
const kinds: [string, ServerKind, string, string, string[]][] = [
  [
    'MySQL',
    mysqlKind,
    'DATETIME',
    'INT',
    [
      '`head`.`kind` = ?',
      '`base`.`AutoID` AS `o1`',
      'END >= ?)',
      "TRIM(CAST(`base`.`cBatch` AS CHAR)) = ''",
      ' LIMIT 101',
    ],
  ],
  [
    'PostgreSQL',
    postgresKind,
    'TIMESTAMP WITHOUT TIME ZONE',
    'INTEGER',
    ['FROM "dbo"."rdrecords01" "base" LEFT JOIN', '"head"."kind" = $1', 'END >= $3)', ' LIMIT 101'],
  ],
  [
    'SQL Server',
    sqlServerKind,
    'DATETIME',
    'DECIMAL',
    [
      'SELECT TOP (101) CONVERT(varchar(33), CASE WHEN [head]',
      'CONVERT(varchar(50), [base].[AutoID]) AS [o1] FROM [dbo].[rdrecords01] [base]',
      '[head].[kind] = @0',
      'END >= CONVERT(datetime, @2, 121)',
      "LTRIM(RTRIM(CAST([base].[cBatch] AS nvarchar(max)))) = ''",
    ],
  ],
  [
    'Oracle',
    oracleKind,
    'DATE',
    'NUMBER',
    [
      `TO_CHAR("base"."AutoID", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS "o1"`,
      '"head"."kind" = :1',
      "END >= TO_DATE(:3, 'YYYY-MM-DD HH24:MI:SS')",
      'TRIM(TO_CHAR("base"."cBatch")) IS NULL',
      ' FETCH FIRST 101 ROWS ONLY',
    ],
  ],
];

describe.each(kinds)('statements for %s', (_, kind, time, number, parts) => {
  const statements = statementsOf(kind, time, number);
  const place = ['2026-05-01 10:00:00.123', '17'];
  const all = [
    statements.bounds([statements.watermarkFrom('2026-05-01 10:00:00')], 101),
    statements.rows([statements.after(place, 0), statements.upTo(place, 0)], null),
  ];

  test('page, order and quote as the dialect does', () => {
    const [bounds] = all.map(({ sql }) => kind.bind(sql));
    for (const part of parts) expect(bounds).toContain(part);
  });

  test('hold a placeholder for each value, and no value', () => {
    for (const { sql, values } of all) {
      const names: string[] = [];
      numberPlaceholders(sql, (index) => {
        names.push(String(index));
        return '';
      });
      expect(names).toHaveLength(values.length);
      expect(sql).not.toContain("O'B");
    }
  });
});

test('a side table is read for the rows of a page, by its names as parameters', () => {
  const statements = statementsOf(postgresKind, 'TIMESTAMP', 'INTEGER');
  const source = mapping.streams[0]?.spec.source as SqlSource;
  const [pivot] = source.pivot ?? [];
  if (pivot === undefined) throw new Error('no pivot');
  const { sql, values } = statements.pivoted(pivot, [], 50);
  expect(sql).toContain('COALESCE("def"."a", "def"."b") AS "pivot_value"');
  expect(sql).toContain('INNER JOIN "defs" "def" ON ("def"."line" = "base"."AutoID")');
  expect(values.slice(-2)).toEqual(['LOBM', 'HSDAT']);
});

test('an identifier cannot leave its quotes, whatever it holds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', '`', ']', '[', "'", '?', '.', ';', '-', ' ') });
  fc.assert(
    fc.property(text, fc.constantFrom(mysqlKind, postgresKind, sqlServerKind, oracleKind), (name, kind) => {
      const bound = kind.bind(`SELECT ${kind.dialect.quote(name)} = ?`);
      const parameter = kind.bind('?');
      expect(bound).toBe(`SELECT ${kind.dialect.quote(name)} = ${parameter}`);
    }),
  );
});
