/** What versions change in the counts of what records state. Pure. */

/** A version, and the one before it. */
export interface CountedVersion {
  readonly record_pk: number;
  readonly version: number;
  readonly batch_pk: number | null;
  readonly stream_pk: number;
  /** JSON. */
  readonly canonical: string;
  readonly void_reason: string | null;
  readonly read_at: number;
  readonly changed_at: number | null;
  readonly old_canonical: string | null;
  readonly old_void: string | null;
  readonly old_read_at: number | null;
  readonly old_changed_at: number | null;
}

export interface PresenceChange {
  readonly streamPk: number;
  readonly stretch: number;
  readonly field: string;
  present: number;
  stated: number;
}

/** Records of so many keys are counted together; where none of them lacks a value, none is looked at. */
export const STRETCH_KEYS = 16_384;
export const stretchOf = (recordPk: number): number => Math.floor(recordPk / STRETCH_KEYS);

export const countId = (streamPk: number, stretch: number, field: string): string =>
  `${streamPk}:${stretch}:${field}`;

/** By `countId`. Each version adds what it states and takes away what the one before stated. */
export function presenceChanges(versions: readonly CountedVersion[]): Map<string, PresenceChange> {
  const changes = new Map<string, PresenceChange>();
  for (const one of versions) {
    if (one.void_reason === null) count(changes, one, one.canonical, 1);
    if (one.old_canonical !== null && one.old_void === null) count(changes, one, one.old_canonical, -1);
  }
  for (const [id, { present, stated }] of changes) if (present === 0 && stated === 0) changes.delete(id);
  return changes;
}

function count(
  changes: Map<string, PresenceChange>,
  { stream_pk: streamPk, record_pk }: CountedVersion,
  canonical: string,
  sign: 1 | -1,
): void {
  const stretch = stretchOf(record_pk);
  const add = (field: string, isStated: boolean): void => {
    const id = countId(streamPk, stretch, field);
    let change = changes.get(id);
    if (change === undefined) {
      change = { streamPk, stretch, field, present: 0, stated: 0 };
      changes.set(id, change);
    }
    change.present += sign;
    if (isStated) change.stated += sign;
  };
  add('', true);
  const record = JSON.parse(canonical) as Record<string, unknown>;
  for (const [field, value] of Object.entries(record)) add(field, value !== null);
}
