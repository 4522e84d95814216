/** The loaders of one request. They live as long as its context and are never shared between requests. */
import { ItemRow, LocationRow, PartyRow, SiteRow } from '../../../canonical/entities/catalogue.entity';
import { LotHoldRow, LotRow } from '../../../canonical/entities/lot.entity';
import { DocumentLineRow, DocumentRow, SerialRow } from '../../../canonical/entities/stock.entity';
import type { FieldProvenance, SourceRef, StockAtLocation } from '../../../canonical/reads';
import type { SubgraphServices } from '../../../canonical/subgraph-services';
import { groupBy } from '../../../platform/collections';
import {
  type Loader,
  batchLoader,
  groupLoader,
  loaderPerArguments,
  rowLoader,
} from '../../../platform/graphql/batching';
import type { RequestContext } from '../../../platform/request';
import { DOCUMENTS } from '../document/document.list';
import { GENEALOGY } from '../genealogy/genealogy.list';
import { holdingSiteLoader } from '../lot/holding-site.loader';
import { MOVEMENTS, type MovementListRow, movementsByKey } from '../movement/movement.list';
import { lotPageLoader } from '../paging/lot-pages';
import { SERIALS, serialCountLoader } from '../serial/serial.list';
import { type StageRow, stagesOfLots } from '../stage/stage.list';
import { TIMELINE } from '../timeline/timeline.list';
import { toNumber } from './sql-values';

export type LotsLoaders = ReturnType<typeof createLoaders>;

/** Makes the loaders; `context` gives the request that they belong to, once a live source has to be asked. */
export function createLoaders(services: SubgraphServices, context: () => RequestContext) {
  const { database, canonical } = services;
  const ledgers = batchLoader<number, readonly string[]>((pks) => canonical.ledgersOf(pks), []);
  return {
    item: rowLoader(database, ItemRow, 'pk'),
    itemByCode: rowLoader(database, ItemRow, 'code'),
    site: rowLoader(database, SiteRow, 'pk'),
    siteByCode: rowLoader(database, SiteRow, 'code'),
    location: rowLoader(database, LocationRow, 'pk'),
    party: rowLoader(database, PartyRow, 'pk'),
    lot: rowLoader(database, LotRow, 'pk'),
    holds: groupLoader(database, LotHoldRow, 'lotPk', 'recordPk'),
    document: rowLoader(database, DocumentRow, 'pk'),
    documentByRef: rowLoader(database, DocumentRow, 'ref'),
    documentLines: groupLoader(database, DocumentLineRow, 'documentRef', 'pk'),
    serial: rowLoader(database, SerialRow, 'pk'),
    movement: movementLoader(services),
    ledgers,
    holdingSite: holdingSiteLoader(services, ledgers),
    serialCounts: serialCountLoader(services),
    movementsOfLot: lotPageLoader(database, MOVEMENTS),
    serialsOfLot: lotPageLoader(database, SERIALS),
    documentsOfLot: lotPageLoader(database, DOCUMENTS),
    genealogyOfLot: lotPageLoader(database, GENEALOGY),
    timelineOfLot: lotPageLoader(database, TIMELINE),
    stagesOfLot: loaderPerArguments((first: number) => stageLoader(services, first)),
    source: batchLoader<number, SourceRef | null>((pks) => canonical.sourcesOf(pks), null),
    lotProvenance: batchLoader<number, readonly FieldProvenance[]>(
      (pks) => canonical.provenanceOf('lot', pks),
      [],
    ),
    itemProvenance: batchLoader<number, readonly FieldProvenance[]>(
      (pks) => canonical.provenanceOf('item', pks),
      [],
    ),
    stock: batchLoader<number, readonly StockAtLocation[]>((pks) => canonical.stockOf(context(), pks), []),
  };
}

function movementLoader({ database }: SubgraphServices): Loader<number, MovementListRow | null> {
  return batchLoader<number, MovementListRow | null>(async (pks) => {
    const { sql, parameters } = movementsByKey(pks);
    const rows = await database.reader.query<MovementListRow[]>(sql, [...parameters]);
    return new Map(rows.map((row) => [toNumber(row.pk), row]));
  }, null);
}

function stageLoader({ database }: SubgraphServices, first: number): Loader<number, readonly StageRow[]> {
  return batchLoader<number, readonly StageRow[]>(async (lotPks) => {
    const { sql, parameters } = stagesOfLots(database, lotPks, first);
    const rows = await database.reader.query<StageRow[]>(sql, [...parameters]);
    return groupBy(rows, (row) => toNumber(row.root_pk));
  }, []);
}
