/** The six stages of a lot: its own documents, and those of the lots that it was made of where it has none. */
import { LotRow } from '../../canonical/entities/lot.entity';
import { GenealogyEdgeRow } from '../../canonical/entities/stock.entity';
import { toId } from '../../canonical/ids';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { ask, codesOf, dataOf } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { KIT_LOT, fillLotWorld } from './lot-world';
import { lotsSubgraph, openCanonical } from './lots-subgraph';

/** A box of the first kit's lot, of which no document speaks. */
const BOX_LOT = 9000;
const STAGES = ['PURCHASE', 'RECEIPT', 'PRODUCTION', 'INSPECTION', 'PUT_AWAY', 'SALE'];

interface LotStage {
  stage: string;
  documentCount: number;
  documents: {
    number: string;
    throughGenealogy: boolean;
    lot: { id: string };
    document: { number: string } | null;
    inspection: { id: string } | null;
    source: { system: string; nativeKey: string; readAt: string };
  }[];
}

describeEachDatabase('stages of a lot', (open) => {
  let subgraph: Subgraph;

  beforeAll(async () => {
    const database = await openCanonical(open);
    await fillLotWorld(database, 2);
    const edge = { consumedMicros: null, producedMicros: null, occurredAt: null };
    const [kit, box] = [KIT_LOT, BOX_LOT];
    await database.write(async (manager) => {
      await manager.insert(LotRow, {
        ...{
          pk: BOX_LOT,
          itemPk: 2,
          lotNumber: 'BOX',
          mastered: true,
          manufacturerPk: null,
          supplierPk: null,
        },
        ...{ manufacturedOn: null, expiresOn: null, expiryPrecision: null, sterilizationLoad: null },
      });
      const [packed, unpacked] = [`erp:P1`, `erp:P2`];
      await manager.insert(GenealogyEdgeRow, [
        {
          ...edge,
          transformationRef: packed,
          inputLinePk: 1,
          outputLinePk: 2,
          ancestorLotPk: kit,
          descendantLotPk: box,
        },
        // unpacked again: the genealogy goes round in a circle
        {
          ...edge,
          transformationRef: unpacked,
          inputLinePk: 3,
          outputLinePk: 4,
          ancestorLotPk: box,
          descendantLotPk: kit,
        },
      ]);
    });
    subgraph = lotsSubgraph(database);
  });

  async function stagesOf(pk: number, first = 10): Promise<LotStage[]> {
    const query = `query ($id: ID!, $first: Int!) { lotById(id: $id) { stages(first: $first) { stage documentCount
      documents { number throughGenealogy lot { id } document { number } inspection { id }
        source { system nativeKey readAt } } } } }`;
    const { lotById } = await dataOf<{ lotById: { stages: LotStage[] } }>(subgraph, query, {
      id: toId('lot', pk),
      first,
    });
    return lotById.stages;
  }

  const numbersOf = (stages: LotStage[]): Record<string, string[]> =>
    Object.fromEntries(stages.map((one) => [one.stage, one.documents.map((entry) => entry.number)]));

  it('come in their order, each entry with its source', async () => {
    const stages = await stagesOf(KIT_LOT);
    expect(stages.map((one) => one.stage)).toEqual(STAGES);
    expect(numbersOf(stages)).toEqual({
      PURCHASE: ['PO-1'],
      RECEIPT: ['PREC-1'],
      PRODUCTION: ['SE-1'],
      INSPECTION: ['REQ-1', 'WAT-1'],
      PUT_AWAY: ['PUT-1'],
      SALE: ['SO-1', 'DN-1'],
    });
    for (const entry of stages.flatMap((one) => one.documents)) {
      expect(entry).toMatchObject({ throughGenealogy: false, lot: { id: toId('lot', KIT_LOT) } });
      expect(entry.source.system).toMatch(/^(erp|wms|lims)$/);
    }
  });

  it("show the laboratory's inspection of the sterilisation load beside the documents", async () => {
    const inspection = (await stagesOf(KIT_LOT)).find((one) => one.stage === 'INSPECTION');
    const sample = inspection?.documents.find((one) => one.number === 'WAT-1');
    expect(sample).toMatchObject({ document: null, source: { system: 'lims' } });
    expect(sample?.inspection?.id).toMatch(/^ins/);
  });

  it('are taken over from the lots that a lot was made of, the sale excepted, even where these go in a circle', async () => {
    const stages = await stagesOf(BOX_LOT);
    expect(numbersOf(stages)).toMatchObject({ PURCHASE: ['PO-1'], PUT_AWAY: ['PUT-1'], SALE: [] });
    const [purchase] = stages;
    expect(purchase?.documents[0]).toMatchObject({
      throughGenealogy: true,
      lot: { id: toId('lot', KIT_LOT) },
    });
  });

  it('count what is not shown, and refuse a size out of bounds', async () => {
    const sale = (await stagesOf(KIT_LOT, 1)).at(-1);
    expect(sale).toMatchObject({ documentCount: 2, documents: [{ number: 'SO-1' }] });
    const query = `{ lotById(id: "${toId('lot', KIT_LOT)}") { stages(first: 0) { stage } } }`;
    expect(codesOf(await ask(subgraph, query))).toEqual(['INVALID_INPUT']);
  });
});
