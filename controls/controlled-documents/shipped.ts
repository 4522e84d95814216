/** What stands in files and what was published: told when a process starts, and by `lotgraph doctor`. */
import { ConfigError, GatewayError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import type { ControlledDocument } from './controlled-document';
import { versionOf } from './document-kind';
import type { DocumentVersion } from './document-versions';

/**
 * Publishes the files where none was ever published. A published version that this release cannot go by, or that was
 * tampered with, stops no process: whoever needs it fails by itself, and another one must be published. Throws
 * ConfigError for files that cannot be published at the first start.
 */
export async function publishShipped(document: ControlledDocument<unknown>, logger: Logger): Promise<void> {
  try {
    await document.current();
  } catch (error) {
    const isTold = error instanceof GatewayError && error.code === 'RECORD_UNTRUSTED';
    if (!isTold && !(error instanceof ConfigError && (await document.isPublished()))) throw error;
    logger.error(
      { err: error, document: document.kind.id },
      'a published document cannot be relied upon; publish another version of it',
    );
  }
}

const TOLD = new Set<string>([
  'RECORD_UNTRUSTED',
  'SIGN_OFF_UNAVAILABLE',
  'INVALID_INPUT',
  'MAPPING_INVALID',
]);

export interface DocumentStatus {
  /** Null where none was published, or the published one cannot be relied upon. */
  readonly inForce: DocumentVersion | null;
  /** Whether the files say otherwise; null where that cannot be told. */
  readonly differs: boolean | null;
  /** Why the published version, or the files, cannot be gone by. */
  readonly problems: readonly string[];
}

/** What is in force, and whether the files of this project say otherwise. */
export async function statusOf(document: ControlledDocument<unknown>): Promise<DocumentStatus> {
  const problems: string[] = [];
  const inForce = await attempt(problems, () => document.published());
  if (inForce !== null)
    await attempt(problems, () => Promise.resolve(document.kind.compile(inForce.texts) ?? null));
  const texts = await attempt(problems, () => Promise.resolve(document.kind.read()));
  const shipped = texts === null ? null : versionOf(document.kind.id, texts);
  const differs = inForce === null || shipped === null ? null : shipped !== inForce.version;
  return { inForce, differs, problems };
}

/** Null where it cannot be had: why, is noted. Rejects for what is no matter of files or published versions. */
export async function attempt<T>(problems: string[], work: () => Promise<T | null>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) problems.push(...error.problems);
    else if (error instanceof GatewayError && TOLD.has(error.code)) problems.push(error.message);
    else throw error;
    return null;
  }
}
