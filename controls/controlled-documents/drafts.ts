/** Documents that were handed in to be published. Handing in decides nothing; what is published is named by its hash. */
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';
import { GatewayError } from '../../platform/errors';
import { type DocumentId, type DocumentTexts, versionOf } from './document-kind';
import { DocumentDraftRow } from './draft.entity';

/** Keeps the draft; one that was handed in before is kept once. Returns its version. */
export async function keepDraft(
  manager: EntityManager,
  draft: { readonly id: DocumentId; readonly texts: DocumentTexts; readonly by: string },
  now: number,
): Promise<string> {
  const { id, texts, by } = draft;
  const version = versionOf(id, texts);
  if (!(await manager.existsBy(DocumentDraftRow, { version })))
    await manager.insert(DocumentDraftRow, {
      ...{ version, document: id, content: canonicalJson({ ...texts }), stagedBy: by, stagedAt: now },
    });
  return version;
}

/** The draft of a version; null when none of this document was handed in. Thrown when it was altered: RECORD_UNTRUSTED. */
export async function draftOf(
  manager: EntityManager,
  id: DocumentId,
  version: string,
): Promise<DocumentTexts | null> {
  const row = await manager.findOneBy(DocumentDraftRow, { version, document: id });
  if (row === null) return null;
  const texts = JSON.parse(row.content) as DocumentTexts;
  if (versionOf(id, texts) !== version)
    throw new GatewayError('RECORD_UNTRUSTED', undefined, { record: 'controlledDocumentDraft', id, version });
  return texts;
}
