/** The four subgraphs over a world by chance, with a warehouse that is asked live and says something of every site. */
import type { LegacySystem, Stream } from '../../connectors/contract';
import { CanonicalReadsService } from '../../canonical/reads-service';
import type { Database } from '../../platform/database/database';
import { LegacyUnavailableError } from '../../platform/errors';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { silentLogger } from '../../platform/log';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { createLotsSubgraph } from '../../subgraphs/lots/subgraph';
import { createQualitySubgraph } from '../../subgraphs/quality/subgraph';
import { createRecallSubgraph } from '../../subgraphs/recall/subgraph';
import type { RecordType } from '../../schema/records/record-types';
import { subgraphServices } from '../support/ask-subgraph';
import { shippedDictionary } from '../support/shipped-dictionary';
import { SITES, WMS_LOTS } from './scope-world';

export interface Warehouse extends LegacySystem {
  /** Set to make the live answer fail. */
  down: boolean;
}

export type SubgraphName = 'lots' | 'quality' | 'recall' | 'governance';

export interface ScopeSubgraphs {
  readonly subgraphs: Readonly<Record<SubgraphName, Subgraph>>;
  readonly warehouse: Warehouse;
}

export function scopeSubgraphs(database: Database): ScopeSubgraphs {
  const warehouse = makeWarehouse();
  const reads = new CanonicalReadsService({
    ...{ database, dictionary: shippedDictionary(), logger: silentLogger },
    ...{ systems: [warehouse, makeErp()], sourceDeadlineMs: 1000, staleAfterMs: 60_000 },
  });
  const services = subgraphServices(database, reads);
  return {
    warehouse,
    subgraphs: {
      lots: createLotsSubgraph(services),
      quality: createQualitySubgraph(services),
      recall: createRecallSubgraph(services),
      governance: createGovernanceSubgraph(services),
    },
  };
}

function stream(name: string, recordType: RecordType): Stream {
  return {
    ...{ name, recordType, rawText: () => null },
    read: () => {
      throw new Error('these systems are not synced');
    },
    map: () => ({ kind: 'reject', key: 'x', code: 'MISSING_VALUE', field: 'x', message: 'x' }),
  };
}

const SYSTEM: Omit<LegacySystem, 'id' | 'streams'> = {
  name: { en: 'system', zh: '系统' },
  kind: 'OTHER',
  timeZone: 'UTC',
  mappingVersion: 'm1',
  commandKinds: [],
  commands: null,
  live: null,
  ping: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

function makeErp(): LegacySystem {
  const streams = [stream('erp-facts', 'movement'), stream('erp-documents', 'document')];
  return { ...SYSTEM, id: 'erp', streams };
}

/** Holds 1 of each lot at the first place of each site. */
function makeWarehouse(): Warehouse {
  const warehouse: Warehouse = {
    ...SYSTEM,
    id: 'wms',
    down: false,
    streams: [stream('wms-facts', 'movement'), stream(WMS_LOTS, 'lot')],
    live: {
      lotStream: WMS_LOTS,
      stock: (lots) => {
        if (warehouse.down) throw new LegacyUnavailableError('wms', 'down', { retryable: false });
        const rows = lots.flatMap(({ key }) =>
          SITES.map((site) => ({ lot: key, site, location: `${site}-A`, onHand: '1' })),
        );
        return Promise.resolve(rows as never);
      },
    },
  };
  return warehouse;
}
