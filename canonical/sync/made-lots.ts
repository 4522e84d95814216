/** Lots that come with their masters: their rows are written at once, instead of without the master first. */
import type { ChangedRecord } from './batch';
import type { KnownEntity, LoadedContribution } from './entities';
import type { IdentityResolver } from './identity';
import type { Resolution } from './references';

/** Takes the lots that were made for these records, and which no record speaks of that was there before. */
export function takeMadeLots(
  identity: IdentityResolver,
  records: readonly ChangedRecord[],
  resolutions: readonly Resolution[],
): KnownEntity[] {
  const described = new Set<number>();
  const others = new Set<number>();
  records.forEach(({ isNew }, index) => {
    const pk = resolutions[index]?.entityPk;
    if (pk !== null && pk !== undefined) (isNew ? described : others).add(pk);
  });
  for (const pk of others) described.delete(pk);
  return [...identity.takeMadeLots(described)].map(([pk, lot]) => ({
    ...{ pk, identity: [lot.itemPk, lot.manufacturerPk, lot.lotNumber] },
  }));
}

/** What the records say of some entities, as it would be read back once they are stored. */
export function contributionsTo(
  entities: readonly KnownEntity[],
  stored: {
    readonly system: string;
    readonly now: number;
    readonly records: readonly ChangedRecord[];
    readonly resolutions: readonly Resolution[];
  },
): LoadedContribution[] {
  const { system, now, records, resolutions } = stored;
  const wanted = new Set(entities.map(({ pk }) => pk));
  return records.flatMap(({ pk: recordPk, version, mapped }, index) => {
    const entityPk = resolutions[index]?.entityPk ?? null;
    if (entityPk === null || !wanted.has(entityPk) || mapped.voidReason !== null) return [];
    const { record, readAt = now } = mapped;
    return [{ recordPk, entityPk, system, version, record, readAt }];
  });
}
