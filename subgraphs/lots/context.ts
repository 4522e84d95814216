/** What the resolvers of this subgraph find in their context: the request, the services and the loaders. */
import type { SubgraphServices } from '../../canonical/subgraph-services';
import type { RequestContext } from '../../platform/request';
import type { RecordType } from '../../schema/records/record-types';
import { type LotsLoaders, createLoaders } from './loaders/loaders';

export interface LotsContext extends RequestContext {
  readonly services: SubgraphServices;
  readonly loaders: LotsLoaders;
  /** Notes in the source report that copies of these record types were read; each type is asked for once a request. */
  reportCopies(...types: readonly RecordType[]): Promise<void>;
}

/** Makes the context of one request. */
export function createLotsContext(services: SubgraphServices, request: RequestContext): LotsContext {
  const reported = new Map<RecordType, Promise<void>>();
  const context: LotsContext = {
    ...request,
    services,
    loaders: createLoaders(services, () => context),
    reportCopies: async (...types) => {
      const fresh = types.filter((type) => !reported.has(type));
      if (fresh.length > 0) {
        const report = services.canonical.reportCopies(context, fresh);
        for (const type of fresh) reported.set(type, report);
      }
      for (const type of types) await reported.get(type);
    },
  };
  return context;
}
