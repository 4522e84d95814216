import fc from 'fast-check';
import { LotRow } from '../../canonical/entities/lot.entity';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { bulkInsert } from '../../platform/database/bulk';
import type { Database } from '../../platform/database/database';
import { SqlTraceIndex } from '../../subgraphs/recall/trace/sql-trace-index';
import type { Reach, ReachRequest } from '../../subgraphs/recall/trace/trace-index';
import { describeEachDatabase } from '../support/databases';

type Edge = readonly [ancestor: number, descendant: number];

const LOTS = 130;
const EDGE_COLUMNS = [
  'transformation_ref',
  'input_line_pk',
  'output_line_pk',
  'ancestor_lot_pk',
  'descendant_lot_pk',
];

/** The plain definition: breadth first over a set. */
function reference(edges: readonly Edge[], origins: readonly number[], request: ReachRequest): Reach {
  const depths = new Map(origins.map((origin) => [origin, 0]));
  let frontier = [...depths.keys()];
  for (let depth = 1; frontier.length > 0; depth += 1) {
    const next = new Set<number>();
    for (const [ancestor, descendant] of edges) {
      const [from, to] = request.direction === 'FORWARD' ? [ancestor, descendant] : [descendant, ancestor];
      if (frontier.includes(from) && !depths.has(to)) next.add(to);
    }
    if (depth > request.maxDepth) return { depths, truncated: next.size > 0 };
    for (const lot of next) depths.set(lot, depth);
    frontier = [...next];
  }
  return { depths, truncated: false };
}

const sorted = ({ depths, truncated }: Reach): unknown => ({
  depths: [...depths].sort(([a], [b]) => a - b),
  truncated,
});

const lot = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
/** Any edges at all: cycles, loops and repeats included. */
const genealogy = fc.array(fc.tuple(lot(14), lot(14)), { maxLength: 40 });
const origins = fc.uniqueArray(lot(14), { minLength: 1, maxLength: 4 });
const request = fc.record({
  direction: fc.constantFrom('FORWARD' as const, 'BACKWARD' as const),
  maxDepth: fc.integer({ min: 1, max: 16 }),
});

describeEachDatabase('trace index', (open) => {
  let database: Database;
  let index: SqlTraceIndex;

  beforeAll(async () => {
    database = await open({ entities: CANONICAL_ENTITIES, migrations: CANONICAL_MIGRATIONS });
    index = new SqlTraceIndex(database, null);
    const lots = Array.from({ length: LOTS }, (_, n) => ({
      pk: n + 1,
      itemPk: 1,
      lotNumber: `L${n + 1}`,
      mastered: true,
    }));
    await database.write((manager) => manager.insert(LotRow, lots));
  });

  async function store(edges: readonly Edge[]): Promise<void> {
    await database.write(async (manager) => {
      await manager.query('DELETE FROM genealogy_edge');
      const rows = edges.map(([a, d], n) => [`t${n}`, 2 * n, 2 * n + 1, a, d]);
      await bulkInsert(manager, 'genealogy_edge', EDGE_COLUMNS, rows);
    });
  }

  test('reaches what breadth-first search reaches, on any genealogy, cyclic ones included', async () => {
    await fc.assert(
      fc.asyncProperty(genealogy, origins, request, async (edges, from, asked) => {
        await store(edges);
        expect(sorted(await index.reachAll(from, asked))).toEqual(sorted(reference(edges, from, asked)));
        const each = await index.reachEach(from, asked);
        for (const one of from) {
          expect(sorted(each.get(one) ?? { depths: new Map(), truncated: false })).toEqual(
            sorted(reference(edges, [one], asked)),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test('walks a genealogy with 6 to the 20th paths in one statement, without walking the paths', async () => {
    const layers = 21;
    const width = 6;
    const edges: Edge[] = [];
    for (let layer = 0; layer < layers - 1; layer += 1)
      for (let a = 1; a <= width; a += 1)
        for (let d = 1; d <= width; d += 1) edges.push([layer * width + a, (layer + 1) * width + d]);
    await store(edges);
    const before = database.statementCount;
    const started = performance.now();
    const reach = await index.reachAll([1], { direction: 'FORWARD', maxDepth: 20 });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(database.statementCount - before).toBe(1);
    expect(reach.depths.size).toBe((layers - 1) * width + 1);
    expect(reach.truncated).toBe(false);
  });

  test('stays bounded where every lot went into every other', async () => {
    const edges: Edge[] = [];
    for (let a = 1; a <= 40; a += 1) for (let d = 1; d <= 40; d += 1) edges.push([a, d]);
    await store(edges);
    const started = performance.now();
    const reach = await index.reachAll([1], { direction: 'BACKWARD', maxDepth: 50 });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(reach.depths.size).toBe(40);
    expect(reach.truncated).toBe(false);
  });

  test('says that it was cut short only when there is more', async () => {
    await store([
      [1, 2],
      [2, 3],
      [3, 1],
    ]);
    const at = async (maxDepth: number): Promise<boolean> =>
      (await index.reachAll([1], { direction: 'FORWARD', maxDepth })).truncated;
    expect([await at(1), await at(2), await at(9)]).toEqual([true, false, false]);
  });

  test('an unknown lot reaches nothing', async () => {
    const nothing = await index.reachAll([999_999], { direction: 'FORWARD', maxDepth: 5 });
    expect(nothing.depths.size).toBe(0);
  });
});
