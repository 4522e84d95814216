/** The lots subgraph over a test database, and the part of a screen that it answers by itself. */
import { loadProvenance } from '../../canonical/provenance';
import type { Database } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createLotsSubgraph } from '../../subgraphs/lots/subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { subgraphServices } from '../support/ask-subgraph';
import type { OpenDatabase } from '../support/databases';
import { tableReads } from '../support/table-reads';

/** Opens a database with every table. */
export function openCanonical(open: OpenDatabase, poolSize?: number): Promise<Database> {
  return open(poolSize === undefined ? ALL_TABLES : { ...ALL_TABLES, poolSize });
}

/** The subgraph; the WMS keeps the ledger that is believed first. */
export function lotsSubgraph(database: Database): Subgraph {
  const reads = tableReads(database);
  const services = subgraphServices(database, {
    ...reads,
    ledgersOf: async (pks, scope) => {
      const ledgers = await reads.ledgersOf(pks, scope);
      return new Map([...ledgers].map(([pk, systems]) => [pk, [...systems].reverse()]));
    },
    provenanceOf: (type, pks) => loadProvenance(database, services.dictionary, [], type, pks),
  });
  return createLotsSubgraph(services);
}

/** Everything that the lots subgraph can say about a lot. */
export const FULL_LOT = `
  id lotNumber manufacturedOn expiresOn expiryPrecision sterilizationLoad mastered
  item { id code name gtin } manufacturer { code } supplier { code name }
  producedQuantity { amount uom }
  remainingShelfLife { days percent expired asOf timeZone timeZoneBasis site { code } }
  usable holds { kind reason since computed source { system nativeKey } }
  stock { location { code site { code } } onHand { amount uom } mode asOf ageSeconds stale system }
  serialCounts { state count }
  serials(first: 20) { nodes { id serialNumber state parentSerialNumber location { code } source { system } } }
  movements(first: 50) { nodes { id kind occurredAt quantity { amount uom } level { amount } balance { amount }
    balanceAtLocation { amount } location { code } site { code } party { code } document { number } ledger
    source { system stream nativeKey } } pageInfo { hasNextPage } }
  documents(first: 50) { nodes { id number stage basedOn { number } site { code } lines { line quantity { amount } }
    source { system } } }
  stages { stage documentCount documents { number occurredAt throughGenealogy lot { lotNumber } document { number }
    inspection { id } source { system nativeKey } } }
  ancestors(first: 50) { nodes { lot { lotNumber item { code } } consumed { amount uom } produced { amount uom }
    occurredAt document { number } source { system } } }
  descendants(first: 50) { nodes { lot { lotNumber } } }
  provenance { term value conflict source { system } candidates { value raw source { system } } }
  timeline(first: 100) { nodes { kind at on timeZone title site { code } late corrected recordedAt
    document { number } source { system stream nativeKey } } pageInfo { hasNextPage endCursor } }
`;
