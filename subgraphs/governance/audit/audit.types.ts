/** Entries, checkpoints and reviews of the audit trail, as the graph shows them. */
import { ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import type { RecordSeal } from '../../../controls/audit/audit-entry';
import type { Checkpoint } from '../../../controls/audit/checkpoint';
import type { AuditBody } from '../../../controls/audit/index-entry';
import type { FoundEntry } from '../../../controls/audit/search';
import { parseSignature } from '../../../controls/integrity/signature';
import type { RegulatedRecord } from '../../../controls/records/record-store';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant, Json } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

export const AuditOutcomeEnum = enumOf('AuditOutcome', ['DONE', 'REFUSED', 'FAILED']);

/** Judges whether the reader may see the values of a field. */
export type MayRead = (field: string) => boolean;

@AccessRule('auditChange')
@ObjectType('AuditChange')
export class AuditChangeType {
  @TermField(() => String, 'auditChange.field', { nullable: false }) field!: string;
  @TermField(() => Json, 'auditChange.before') before!: unknown;
  @TermField(() => Json, 'auditChange.after') after!: unknown;
  @TermField(() => Boolean, 'auditChange.masked', { nullable: false }) masked!: boolean;
}

@AccessRule('auditRecord')
@ObjectType('AuditRecordSeal')
export class AuditRecordSealType {
  @TermField(() => String, 'auditRecord.type', { nullable: false }) type!: string;
  @TermField(() => ID, 'auditRecord.id', { nullable: false }) id!: string;
  @TermField(() => Int, 'auditRecord.version', { nullable: false }) version!: number;
  @TermField(() => String, 'auditRecord.hash', { nullable: false }) hash!: string;
}

@AccessRule('auditEntry')
@ObjectType('AuditEntry')
export class AuditEntryType {
  @TermField(() => ID, 'auditEntry.id', { nullable: false }) id!: string;
  @TermField(() => Int, 'auditEntry.seq', { nullable: false }) seq!: number;
  @TermField(() => Instant, 'auditEntry.at') at!: Date;
  @TermField(() => String, 'auditEntry.action') action!: string;
  @TermField(() => AuditOutcomeEnum, 'auditEntry.outcome') outcome!: string;
  @TermField(() => String, 'auditEntry.account') account!: string;
  @TermField(() => String, 'auditEntry.person') person!: string | null;
  @TermField(() => String, 'auditEntry.onBehalfOf') onBehalfOf!: string | null;
  @TermField(() => String, 'auditEntry.client') client!: string | null;
  @TermField(() => String, 'auditEntry.session') session!: string | null;
  @TermField(() => String, 'auditEntry.requestId') requestId!: string | null;
  @TermField(() => String, 'auditEntry.objectType') objectType!: string | null;
  @TermField(() => String, 'auditEntry.objectId') objectId!: string | null;
  @TermField(() => [AuditChangeType], 'auditEntry.changes') changes!: readonly AuditChangeType[];
  @TermField(() => String, 'auditEntry.reason') reason!: string | null;
  @TermField(() => String, 'auditEntry.code') code!: string | null;
  @TermField(() => String, 'auditEntry.policyVersion') policyVersion!: string | null;
  @TermField(() => [AuditRecordSealType], 'auditEntry.records') records!: readonly AuditRecordSealType[];
  @TermField(() => Json, 'auditEntry.facts') facts!: unknown;
  @TermField(() => String, 'auditEntry.hash') hash!: string;

  /** Ciphertext of the words about the person; never shown as it is. */
  sealed!: string | null;

  static from({ seq, id, at, hash, body }: FoundEntry, mayRead: MayRead): AuditEntryType {
    const { action, outcome, actor, object, reason, code, policyVersion, facts } = body;
    return Object.assign(new AuditEntryType(), {
      ...{ id, seq, hash, action, outcome, reason, code, policyVersion, facts },
      ...{ account: actor.account, person: actor.person, onBehalfOf: actor.onBehalfOf },
      ...{ client: actor.client, session: actor.session, requestId: actor.requestId },
      at: new Date(at),
      objectType: object?.type ?? null,
      objectId: object?.id ?? null,
      changes: changesOf(body, mayRead),
      records: body.records.map((seal) => sealOf(seal)),
      sealed: actor.personal,
    });
  }
}

function changesOf(body: AuditBody, mayRead: MayRead): AuditChangeType[] {
  return body.changes.map(({ field, before, after }) => {
    const masked = !mayRead(field);
    const values = masked ? { before: null, after: null } : { before, after };
    return Object.assign(new AuditChangeType(), { field, masked, ...values });
  });
}

const sealOf = ({ type, id, version, hash }: RecordSeal): AuditRecordSealType =>
  Object.assign(new AuditRecordSealType(), { type, id, version, hash });

export const AuditEntryConnection = connectionOf('AuditEntryConnection', () => AuditEntryType);

@InputType('AuditEntryFilter')
export class AuditEntryFilter {
  @TermField(() => [String], 'auditEntry.person') persons?: string[] | null;
  @TermField(() => [String], 'auditEntry.account') accounts?: string[] | null;
  @TermField(() => [String], 'auditEntry.action') actions?: string[] | null;
  @TermField(() => String, 'auditEntry.objectType') objectType?: string | null;
  @TermField(() => String, 'auditEntry.objectId') objectId?: string | null;
  @TermField(() => Instant, 'auditEntry.at') from?: Date | null;
  @TermField(() => Instant, 'auditEntry.at') to?: Date | null;
  @TermField(() => String, 'auditEntry.reason') text?: string | null;
  @TermField(() => String, 'auditChange.field') changedField?: string | null;
  @TermField(() => String, 'auditChange.after') changedValue?: string | null;
  @TermField(() => AuditOutcomeEnum, 'auditEntry.outcome') outcome?: string | null;
}

@AccessRule('auditCheckpoint')
@ObjectType('AuditCheckpoint')
export class AuditCheckpointType {
  @TermField(() => ID, 'auditCheckpoint.logId', { nullable: false }) logId!: string;
  @TermField(() => Int, 'auditCheckpoint.treeSize', { nullable: false }) treeSize!: number;
  @TermField(() => String, 'auditCheckpoint.root') root!: string;
  @TermField(() => String, 'auditCheckpoint.chainHash') chainHash!: string;
  @TermField(() => Instant, 'auditCheckpoint.at') at!: Date;
  @TermField(() => String, 'auditCheckpoint.keyId') keyId!: string | null;
  @TermField(() => String, 'auditCheckpoint.signature') signature!: string;
  @TermField(() => Boolean, 'auditCheckpoint.genuine') genuine!: boolean;

  static from(checkpoint: Checkpoint, genuine: boolean): AuditCheckpointType {
    const { at, signature, ...rest } = checkpoint;
    const keyId = parseSignature(signature)?.keyId ?? null;
    return Object.assign(new AuditCheckpointType(), {
      ...{ ...rest, signature, genuine, keyId },
      at: new Date(at),
    });
  }
}

@AccessRule('auditReview')
@ObjectType('AuditReview')
export class AuditReviewType {
  @TermField(() => ID, 'auditReview.id', { nullable: false }) id!: string;
  @TermField(() => Instant, 'auditReview.at') at!: Date;
  @TermField(() => String, 'auditReview.reviewer') reviewer!: string;
  @TermField(() => Int, 'auditReview.fromSeq') fromSeq!: number;
  @TermField(() => Int, 'auditReview.toSeq') toSeq!: number;
  @TermField(() => Json, 'auditReview.filter') filter!: unknown;
  @TermField(() => Int, 'auditReview.entries') entries!: number;
  @TermField(() => String, 'auditReview.comment') comment!: string;
  @TermField(() => String, 'auditReview.root') root!: string;

  static from({ id, at, content }: RegulatedRecord): AuditReviewType {
    const { reviewer, fromSeq, toSeq, filter, entries, comment, checkpoint } = content as Record<
      string,
      unknown
    >;
    const { root } = checkpoint as { root: string };
    return Object.assign(new AuditReviewType(), {
      ...{ id, reviewer, fromSeq, toSeq, filter, entries, comment, root },
      at: new Date(at),
    });
  }
}

@AccessRule('auditReview')
@ObjectType('AuditReviewOffer')
export class AuditReviewOfferType {
  @TermField(() => String, 'auditReview.purpose', { nullable: false }) purpose!: string;
  @TermField(() => Int, 'auditReview.entries', { nullable: false }) entries!: number;
  @TermField(() => String, 'auditReview.root', { nullable: false }) root!: string;
}
