/** Controlled documents as the graph shows them: what is in force, what was, and what handing one in found. */
import { ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import type {
  DocumentChange,
  DocumentId,
  DocumentTexts,
} from '../../../controls/controlled-documents/document-kind';
import type { DocumentVersion } from '../../../controls/controlled-documents/document-versions';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

export const DOCUMENT_NAMES = {
  consistencyRules: 'CONSISTENCY_RULES',
  qualityStandards: 'QUALITY_STANDARDS',
  completenessRules: 'COMPLETENESS_RULES',
  alarmRules: 'ALARM_RULES',
  claims: 'CLAIMS',
} as const satisfies Record<DocumentId, string>;

export const ControlledDocumentName = enumOf('ControlledDocumentName', Object.values(DOCUMENT_NAMES));

export const documentIdOf = (name: string): DocumentId =>
  (Object.keys(DOCUMENT_NAMES) as DocumentId[]).find((id) => DOCUMENT_NAMES[id] === name) ?? 'claims';

@AccessRule('controlledDocument')
@ObjectType('ControlledFile')
export class ControlledFileType {
  @TermField(() => String, 'controlledFile.name', { nullable: false }) name!: string;
  @TermField(() => String, 'controlledFile.text') text!: string;
}

@InputType('ControlledFileInput')
export class ControlledFileInput {
  @TermField(() => String, 'controlledFile.name', { nullable: false }) name!: string;
  @TermField(() => String, 'controlledFile.text', { nullable: false }) text!: string;
}

@AccessRule('controlledDocument')
@ObjectType('ControlledDocumentVersion')
export class DocumentVersionType {
  @TermField(() => ControlledDocumentName, 'controlledDocument.document', { nullable: false })
  document!: string;
  @TermField(() => Int, 'controlledDocument.number', { nullable: false }) number!: number;
  @TermField(() => ID, 'controlledDocument.version', { nullable: false }) version!: string;
  @TermField(() => String, 'controlledDocument.reason') reason!: string;
  @TermField(() => Instant, 'controlledDocument.publishedAt') publishedAt!: Date;
  @TermField(() => String, 'controlledDocument.publishedBy') publishedBy!: string;
  @TermField(() => [ControlledFileType], 'controlledDocument.files') files!: readonly ControlledFileType[];

  static from(id: DocumentId, version: DocumentVersion): DocumentVersionType {
    const { number, version: hash, reason, publishedBy, publishedAt, texts } = version;
    return Object.assign(new DocumentVersionType(), {
      ...{ document: DOCUMENT_NAMES[id], number, version: hash, reason, publishedBy },
      publishedAt: new Date(publishedAt),
      files: Object.entries(texts).map(([name, text]) =>
        Object.assign(new ControlledFileType(), { name, text }),
      ),
    });
  }
}

export const DocumentVersionConnection = connectionOf(
  'ControlledDocumentVersionConnection',
  () => DocumentVersionType,
);

@AccessRule('controlledDocument')
@ObjectType('ControlledDocument')
export class ControlledDocumentType {
  @TermField(() => ControlledDocumentName, 'controlledDocument.document', { nullable: false })
  document!: string;
  @TermField(() => DocumentVersionType, 'controlledDocument.inForce') inForce!: DocumentVersionType | null;
  @TermField(() => Boolean, 'controlledDocument.differs') differs!: boolean | null;
  @TermField(() => [String], 'controlledDocument.problems') problems!: readonly string[];
}

@AccessRule('controlledDocument')
@ObjectType('ControlledDocumentChange')
export class DocumentChangeType {
  @TermField(() => String, 'controlledDocumentChange.place', { nullable: false }) place!: string;
  @TermField(() => String, 'controlledDocumentChange.before') before!: string | null;
  @TermField(() => String, 'controlledDocumentChange.after') after!: string | null;
  @TermField(() => Boolean, 'controlledDocumentChange.weakens') weakens!: boolean;

  static from(change: DocumentChange): DocumentChangeType {
    return Object.assign(new DocumentChangeType(), change);
  }
}

@AccessRule('controlledDocument')
@ObjectType('StagedDocumentPayload')
export class StagedDocumentPayload {
  @TermField(() => ID, 'stagedDocument.version') version!: string | null;
  @TermField(() => Boolean, 'stagedDocument.weakens') weakens!: boolean | null;
  @TermField(() => [DocumentChangeType], 'stagedDocument.changes') changes!: readonly DocumentChangeType[];
  @TermField(() => [String], 'stagedDocument.problems') problems!: readonly string[];
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('controlledDocument')
@ObjectType('PublishDocumentPayload')
export class PublishDocumentPayload {
  @TermField(() => DocumentVersionType, 'mutation.object') document!: DocumentVersionType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

export const textsOf = (files: readonly ControlledFileInput[]): DocumentTexts =>
  Object.fromEntries(files.map(({ name, text }) => [name, text]));

export const CONTROLLED_DOCUMENT_TYPES = [
  ControlledFileType,
  ControlledDocumentType,
  DocumentVersionType,
  DocumentVersionConnection,
  DocumentChangeType,
  StagedDocumentPayload,
  PublishDocumentPayload,
] as const;
