import fc from 'fast-check';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { type RowScope, rowScopeOf } from '../../canonical/scope/row-scope';
import { bindScope, scopedQuery } from '../../canonical/scope/scoped-sql';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import { SITES, SUPPLIERS, type TableName, factKeyOf, scopeWorld, writeWorld } from './scope-world';
import { visibleWorld } from './visible-rows';

const KEY = 'pk';
/** Each table, with the condition that a list of its rows is read by. */
const CONDITIONS: readonly [TableName, string, (scope: RowScope) => string][] = [
  ['site', 'site', (scope) => scope.site('t')],
  ['location', 'location', (scope) => scope.location('t')],
  ['party', 'party', (scope) => scope.party('t')],
  ['lot', 'lot', (scope) => scope.lot('t')],
  ['movement', 'movement', (scope) => scope.movement('t')],
  ['serial', 'serial', (scope) => scope.serial('t')],
  ['document', 'document', (scope) => scope.document('t')],
  ['transformationLine', 'transformation_line', (scope) => scope.ofLot('t.lot_pk')],
  ['inspection', 'inspection', (scope) => scope.inspection('t')],
  ['result', 'inspection_result', (scope) => scope.inspectionResult('t')],
  ['disposition', 'disposition', (scope) => scope.ofLot('t.lot_pk')],
  ['recallCase', 'recall_case', (scope) => scope.recallCase('t')],
  ['recallScope', 'recall_scope', (scope) => scope.ofLot('t.lot_pk')],
  ['finding', 'finding', (scope) => scope.finding('t')],
];

const someOf = (codes: readonly string[]): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...codes, 'NOWHERE', "x' OR '1'='1", codes[0]?.toLowerCase() ?? ''), {
    maxLength: 3,
  });

describe('the scope of a caller', () => {
  test('is none without limits, and leaves a statement as it stands', () => {
    expect(rowScopeOf({ sites: [], suppliers: [] })).toBeNull();
    const statement = { sql: 'SELECT ? AS one', parameters: [1] };
    expect(bindScope(null, statement)).toEqual(statement);
  });

  test('binds its lists where they stand among the other parameters', () => {
    const scope = rowScopeOf({ sites: ['A', 'B', 'A'], suppliers: ['S'] });
    const sql = 'a = ? AND s IN (:...scopeSites) AND b = ? AND p IN (:...scopeSuppliers) AND c = ?';
    expect(bindScope(scope, { sql, parameters: [1, 2, 3] })).toEqual({
      sql: 'a = ? AND s IN (?,?) AND b = ? AND p IN (?) AND c = ?',
      parameters: [1, 'A', 'B', 2, 'S', 3],
    });
  });

  test('refuses to bind a list that the caller has not: an empty one must not pass for all', () => {
    const scope = rowScopeOf({ sites: ['A'], suppliers: [] });
    expect(() => bindScope(scope, { sql: 'p IN (:...scopeSuppliers)', parameters: [] })).toThrow(RangeError);
  });
});

describeEachDatabase('row scope', (open) => {
  let database: Database;

  beforeAll(async () => {
    database = await open({ entities: CANONICAL_ENTITIES, migrations: CANONICAL_MIGRATIONS });
  });

  test('picks the rows that the meaning of the limits picks, in worlds made by chance', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), someOf(SITES), someOf(SUPPLIERS), async (seed, sites, suppliers) => {
        const scope = rowScopeOf({ sites, suppliers });
        if (scope === null) return;
        const world = scopeWorld(seed);
        await writeWorld(database, world);
        const visible = visibleWorld(world, { sites, suppliers });
        for (const [name, table, condition] of CONDITIONS) {
          const sql = `SELECT t.${KEY} AS pk FROM ${table} t WHERE ${condition(scope)} ORDER BY t.${KEY}`;
          const rows = await scopedQuery<{ pk: number }>(database.reader, scope, sql, []);
          const wanted = visible[name].map(factKeyOf).sort((a, b) => a - b);
          expect([name, rows.map((row) => row.pk)]).toEqual([name, wanted]);
        }
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});
