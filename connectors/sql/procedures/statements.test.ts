/** How procedures are called where no server is at hand: SQL Server and Oracle, by their statements alone. */
import { oracleCall } from './oracle-procedures';
import { modeOf, type Procedure } from './procedure';
import { sqlServerCall } from './sqlserver-procedures';

const procedure = (mode: 'out' | 'inout'): Procedure => ({
  ...{ name: 'qa.lg_block]; DROP', isFunction: false },
  parameters: [
    { name: 'p_lot', mode: 'in', optional: false },
    { name: 'p_note', mode: 'in', optional: true },
    { name: 'p_code', mode, optional: false },
  ],
});
const values = new Map([['p_lot', "x'; DROP TABLE lots; --"]]);

test('SQL Server takes values as parameters, and gives variables back', () => {
  expect(sqlServerCall(procedure('inout'), values)).toEqual({
    sql:
      'DECLARE @lotgraph0 nvarchar(4000) = @0; EXEC [qa].[lg_block]]; DROP] @p_lot = @1, @p_code = @lotgraph0 OUTPUT; ' +
      'SELECT @lotgraph0 AS [p_code];',
    parameters: [null, "x'; DROP TABLE lots; --"],
  });
});

test('Oracle takes values as parameters, and gives bound ones back', () => {
  expect(oracleCall(procedure('out'), values)).toEqual({
    sql: 'BEGIN "qa"."lg_block]; DROP"("p_lot" => :1, "p_code" => :2); END;',
    binds: ["x'; DROP TABLE lots; --", { dir: 3003, type: 2001, maxSize: 4000 }],
    returned: ['p_code'],
  });
});

test.each([
  ['IN', 'in'],
  ['OUT', 'out'],
  ['IN/OUT', 'inout'],
  ['INOUT', 'inout'],
])('%s goes %s', (word, mode) => {
  expect(modeOf(word)).toBe(mode);
});
