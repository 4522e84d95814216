/** Finds what a row points to and shows it as the graph does. Each gives null for no key, or a key that nobody has. */
import type { EntityType } from '../../../canonical/sync/identity';
import type { Loader } from '../../../platform/graphql/batching';
import type { RecordType } from '../../../schema/records/record-types';
import type { LotsContext } from '../context';
import { DocumentType } from '../document/document.type';
import { ItemType } from '../item/item.type';
import { LotType } from '../lot/lot.type';
import { MovementType } from '../movement/movement.type';
import { PartyType } from '../party/party.type';
import { SerialType } from '../serial/serial.type';
import { LocationType, SiteType } from '../site/site.type';

async function find<K, R, T>(
  context: LotsContext,
  type: RecordType,
  loader: Loader<K, R | null>,
  key: K | null,
  show: (row: R) => T,
): Promise<T | null> {
  if (key === null) return null;
  await context.reportCopies(type);
  const row = await loader.load(key);
  return row === null ? null : show(row);
}

/** The same of an entity that may have been joined to another: then its key leads to the one that remains. */
async function findEntity<R, T>(
  context: LotsContext,
  type: EntityType,
  loader: Loader<number, R | null>,
  key: number | null,
  show: (row: R) => T,
): Promise<T | null> {
  const found = await find(context, type, loader, key, show);
  if (found !== null || key === null) return found;
  const remaining = await context.loaders.leadsTo(type).load(key);
  return await find(context, type, loader, remaining, show);
}

export const findItem = (context: LotsContext, pk: number | null): Promise<ItemType | null> =>
  findEntity(context, 'item', context.loaders.item, pk, (row) => ItemType.from(row));

export const findLotByKey = (context: LotsContext, pk: number | null): Promise<LotType | null> =>
  findEntity(context, 'lot', context.loaders.lot, pk, (row) => LotType.from(row));

export const findSite = (context: LotsContext, pk: number | null): Promise<SiteType | null> =>
  findEntity(context, 'site', context.loaders.site, pk, (row) => SiteType.from(row));

export const findLocation = (context: LotsContext, pk: number | null): Promise<LocationType | null> =>
  findEntity(context, 'location', context.loaders.location, pk, (row) => LocationType.from(row));

export const findParty = (context: LotsContext, pk: number | null): Promise<PartyType | null> =>
  findEntity(context, 'party', context.loaders.party, pk, (row) => PartyType.from(row));

export const findDocument = (context: LotsContext, pk: number | null): Promise<DocumentType | null> =>
  find(context, 'document', context.loaders.document, pk, (row) => DocumentType.from(row));

export const findDocumentByRef = (context: LotsContext, ref: string | null): Promise<DocumentType | null> =>
  find(context, 'document', context.loaders.documentByRef, ref, (row) => DocumentType.from(row));

export const findMovement = (context: LotsContext, pk: number | null): Promise<MovementType | null> =>
  find(context, 'movement', context.loaders.movement, pk, (row) => MovementType.from(row));

export const findSerial = (context: LotsContext, pk: number | null): Promise<SerialType | null> =>
  find(context, 'serial', context.loaders.serial, pk, (row) => SerialType.from(row));

export async function findSiteOfLocation(context: LotsContext, pk: number | null): Promise<SiteType | null> {
  const location = await findLocation(context, pk);
  return await findSite(context, location?.sitePk ?? null);
}
