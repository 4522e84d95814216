/** The loaders of one request. They live as long as its context and are never shared between requests. */
import { ItemRow, LocationRow, PartyRow, SiteRow } from '../../../canonical/entities/catalogue.entity';
import { LotRow } from '../../../canonical/entities/lot.entity';
import { DocumentRow, SerialRow } from '../../../canonical/entities/stock.entity';
import type { SourceRef } from '../../../canonical/reads';
import type { SubgraphServices } from '../../../canonical/subgraph-services';
import { type HoldingSiteLoader, type LedgerLoader, holdingSiteLoader } from '../lot/holding-site.loader';
import { type Loader, batchLoader, rowLoader } from '../../../platform/graphql/batching';

export interface LotsLoaders {
  readonly item: Loader<number, ItemRow | null>;
  readonly site: Loader<number, SiteRow | null>;
  readonly siteByCode: Loader<string, SiteRow | null>;
  readonly location: Loader<number, LocationRow | null>;
  readonly party: Loader<number, PartyRow | null>;
  readonly lot: Loader<number, LotRow | null>;
  readonly document: Loader<number, DocumentRow | null>;
  readonly documentByRef: Loader<string, DocumentRow | null>;
  readonly serial: Loader<number, SerialRow | null>;
  readonly source: Loader<number, SourceRef | null>;
  readonly ledgers: LedgerLoader;
  readonly holdingSite: HoldingSiteLoader;
}

export function createLoaders(services: SubgraphServices): LotsLoaders {
  const { database, canonical } = services;
  const ledgers: LedgerLoader = batchLoader<number, readonly string[]>((pks) => canonical.ledgersOf(pks), []);
  return {
    item: rowLoader(database, ItemRow, 'pk'),
    site: rowLoader(database, SiteRow, 'pk'),
    siteByCode: rowLoader(database, SiteRow, 'code'),
    location: rowLoader(database, LocationRow, 'pk'),
    party: rowLoader(database, PartyRow, 'pk'),
    lot: rowLoader(database, LotRow, 'pk'),
    document: rowLoader(database, DocumentRow, 'pk'),
    documentByRef: rowLoader(database, DocumentRow, 'ref'),
    serial: rowLoader(database, SerialRow, 'pk'),
    source: batchLoader<number, SourceRef | null>((pks) => canonical.sourcesOf(pks), null),
    ledgers,
    holdingSite: holdingSiteLoader(services, ledgers),
  };
}
