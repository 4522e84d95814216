/** Reference resolvers: how another subgraph's key of an entity of ours becomes the entity, one batch for all. */
import { type IdKind, fromId } from '../../canonical/ids';
import type { ReferenceResolver } from '../../platform/graphql/build-subgraph';
import type { RecordType } from '../../schema/records/record-types';
import type { LotsContext } from './context';
import { ItemType } from './item/item.type';
import type { Loader } from '../../platform/graphql/batching';
import type { LotsLoaders } from './loaders/loaders';
import { LotType } from './lot/lot.type';
import { PartyType } from './party/party.type';
import { LocationType, SiteType } from './site/site.type';

/** Resolves the key `id` of an entity through its loader. */
function byId<R>(
  kind: IdKind & RecordType,
  loader: (loaders: LotsLoaders) => Loader<number, R | null>,
  show: (row: R) => unknown,
): ReferenceResolver<LotsContext> {
  return async ({ id }, context) => {
    const pk = typeof id === 'string' ? fromId(kind, id) : null;
    if (pk === null) return null;
    await context.reportCopies(kind);
    const row = await loader(context.loaders).load(pk);
    return row === null ? null : show(row);
  };
}

export const references: Readonly<Record<string, ReferenceResolver<LotsContext>>> = {
  Item: byId(
    'item',
    (all) => all.item,
    (row) => ItemType.from(row),
  ),
  Site: byId(
    'site',
    (all) => all.site,
    (row) => SiteType.from(row),
  ),
  Location: byId(
    'location',
    (all) => all.location,
    (row) => LocationType.from(row),
  ),
  Party: byId(
    'party',
    (all) => all.party,
    (row) => PartyType.from(row),
  ),
  Lot: byId(
    'lot',
    (all) => all.lot,
    (row) => LotType.from(row),
  ),
};
