/** Controlled documents: what is in force, its history, and publishing another version, for each document by its own right. */
import { Args, Ctx, Directive, ID, Int, Resolver } from 'type-graphql';
import { type Page, PageArgs, toPage } from '../../../canonical/graph/page.type';
import type { DocumentId } from '../../../controls/controlled-documents/document-kind';
import { statusOf } from '../../../controls/controlled-documents/shipped';
import { boundNumber, cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { TermArg, TermMutation, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import {
  ControlledDocumentName,
  ControlledDocumentType,
  ControlledFileInput,
  DOCUMENT_NAMES,
  DocumentVersionConnection,
  DocumentVersionType,
  PublishDocumentPayload,
  StagedDocumentPayload,
  documentIdOf,
  textsOf,
} from './controlled-document.types';
import { documentOf, publishDocument, stageDocument, stageOlder, tightenDocument } from './document-acts';

@Resolver()
export class ControlledDocumentResolver {
  @TermQuery(() => [ControlledDocumentType], 'query.controlledDocuments')
  async controlledDocuments(@Ctx() { services }: GovernanceContext): Promise<ControlledDocumentType[]> {
    const ids = Object.keys(DOCUMENT_NAMES) as DocumentId[];
    return await Promise.all(
      ids.map(async (id) => {
        const { inForce, differs, problems } = await statusOf(documentOf(services, id));
        return Object.assign(new ControlledDocumentType(), {
          ...{ document: DOCUMENT_NAMES[id], differs, problems },
          inForce: inForce === null ? null : DocumentVersionType.from(id, inForce),
        });
      }),
    );
  }

  @TermQuery(() => DocumentVersionConnection, 'query.controlledDocumentVersions')
  async controlledDocumentVersions(
    @TermArg('document', () => ControlledDocumentName, 'controlledDocument.document') document: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: GovernanceContext,
  ): Promise<Page<DocumentVersionType>> {
    const first = checkPageSize(page.first);
    const scope = cursorScope('controlledDocumentVersions', document);
    const before =
      page.after == null ? null : Number(boundNumber(decodeCursor(scope, page.after, ['key'])[0]));
    const id = documentIdOf(document);
    const versions = await documentOf(services, id).history(before, first + 1);
    return toPage(
      versions,
      first,
      ({ number }) => encodeCursor(scope, [number]),
      (version) => DocumentVersionType.from(id, version),
    );
  }
}

/** `name` as it stands in the mutations: `stageClaims`. */
function actsOn(id: DocumentId, name: string): new () => object {
  const rule = Directive(`@access(rule: "mutation.${id}")`);

  @Resolver()
  class DocumentActs {
    @TermMutation(() => StagedDocumentPayload, `mutation.stage${name}`, { name: `stage${name}` })
    @rule
    async stage(
      @TermArg('files', () => [ControlledFileInput], 'controlledDocument.files') files: ControlledFileInput[],
      @Ctx() context: GovernanceContext,
    ): Promise<StagedDocumentPayload> {
      return await stageDocument(context, id, textsOf(files), null);
    }

    @TermMutation(() => StagedDocumentPayload, `mutation.rollback${name}`, { name: `rollback${name}` })
    @rule
    async rollback(
      @TermArg('number', () => Int, 'controlledDocument.number') number: number,
      @Ctx() context: GovernanceContext,
    ): Promise<StagedDocumentPayload> {
      return await stageOlder(context, id, number);
    }

    @TermMutation(() => PublishDocumentPayload, `mutation.tighten${name}`, { name: `tighten${name}` })
    @rule
    async tighten(
      @TermArg('version', () => ID, 'stagedDocument.version') version: string,
      @TermArg('reason', () => String, 'controlledDocument.reason') reason: string,
      @Ctx() context: GovernanceContext,
    ): Promise<PublishDocumentPayload> {
      return await tightenDocument(context, id, { version, reason });
    }

    @TermMutation(() => PublishDocumentPayload, `mutation.publish${name}`, { name: `publish${name}` })
    @Directive(`@dualSignOff(action: "${id}.publish")`)
    @rule
    async publish(
      @TermArg('version', () => ID, 'stagedDocument.version') version: string,
      @TermArg('reason', () => String, 'controlledDocument.reason') reason: string,
      @Ctx() context: GovernanceContext,
    ): Promise<PublishDocumentPayload> {
      return await publishDocument(context, id, { version, reason });
    }
  }
  return DocumentActs;
}

export const CONTROLLED_DOCUMENT_RESOLVERS = [
  ControlledDocumentResolver,
  actsOn('consistencyRules', 'ConsistencyRules'),
  actsOn('qualityStandards', 'QualityStandards'),
  actsOn('completenessRules', 'CompletenessRules'),
  actsOn('alarmRules', 'AlarmRules'),
  actsOn('claims', 'Claims'),
] as const;
