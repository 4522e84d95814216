import { LotRow } from '../../canonical/entities/lot.entity';
import { DispositionRow, InspectionResultRow, InspectionRow } from '../../canonical/entities/quality.entity';
import { toId } from '../../canonical/ids';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { assertSignOffEnforced } from '../../controls/sign-off/guard-sign-off';
import type { Database } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createQualitySubgraph } from '../../subgraphs/quality/subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { ask, askEntities, codesOf, dataOf, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { tableReads } from '../support/table-reads';

const LOTS = 60;
const lotId = (n: number): string => toId('lot', n);
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => lotId(n + 1));

/** Each lot n has inspection 1000+n with a failed result and its retest; all are in load EO-1, inspected by 5000. */
async function fill(database: Database): Promise<void> {
  const all = Array.from({ length: LOTS }, (_, n) => n + 1);
  const empty = { sampledAt: null, receivedAt: null, verifiedAt: null, publishedAt: null, inspector: null };
  const blank = {
    title: null,
    titleZh: null,
    unit: 'ug/g',
    lowerMicros: null,
    analyst: null,
    capturedAt: null,
  };
  await database.write(async (manager) => {
    await manager.insert(
      LotRow,
      all.map((pk) => ({
        pk,
        itemPk: 1,
        lotNumber: `L${pk}`,
        sterilizationLoad: 'EO-1',
        manufacturedOn: '2026-01-01',
        mastered: true,
      })),
    );
    await manager.insert(InspectionRow, [
      ...all.map((pk) => ({
        ...empty,
        pk: 1000 + pk,
        ref: `lims:${pk}`,
        number: `WAT-${pk}`,
        lotPk: pk,
        // the laboratory notes the load on samples of single lots too
        sterilizationLoad: 'EO-1',
        state: 'PUBLISHED',
        inspectionType: 'FG',
        sampleSizeMicros: 5_000_000,
      })),
      {
        ...empty,
        pk: 5000,
        ref: 'lims:load',
        number: 'EO-SAMPLE',
        lotPk: null,
        sterilizationLoad: 'EO-1',
        state: 'VERIFIED',
      },
      { ...empty, pk: 5001, ref: 'erp:1', number: 'TWICE', lotPk: null, state: 'REGISTERED' },
      { ...empty, pk: 5002, ref: 'lims:1b', number: 'TWICE', lotPk: null, state: 'REGISTERED' },
    ]);
    await manager.insert(InspectionResultRow, [
      ...all.flatMap((pk) => [
        {
          ...blank,
          pk: 10_000 + pk,
          ref: `f${pk}`,
          inspectionRef: `lims:${pk}`,
          keyword: 'EO',
          value: '12.5',
          numericMicros: 12_500_000,
          upperMicros: 10_000_000,
          verdict: 'FAIL',
          state: 'RETRACTED',
        },
        {
          ...blank,
          pk: 20_000 + pk,
          ref: `p${pk}`,
          inspectionRef: `lims:${pk}`,
          keyword: 'EO',
          value: '< 1',
          numericMicros: null,
          upperMicros: 10_000_000,
          verdict: 'PASS',
          state: 'VERIFIED',
          retestOfRef: `f${pk}`,
        },
      ]),
      {
        ...blank,
        pk: 30_000,
        ref: 'load',
        inspectionRef: 'lims:load',
        keyword: 'STER',
        value: 'ok',
        verdict: 'PASS',
        state: 'VERIFIED',
      },
    ]);
    await manager.insert(DispositionRow, [
      { pk: 40_001, lotPk: 1, decision: 'REJECTED', decidedOn: '2026-01-01' },
      { pk: 40_002, lotPk: 1, decision: 'RELEASED', decidedOn: '2026-01-02' },
    ]);
  });
}

describeEachDatabase('quality', (open) => {
  let database: Database;
  let quality: Subgraph;

  beforeAll(async () => {
    database = await open(ALL_TABLES);
    await fill(database);
    const services = subgraphServices(database, tableReads(database));
    await services.completenessRules.current();
    quality = createQualitySubgraph(services);
  });

  test('shows inspections of the lot and of its load, with verdicts that leave out what was retracted', async () => {
    const fields = `inspections { number appliesTo verdict results { value numericValue verdict state current retestOf { value } } }
      inspectionsComplete disposition dispositions { decision }`;
    const [lot] = await askEntities(quality, 'Lot', [lotId(1)], fields);
    expect(lot).toEqual({
      inspections: [
        {
          number: 'WAT-1',
          appliesTo: 'LOT',
          verdict: 'PASS',
          results: [
            {
              value: '12.5',
              numericValue: '12.5',
              verdict: 'FAIL',
              state: 'RETRACTED',
              current: false,
              retestOf: null,
            },
            {
              value: '< 1',
              numericValue: null,
              verdict: 'PASS',
              state: 'VERIFIED',
              current: true,
              retestOf: { value: '12.5' },
            },
          ],
        },
        {
          number: 'EO-SAMPLE',
          appliesTo: 'STERILIZATION_LOAD',
          verdict: 'PASS',
          results: [
            {
              value: 'ok',
              numericValue: null,
              verdict: 'PASS',
              state: 'VERIFIED',
              current: true,
              retestOf: null,
            },
          ],
        },
      ],
      inspectionsComplete: true,
      disposition: 'RELEASED',
      dispositions: [{ decision: 'RELEASED' }, { decision: 'REJECTED' }],
    });
  });

  test('a lot without any decision is pending', async () => {
    const [lot] = await askEntities(quality, 'Lot', [lotId(2)], 'disposition dispositions { id }');
    expect(lot).toEqual({ disposition: 'PENDING', dispositions: [] });
  });

  test('asks the database as often for fifty lots as for one', async () => {
    const fields =
      'inspections { verdict source { system } results { current retestOf { id } source { system } } } inspectionsComplete disposition';
    const counts: number[] = [];
    for (const count of [1, 10, 50]) {
      const before = database.statementCount;
      expect(await askEntities(quality, 'Lot', ids(count), fields)).toHaveLength(count);
      counts.push(database.statementCount - before);
    }
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeLessThanOrEqual(12);
  });

  test('pages through inspections without missing or repeating one', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: {
        inspections: { nodes: { number: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      } = await dataOf(
        quality,
        'query ($after: String) { inspections(first: 7, after: $after, filter: { states: [PUBLISHED] }) { nodes { number } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      seen.push(...page.inspections.nodes.map((node) => node.number));
      after = page.inspections.pageInfo.hasNextPage ? page.inspections.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(Array.from({ length: LOTS }, (_, n) => `WAT-${LOTS - n}`));
  });

  test('an empty list of states fits nothing, and a lot narrows to its own', async () => {
    const query = (filter: string): string =>
      `{ inspections(filter: ${filter}) { nodes { number lot { id } } } }`;
    expect(await dataOf(quality, query('{ states: [] }'))).toEqual({ inspections: { nodes: [] } });
    expect(await dataOf(quality, query(`{ lot: "${lotId(3)}" }`))).toEqual({
      inspections: { nodes: [{ number: 'WAT-3', lot: { id: lotId(3) } }] },
    });
  });

  test('finds an inspection by number, and refuses a number that two systems use', async () => {
    expect(await dataOf(quality, '{ inspection(number: "WAT-1") { state sampleSize } }')).toEqual({
      inspection: { state: 'PUBLISHED', sampleSize: '5' },
    });
    expect(await dataOf(quality, '{ inspection(number: "wat-1") { state } }')).toEqual({ inspection: null });
    expect(codesOf(await ask(quality, '{ inspection(number: "TWICE") { state } }'))).toEqual(['AMBIGUOUS']);
  });

  test.each([
    ['by name', 'mutation { releaseLot(lot: "lot_1", reason: "ok") { refusals { code } signOff { id } } }'],
    [
      'under an alias',
      'mutation { releaseLot: releaseLot(lot: "lot_1", reason: "ok") { refusals { code } signOff { id } } }',
    ],
    [
      'in a fragment',
      'mutation { ...F } fragment F on Mutation { releaseLot(lot: "lot_1", reason: "ok") { refusals { code } signOff { id } } }',
    ],
  ])(
    'refuses to release a lot that was decided about already, %s, and decides nothing',
    async (_how, source) => {
      const { releaseLot } = await dataOf<{ releaseLot: { signOff: unknown; refusals: { code: string }[] } }>(
        quality,
        source,
      );
      expect(releaseLot.signOff).toBeNull();
      expect(releaseLot.refusals.map(({ code }) => code)).toEqual(['LOT_ALREADY_DECIDED']);
      expect(await database.reader.countBy(RegulatedRecordRow, { recordType: 'disposition' })).toBe(0);
    },
  );

  test('refuses both of a batch of two releases', async () => {
    const one = 'releaseLot(lot: "lot_1", reason: "ok") { lot { id } }';
    const result = await ask(quality, `mutation { a: ${one} b: ${one} }`);
    expect(codesOf(result)).toEqual(['SIGN_OFF_ONE_ACT', 'SIGN_OFF_ONE_ACT']);
  });

  test('starts only with its marked mutation guarded', () => {
    expect(() => assertSignOffEnforced(quality.schema)).not.toThrow();
  });
});
