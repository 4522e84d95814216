/** Handing a controlled document in, and publishing it: by one person where nothing gets weaker, by two where it does. */
import type { EntityManager } from 'typeorm';
import { actorOf } from '../../../controls/audit/audit-entry';
import type { ControlledDocument } from '../../../controls/controlled-documents/controlled-document';
import type {
  DocumentId,
  DocumentTexts,
  RoleRisk,
} from '../../../controls/controlled-documents/document-kind';
import {
  DOCUMENT_RECORD,
  PUBLISH_ACTION,
  numberField,
} from '../../../controls/controlled-documents/document-versions';
import { draftOf, keepDraft } from '../../../controls/controlled-documents/drafts';
import type { CompiledPolicy } from '../../../controls/access/compiled-policy';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { RefusalType } from '../../../controls/sign-off/mutation-payload.type';
import { refusalIn } from '../../../controls/sign-off/refusal';
import { ConfigError, type ErrorCode } from '../../../platform/errors';
import type { SubgraphServices } from '../../../canonical/subgraph-services';
import type { GovernanceContext } from '../context';
import {
  DocumentChangeType,
  DocumentVersionType,
  PublishDocumentPayload,
  StagedDocumentPayload,
} from './controlled-document.types';

/** Changes that the signers are shown one by one; the rest is counted. */
const MOST_CHANGES = 200;

export function documentOf(services: SubgraphServices, id: DocumentId): ControlledDocument<unknown> {
  const { alarmRules, claims } = services.controls;
  const { consistencyRules, qualityStandards, completenessRules } = services;
  return { alarmRules, claims, consistencyRules, qualityStandards, completenessRules }[id];
}

/** Compiles, compares with what is in force and keeps the draft; publishes nothing. */
export async function stageDocument(
  context: GovernanceContext,
  id: DocumentId,
  texts: DocumentTexts,
  rollbackTo: number | null,
): Promise<StagedDocumentPayload> {
  const { services, caller, requestId, policyVersion } = context;
  const document = documentOf(services, id);
  const { database, controls, clock } = services;
  const problems = await problemsOf(document, texts, database.reader);
  if (problems.length > 0) return staged({ problems });
  const base = await document.currentWithin(database.reader);
  const changes = document.changes(base?.texts ?? null, texts, riskIn(await controls.access.current()));
  const weakens = changes.some((change) => change.weakens);
  const version = await database.write(async (manager) => {
    const kept = await keepDraft(manager, { id, texts, by: caller.subject }, clock.now());
    await controls.audit.record(manager, actorOf(caller, requestId), {
      ...{ action: 'controlledDocument.stage', outcome: 'DONE', object: { type: DOCUMENT_RECORD, id } },
      policyVersion,
      facts: { version: kept, base: base?.number ?? 0, weakens, changes: changes.length, rollbackTo },
    });
    return kept;
  });
  return staged({ version, weakens, changes: changes.map((change) => DocumentChangeType.from(change)) });
}

/** Hands an older version in. */
export async function stageOlder(
  context: GovernanceContext,
  id: DocumentId,
  number: number,
): Promise<StagedDocumentPayload> {
  const older = await documentOf(context.services, id).version(number);
  if (older === null) return staged({ refusals: [refusal(context, 'NOT_FOUND')] });
  return await stageDocument(context, id, older.texts, number);
}

/** Publishes on one person's word what makes nothing weaker. */
export async function tightenDocument(
  context: GovernanceContext,
  id: DocumentId,
  draft: { readonly version: string; readonly reason: string },
): Promise<PublishDocumentPayload> {
  const { services, caller, requestId } = context;
  const document = documentOf(services, id);
  const found = await publishable(document, services.database.reader, draft.version);
  if (typeof found === 'string') return await refused(context, id, found);
  const { texts, base } = found;
  const changes = document.changes(
    base?.texts ?? null,
    texts,
    riskIn(await services.controls.access.current()),
  );
  if (changes.some(({ weakens }) => weakens)) return await refused(context, id, 'SIGN_OFF_NEEDED');
  if (draft.reason.trim() === '') return await refused(context, id, 'REASON_REQUIRED');
  const published = await document.publish(
    actorOf(caller, requestId),
    { texts, reason: draft.reason },
    base?.number ?? 0,
  );
  return payload(DocumentVersionType.from(id, published));
}

/** The act that two people sign. */
export async function publishDocument(
  context: GovernanceContext,
  id: DocumentId,
  draft: { readonly version: string; readonly reason: string },
): Promise<PublishDocumentPayload> {
  const act = requireAct(context);
  const { services } = context;
  const document = documentOf(services, id);
  const found = await publishable(document, act.manager, draft.version);
  if (typeof found === 'string') {
    act.relyOn(DOCUMENT_RECORD, id, { refused: found });
    act.refuse(found);
    return payload(null);
  }
  const { texts, base } = found;
  act.relyOn(DOCUMENT_RECORD, id, { number: base?.number ?? 0, version: base?.version ?? null });
  if (draft.reason.trim() === '') {
    act.refuse('REASON_REQUIRED');
    return payload(null);
  }
  act.change({ field: numberField(id), before: base?.number ?? 0, after: (base?.number ?? 0) + 1 });
  act.change({ field: `${id}.version`, before: base?.version ?? null, after: draft.version });
  const risk = riskIn(await services.controls.access.currentWithin(act.manager));
  const compared = document.changes(base?.texts ?? null, texts, risk);
  // what gets weaker comes first, so that no crowd of harmless changes hides it
  const changes = [true, false].flatMap((weaker) => compared.filter(({ weakens }) => weakens === weaker));
  for (const { place, before, after } of changes.slice(0, MOST_CHANGES))
    act.change({ field: place, before, after });
  const further = changes.length - MOST_CHANGES;
  if (further > 0) act.change({ field: `${id}.furtherChanges`, before: null, after: further });
  const publication = { texts, reason: draft.reason, by: act.proposer.account };
  await act.writeRecord(await document.recordOf(act.manager, publication));
  return payload(null);
}

interface Publishable {
  readonly texts: DocumentTexts;
  readonly base: Awaited<ReturnType<ControlledDocument<unknown>['currentWithin']>>;
}

/** What may be published, or why it may not be by anybody. Depends on the data alone. */
async function publishable(
  document: ControlledDocument<unknown>,
  manager: EntityManager,
  version: string,
): Promise<Publishable | ErrorCode> {
  const texts = await draftOf(manager, document.kind.id, version);
  if (texts === null) return 'NOT_FOUND';
  if ((await problemsOf(document, texts, manager)).length > 0) return 'INVALID_INPUT';
  const base = await document.currentWithin(manager);
  return base?.version === version ? 'NOTHING_TO_CHANGE' : { texts, base };
}

async function problemsOf(
  { kind }: ControlledDocument<unknown>,
  texts: DocumentTexts,
  manager: EntityManager,
): Promise<readonly string[]> {
  const wanted = Object.keys(kind.read());
  const names = Object.keys(texts);
  if (names.length !== wanted.length || !wanted.every((name) => names.includes(name)))
    return [`the document consists of ${wanted.join(' and ')}`];
  try {
    kind.compile(texts);
    await kind.checkBeside?.(texts, manager);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const riskIn =
  (policy: CompiledPolicy | null): RoleRisk =>
  (role) =>
    policy?.role(role)?.risk ?? 'high';

const staged = (of: Partial<StagedDocumentPayload>): StagedDocumentPayload =>
  Object.assign(new StagedDocumentPayload(), {
    ...{ version: null, weakens: null, changes: [], problems: [], refusals: [] },
    ...of,
  });

const payload = (document: DocumentVersionType | null): PublishDocumentPayload =>
  Object.assign(new PublishDocumentPayload(), { document, signOff: null, refusals: [] });

async function refused(
  context: GovernanceContext,
  id: DocumentId,
  code: ErrorCode,
): Promise<PublishDocumentPayload> {
  await context.services.controls.auditWriter.write([
    {
      actor: actorOf(context.caller, context.requestId),
      act: {
        ...{ action: PUBLISH_ACTION, outcome: 'REFUSED', code, object: { type: DOCUMENT_RECORD, id } },
        policyVersion: context.policyVersion,
      },
    },
  ]);
  return Object.assign(payload(null), { refusals: [refusal(context, code)] });
}

const refusal = ({ language }: GovernanceContext, code: ErrorCode): RefusalType =>
  Object.assign(new RefusalType(), refusalIn(language, code));
