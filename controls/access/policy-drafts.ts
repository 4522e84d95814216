/** Policies that were handed in to be published. Handing in decides nothing; what is published is named by its hash. */
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';
import type { Clock } from '../../platform/clock';
import { ConfigError } from '../../platform/errors';
import { matchesDigest } from '../integrity/digest';
import { AccessDraftRow } from './access.entity';
import { type PolicyContent, versionOf } from './policy-content';

/** Keeps the draft; one that was handed in before is kept once. Returns its version. */
export async function keepDraft(
  manager: EntityManager,
  clock: Clock,
  content: PolicyContent,
  by: string,
): Promise<string> {
  const version = versionOf(content);
  const known = await manager.existsBy(AccessDraftRow, { version });
  if (!known)
    await manager.insert(AccessDraftRow, {
      ...{ version, content: canonicalJson(content), stagedBy: by, stagedAt: clock.now() },
    });
  return version;
}

/** The draft of a version; null when none was handed in. Throws ConfigError when it was altered since. */
export async function draftOf(manager: EntityManager, version: string): Promise<PolicyContent | null> {
  const row = await manager.findOneBy(AccessDraftRow, { version });
  if (row === null) return null;
  if (!matchesDigest(row.content, row.version))
    throw new ConfigError([`the draft of access policy ${version} was altered in the database`]);
  return JSON.parse(row.content) as PolicyContent;
}
