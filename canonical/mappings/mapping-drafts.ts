/** Mappings that were handed in to be published. Handing in decides nothing; what is published is named by its hash. */
import type { EntityManager } from 'typeorm';
import { digestOf, matchesDigest } from '../../controls/integrity/digest';
import { canonicalJson } from '../../platform/canonical-json';
import { ConfigError } from '../../platform/errors';
import { KeyAllocator } from '../sync/keys';
import { MappingDraftRow, MappingImpactRow } from './mapping.entity';

export interface MappingDraft {
  readonly system: string;
  readonly text: string;
}

/** Keeps the draft; one that was handed in before is kept once. Returns its id. */
export async function keepDraft(
  manager: EntityManager,
  { system, text }: MappingDraft,
  by: string,
  now: number,
): Promise<string> {
  const content = canonicalJson({ system, text });
  const id = digestOf(content);
  if (!(await manager.existsBy(MappingDraftRow, { id })))
    await manager.insert(MappingDraftRow, { id, system, content, stagedBy: by, stagedAt: now });
  return id;
}

/** The draft of an id; null when none was handed in. Throws ConfigError when it was altered since. */
export async function draftOf(manager: EntityManager, id: string): Promise<MappingDraft | null> {
  const row = await manager.findOneBy(MappingDraftRow, { id });
  if (row === null) return null;
  if (!matchesDigest(row.content, row.id))
    throw new ConfigError([`the draft ${id} of a mapping was altered in the database`]);
  return JSON.parse(row.content) as MappingDraft;
}

/** Asks for an assessment of the draft; one that is asked for or under way is not asked for twice. */
export async function askForImpact(
  manager: EntityManager,
  draft: { readonly id: string; readonly system: string; readonly baseNumber: number },
  now: number,
): Promise<void> {
  const { id, system, baseNumber } = draft;
  const open = await manager.findBy(MappingImpactRow, { draft: id, baseNumber });
  if (open.some(({ state }) => state === 'WAITING' || state === 'RUNNING')) return;
  const keys = await KeyAllocator.lock(manager);
  await manager.insert(MappingImpactRow, {
    ...{ pk: keys.next(), draft: id, system, baseNumber, state: 'WAITING', rowsTotal: 0, rowsDone: 0 },
    ...{ requestedAt: now, finishedAt: null, sample: null, error: null },
  });
  await keys.save();
}

/** The newest look at a draft; null when none was asked for. */
export async function newestImpact(manager: EntityManager, draft: string): Promise<MappingImpactRow | null> {
  return await manager.findOne(MappingImpactRow, { where: { draft }, order: { pk: 'DESC' } });
}
