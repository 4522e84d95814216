/** Completeness of lots as the graph shows it: scored from the tables, unknown where it cannot be told, closed to whom it would tell. */
import { ItemRow } from '../../canonical/entities/catalogue.entity';
import { LotRow } from '../../canonical/entities/lot.entity';
import { InspectionRow } from '../../canonical/entities/quality.entity';
import { GenealogyEdgeRow } from '../../canonical/entities/stock.entity';
import { toId } from '../../canonical/ids';
import { openDocuments } from '../../canonical/open-documents';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { Database } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { Caller, RequestContext } from '../../platform/request';
import type { RecordType } from '../../schema/records/record-types';
import { createQualitySubgraph } from '../../subgraphs/quality/subgraph';
import { KIT_LOT, RESIN_LOT, fillLotWorld } from '../lots/lot-world';
import { READ_ALL } from '../support/access';
import { ALL_TABLES } from '../support/all-tables';
import {
  NOW,
  ROOT,
  ask,
  askEntities,
  codesOf,
  requestContext,
  subgraphServices,
} from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { tableReads } from '../support/table-reads';

const KITS = 40;
const FIELDS = `completeness { score least complete profile profileName ruleVersion
  missing { term label weight required doubt systems } unknown { term label weight required doubt systems } }`;

interface Gap {
  readonly term: string;
  readonly label: string;
  readonly weight: number | null;
  readonly required: boolean;
  readonly doubt: string | null;
  readonly systems: readonly string[];
}

interface Shown {
  readonly score: string | null;
  readonly least: string | null;
  readonly complete: boolean | null;
  readonly profile: string | null;
  readonly profileName: string | null;
  readonly ruleVersion: string;
  readonly missing: readonly Gap[];
  readonly unknown: readonly Gap[];
}

describeEachDatabase('completeness of lots', (open) => {
  let database: Database;
  let services: SubgraphServices;
  let quality: Subgraph;

  beforeAll(async () => {
    database = await open(ALL_TABLES);
    await fillLotWorld(database, KITS);
    services = subgraphServices(database, tableReads(database));
    await services.completenessRules.current();
    quality = createQualitySubgraph(services);
  });

  async function shown(pk: number, request = requestContext(), subgraph = quality): Promise<Shown> {
    const [lot] = await askEntities<{ completeness: Shown }>(
      ...([subgraph, 'Lot', [toId('lot', pk)], FIELDS, request] as const),
    );
    if (lot === undefined) throw new Error('no such lot');
    return lot.completeness;
  }

  const limited = (limits: Partial<Pick<Caller, 'sites' | 'suppliers'>>): RequestContext => {
    const request = requestContext();
    return { ...request, caller: { ...request.caller, ...limits } };
  };
  const suppliedBy = (systems: Partial<Record<RecordType, readonly string[]>>): Subgraph =>
    createQualitySubgraph({ ...services, canonical: tableReads(database, systems) });
  const update = (entity: typeof LotRow, pk: number, values: object): Promise<unknown> =>
    database.write((manager) => manager.update(entity, { pk }, values));

  test('a lot of which all is known is complete, under the version that was published [ISO 13485 7.5.8]', async () => {
    const { version } = await services.completenessRules.current();
    expect(await shown(KIT_LOT)).toEqual({
      ...{
        score: '100',
        least: '90',
        complete: true,
        profile: 'made-device',
        profileName: 'Device made here',
      },
      ...{ ruleVersion: version, missing: [], unknown: [] },
    });
  });

  test('what is missing is named by its term, in the language of the caller, and counts exactly', async () => {
    const lot = await shown(RESIN_LOT);
    expect(lot).toMatchObject({
      score: '27.27',
      complete: false,
      profile: 'bought',
      least: '80',
      unknown: [],
    });
    expect(lot.missing.map(({ term, label, required }) => [term, label, required])).toEqual([
      ['lot.inspections', 'Inspections of the lot', true],
      ['lot.manufacturedOn', 'Manufactured on', false],
      ['lot.supplierLotNumber', "Supplier's lot number", false],
      ['lot.documents', 'Record of receipt', false],
    ]);
    const zh = await shown(RESIN_LOT, requestContext('zh'));
    expect(zh.profileName).toBe('外购批次');
    expect(zh.missing.map(({ label }) => label)).toEqual(['批次检验', '生产日期', '供应商批号', '收货记录']);
  });

  test('an expiry is asked only of lots of items with a shelf life', async () => {
    await update(LotRow, KIT_LOT + 1, { expiresOn: null });
    expect((await shown(KIT_LOT + 1)).complete).toBe(true);
    const shelfLife = (days: number | null): Promise<unknown> =>
      database.write((manager) => manager.update(ItemRow, { pk: 2 }, { shelfLifeDays: days }));
    await shelfLife(730);
    expect(await shown(KIT_LOT + 1)).toMatchObject({
      ...{ complete: false, missing: [{ term: 'lot.expiresOn', weight: 3, required: true }] },
    });
    await shelfLife(null);
  });

  test('a cancelled inspection is none, and neither is a lot without its origin complete', async () => {
    const state = (to: string): Promise<unknown> =>
      database.write((manager) => manager.update(InspectionRow, { ref: 'lims:I1' }, { state: to }));
    await state('CANCELLED');
    expect((await shown(KIT_LOT)).missing).toMatchObject([{ term: 'lot.inspections' }]);
    await state('PUBLISHED');
    await database.write((manager) => manager.delete(GenealogyEdgeRow, { descendantLotPk: KIT_LOT + 2 }));
    expect((await shown(KIT_LOT + 2)).missing).toMatchObject([{ term: 'lot.ancestors' }]);
  });

  test('asks the database as often for forty lots as for one', async () => {
    const counts: number[] = [];
    for (const count of [1, 10, KITS]) {
      const ids = Array.from({ length: count }, (_, n) => toId('lot', KIT_LOT + n));
      await services.completenessRules.current();
      const before = database.statementCount;
      expect(await askEntities(quality, 'Lot', ids, FIELDS)).toHaveLength(count);
      counts.push(database.statementCount - before);
    }
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeLessThanOrEqual(9);
  });

  test('what a source that was never read, or not lately, would know is unknown and no score is given', async () => {
    const stale = await shown(
      RESIN_LOT,
      { ...requestContext(), now: NOW + 3_600_000 },
      suppliedBy({ lot: ['erp'] }),
    );
    expect(stale).toMatchObject({ score: null, complete: null, missing: [{ term: 'lot.documents' }] });
    expect(stale.unknown.map(({ term, doubt, systems }) => [term, doubt, systems])).toEqual([
      ['lot.inspections', 'SOURCE_STALE', ['erp']],
      ['lot.manufacturedOn', 'SOURCE_STALE', ['erp']],
      ['lot.supplierLotNumber', 'SOURCE_STALE', ['erp']],
    ]);
    const unread = await shown(
      RESIN_LOT,
      requestContext(),
      suppliedBy({ lot: ['erp'], inspection: ['lims'] }),
    );
    expect(unread.unknown).toMatchObject([{ term: 'lot.inspections', systems: ['lims'] }]);
    expect(unread.missing.map(({ term }) => term)).toContain('lot.manufacturedOn');
    // what was found is there, however old the copy
    expect((await shown(KIT_LOT, requestContext(), suppliedBy({ inspection: ['lims'] }))).complete).toBe(
      true,
    );
  });

  test('a lot whose class depends on what was never read has no profile', async () => {
    const lot = await shown(RESIN_LOT, requestContext(), suppliedBy({ item: ['erp'] }));
    // bought for sure: it has a supplier
    expect(lot.profile).toBe('bought');
    const other = KIT_LOT + 3;
    const gtin = (value: string | null): Promise<unknown> =>
      database.write((manager) => manager.update(ItemRow, { pk: 2 }, { gtin: value }));
    await gtin(null);
    expect(await shown(other, requestContext(), suppliedBy({ item: ['erp'] }))).toMatchObject({
      ...{ profile: null, profileName: null, least: null, score: null, complete: null, missing: [] },
      unknown: [{ term: 'item.gtin', label: 'GTIN', weight: null, systems: ['erp'] }],
    });
    expect((await shown(other)).profile).toBe('other');
    await gtin('06901234567892');
  });

  test('who does not see all rows is told that, and nothing of the rows of others', async () => {
    const before = await shown(KIT_LOT + 4, limited({ sites: ['RTM'] }));
    expect(before).toMatchObject({ score: null, complete: null, missing: [] });
    expect(before.unknown.map(({ term, doubt }) => [term, doubt])).toEqual([
      ['lot.ancestors', 'ROWS_LIMITED'],
      ['lot.documents', 'ROWS_LIMITED'],
    ]);
    await database.write((manager) => manager.delete(GenealogyEdgeRow, { descendantLotPk: KIT_LOT + 4 }));
    expect((await shown(KIT_LOT + 4)).missing).toMatchObject([{ term: 'lot.ancestors' }]);
    expect(await shown(KIT_LOT + 4, limited({ sites: ['RTM'] }))).toEqual(before);
  });

  test('who may not read a term that is asked for is refused alike whether the lot has it or not', async () => {
    const blind: RequestContext = {
      ...requestContext(),
      access: {
        ...READ_ALL,
        key: 'blind',
        term: (id) => (id === 'lot.supplierLotNumber' ? 'MASK' : 'READ'),
      },
    };
    const answer = async (pk: number) => {
      const source = `{ _entities(representations: [{ __typename: "Lot", id: "${toId('lot', pk)}" }]) { ... on Lot { ${FIELDS} } } }`;
      const result = await ask(quality, source, {}, blind);
      return [codesOf(result), result.data, result.errors?.map(({ message }) => message)];
    };
    const without = await answer(RESIN_LOT);
    expect(without[0]).toEqual(['ACCESS_DENIED']);
    await update(LotRow, RESIN_LOT, { supplierLotNumber: 'S-77' });
    expect(await answer(RESIN_LOT)).toEqual(without);
    expect(await answer(KIT_LOT)).toEqual(without);
  });

  test('a lot that is not complete is not released, and neither is one of which that cannot be told', async () => {
    const codes = async (subgraph: Subgraph, pk: number): Promise<string[]> => {
      const source = `mutation { releaseLot(lot: "${toId('lot', pk)}", reason: "r") { signOff { id } refusals { code } } }`;
      const { data } = await ask(subgraph, source);
      const { releaseLot } = data as { releaseLot: { signOff: null; refusals: { code: string }[] } };
      expect(releaseLot.signOff).toBeNull();
      return releaseLot.refusals.map(({ code }) => code);
    };
    expect(await codes(quality, RESIN_LOT)).toContain('LOT_INCOMPLETE');
    const unread = suppliedBy({ lot: ['erp'], transformation: ['erp'] });
    expect(await codes(unread, KIT_LOT)).not.toContain('SOURCE_STALE');
    // KIT_LOT + 2 has no origin, and transformations were never read
    const refused = await codes(unread, KIT_LOT + 2);
    expect(refused).toContain('SOURCE_STALE');
    expect(refused).not.toContain('LOT_INCOMPLETE');
  });

  test('a published version is taken up, and one that was tampered with is not gone by', async () => {
    const { texts, number } = await services.completenessRules.current();
    const text = (texts['completeness.yaml'] ?? '').replace("least: '80'", "least: '10'");
    const publication = { texts: { 'completeness.yaml': text }, reason: 'test' };
    const { version } = await services.completenessRules.publish(SYSTEM_ACTOR, publication, number);
    expect(await shown(RESIN_LOT)).toMatchObject({ least: '10', ruleVersion: version });
    await database.write(async (manager) => {
      await manager.query('DROP TRIGGER IF EXISTS tr_regulated_record_no_update');
      await manager.query(
        `UPDATE regulated_record SET content = REPLACE(content, '''10''', '''0''') WHERE record_id = 'completenessRules'`,
      );
    });
    // another process, which has read no version before
    const { controls, dictionary, clock } = services;
    const { audit, records } = controls;
    const documents = openDocuments({ root: ROOT, database, dictionary, clock, audit, records });
    const another = createQualitySubgraph({ ...services, ...documents });
    const source = `{ _entities(representations: [{ __typename: "Lot", id: "${toId('lot', KIT_LOT)}" }]) { ... on Lot { ${FIELDS} } } }`;
    expect(codesOf(await ask(another, source))).toEqual(['RECORD_UNTRUSTED']);
    const release = `mutation { releaseLot(lot: "${toId('lot', KIT_LOT)}", reason: "r") { signOff { id } } }`;
    expect(codesOf(await ask(another, release))).toEqual(['RECORD_UNTRUSTED']);
  });
});
