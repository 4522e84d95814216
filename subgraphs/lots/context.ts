/** What the resolvers of this subgraph find in their context: the request, the services and the loaders. */
import { type RowScope, rowScopeOf } from '../../canonical/scope/row-scope';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import type { RequestContext } from '../../platform/request';
import type { RecordType } from '../../schema/records/record-types';
import { type LotsLoaders, createLoaders } from './loaders/loaders';

export interface LotsContext extends RequestContext {
  readonly services: SubgraphServices;
  /** Rows that the caller may see; null when there is no limit. */
  readonly scope: RowScope | null;
  readonly loaders: LotsLoaders;
  /** Notes in the source report that copies of these record types were read; each type is asked for once a request. */
  reportCopies(...types: readonly RecordType[]): Promise<void>;
}

/** Makes the context of one request. */
export function createLotsContext(services: SubgraphServices, request: RequestContext): LotsContext {
  const scope = rowScopeOf(request.caller);
  const reported = new Map<RecordType, Promise<void>>();
  const context: LotsContext = {
    ...request,
    services,
    scope,
    loaders: createLoaders(services, scope, () => context),
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
