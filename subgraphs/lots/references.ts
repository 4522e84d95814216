/** Reference resolvers: how another subgraph's key of an entity of ours becomes the entity, one batch for all. */
import { type IdKind, fromId } from '../../canonical/ids';
import type { ReferenceResolver } from '../../platform/graphql/build-subgraph';
import type { LotsContext } from './context';
import {
  findDocument,
  findItem,
  findLocation,
  findLotByKey,
  findMovement,
  findParty,
  findSerial,
  findSite,
} from './loaders/find';

type Find = (context: LotsContext, pk: number | null) => Promise<unknown>;

/** Resolves the key `id`; null for an id that nobody has, or of another kind. */
function byId(kind: IdKind, find: Find): ReferenceResolver<LotsContext> {
  return ({ id }, context) => find(context, typeof id === 'string' ? fromId(kind, id) : null);
}

export const references: Readonly<Record<string, ReferenceResolver<LotsContext>>> = {
  Item: byId('item', findItem),
  Site: byId('site', findSite),
  Location: byId('location', findLocation),
  Party: byId('party', findParty),
  Lot: byId('lot', findLotByKey),
  Document: byId('document', findDocument),
  Movement: byId('movement', findMovement),
  Serial: byId('serial', findSerial),
};
