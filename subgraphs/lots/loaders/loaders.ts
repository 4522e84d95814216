/** The loaders of one request. They live as long as its context and are never shared between requests. */
import { type AttributeRow, loadAttributes } from '../../../canonical/attributes/attribute-reads';
import { ItemRow, LocationRow, PartyRow, SiteRow } from '../../../canonical/entities/catalogue.entity';
import { LotHoldRow, LotRow } from '../../../canonical/entities/lot.entity';
import { DocumentLineRow, DocumentRow, SerialRow } from '../../../canonical/entities/stock.entity';
import type { FieldProvenance, SourceRef, StockAtLocation } from '../../../canonical/reads';
import { leadsTo } from '../../../canonical/stewardship/leads-to';
import type { EntityType } from '../../../canonical/sync/identity';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopedGroupLoader, scopedRowLoader } from '../../../canonical/scope/scoped-loaders';
import { scopedQuery } from '../../../canonical/scope/scoped-sql';
import type { SubgraphServices } from '../../../canonical/subgraph-services';
import { type OwnHold, openHolds } from '../../../controls/holds/holds';
import type { SignatureView } from '../../../controls/sign-off/views';
import type { CommandView } from '../../../controls/outbox/outbox';
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
import { type OwnAct, loadOwnActs } from '../timeline/own-acts';
import { TIMELINE } from '../timeline/timeline.list';
import { toNumber } from './sql-values';

export type LotsLoaders = ReturnType<typeof createLoaders>;

/** Makes the loaders; `context` gives the request that they belong to, once a live source has to be asked. */
export function createLoaders(
  services: SubgraphServices,
  scope: RowScope | null,
  context: () => RequestContext,
) {
  const { database, canonical, controls } = services;
  const ledgers = batchLoader<number, readonly string[]>((pks) => canonical.ledgersOf(pks, scope), []);
  return {
    item: rowLoader(database, ItemRow, 'pk'),
    itemByCode: rowLoader(database, ItemRow, 'code'),
    site: scopedRowLoader(database, scope, SiteRow, 'pk', (rows, alias) => rows.site(alias)),
    siteByCode: scopedRowLoader(database, scope, SiteRow, 'code', (rows, alias) => rows.site(alias)),
    leadsTo: loaderPerArguments((type: EntityType) =>
      batchLoader<number, number | null>((pks) => leadsTo(database.reader, type, pks), null),
    ),
    location: scopedRowLoader(database, scope, LocationRow, 'pk', (rows, alias) => rows.location(alias)),
    party: scopedRowLoader(database, scope, PartyRow, 'pk', (rows, alias) => rows.party(alias)),
    lot: scopedRowLoader(database, scope, LotRow, 'pk', (rows, alias) => rows.lot(alias)),
    holds: groupLoader(database, LotHoldRow, 'lotPk', 'recordPk'),
    ownHolds: batchLoader<string, readonly OwnHold[]>(
      async (lots) => groupBy(await openHolds(database.reader, lots), ({ lot }) => lot),
      [],
    ),
    ownActs: batchLoader<string, OwnAct | null>((keys) => loadOwnActs(database, keys), null),
    signatures: batchLoader<string, readonly SignatureView[]>(
      (proposals) => controls.signOff.signaturesOf(database.reader, proposals, context().language),
      [],
    ),
    commandsOfLot: batchLoader<string, readonly CommandView[]>(
      async (lots) =>
        groupBy(
          await services.controls.outbox.commandsOf(database.reader, 'subject', lots),
          ({ subject }) => subject,
        ),
      [],
    ),
    document: scopedRowLoader(database, scope, DocumentRow, 'pk', (rows, alias) => rows.document(alias)),
    documentByRef: scopedRowLoader(database, scope, DocumentRow, 'ref', (rows, alias) =>
      rows.document(alias),
    ),
    documentLines: scopedGroupLoader(database, scope, DocumentLineRow, 'documentRef', 'pk', (rows, alias) =>
      rows.line(alias),
    ),
    serial: scopedRowLoader(database, scope, SerialRow, 'pk', (rows, alias) => rows.serial(alias)),
    movement: movementLoader(services, scope),
    ledgers,
    holdingSite: holdingSiteLoader(services, scope, ledgers),
    serialCounts: serialCountLoader(services, scope),
    movementsOfLot: lotPageLoader(database, scope, MOVEMENTS),
    serialsOfLot: lotPageLoader(database, scope, SERIALS),
    documentsOfLot: lotPageLoader(database, scope, DOCUMENTS),
    genealogyOfLot: lotPageLoader(database, scope, GENEALOGY),
    timelineOfLot: lotPageLoader(database, scope, TIMELINE),
    stagesOfLot: loaderPerArguments((first: number) => stageLoader(services, scope, first)),
    source: batchLoader<number, SourceRef | null>((pks) => canonical.sourcesOf(pks), null),
    attributes: batchLoader<number, readonly AttributeRow[]>((pks) => loadAttributes(database, pks), []),
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

function movementLoader(
  { database }: SubgraphServices,
  scope: RowScope | null,
): Loader<number, MovementListRow | null> {
  return batchLoader<number, MovementListRow | null>(async (pks) => {
    const { sql, parameters } = movementsByKey(pks, scope);
    const rows = await scopedQuery<MovementListRow>(database.reader, scope, sql, parameters);
    return new Map(rows.map((row) => [toNumber(row.pk), row]));
  }, null);
}

function stageLoader(
  { database }: SubgraphServices,
  scope: RowScope | null,
  first: number,
): Loader<number, readonly StageRow[]> {
  return batchLoader<number, readonly StageRow[]>(async (lotPks) => {
    const { sql, parameters } = stagesOfLots(database, scope, lotPks, first);
    const rows = await scopedQuery<StageRow>(database.reader, scope, sql, parameters);
    return groupBy(rows, (row) => toNumber(row.root_pk));
  }, []);
}
