/**
 * The periodic review of the trail: a person looks through a range, says what was seen, and signs with two components.
 * The review is a regulated record, bound to the signed state of the log that it looked at. Annex 11 asks for it.
 */
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { canonicalJson } from '../../platform/canonical-json';
import type { Database } from '../../platform/database/database';
import { AccessDeniedError, InvalidInputError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { digestOf } from '../integrity/digest';
import { timedId } from '../integrity/ids';
import type { SigningKeys } from '../integrity/signing-keys';
import type { RegulatedRecord, RecordStore } from '../records/record-store';
import { type Json, actorOf } from './audit-entry';
import type { AuditRecorder } from './audit-recorder';
import type { Checkpoint } from './checkpoint';
import { newestCheckpoint } from './proof-builder';
import { type AuditFilter, countEntries } from './search';

const REVIEW_RECORD = 'auditReview';
const REVIEW_SUBJECT = 'audit-trail';
const LONGEST_COMMENT = 4_000;

/** What is needed of the step-up. */
export interface StepUp {
  consumeTicket(
    manager: EntityManager,
    use: { ticket: string; person: string; session: string; purpose: string },
  ): Promise<{ methods: string[]; at: number }>;
}

export interface ReviewDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: AuditRecorder;
  readonly records: RecordStore;
  readonly signing: SigningKeys;
  readonly identity: StepUp;
}

/** What is reviewed: entries of a range, narrowed as the reviewer chose. */
export interface ReviewScope {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly filter: Pick<AuditFilter, 'actions' | 'outcome'>;
  readonly comment: string;
}

export interface ReviewOffer {
  /** What the step-up must be for. */
  readonly purpose: string;
  /** Entries that the review covers. */
  readonly entries: number;
  readonly checkpoint: Checkpoint;
}

export class AuditReviews {
  constructor(private readonly deps: ReviewDependencies) {}

  /** What the reviewer is about to sign. Throws InvalidInputError when the range is not under a checkpoint yet. */
  async offer(caller: Caller, scope: ReviewScope): Promise<ReviewOffer> {
    return await offerOf(this.deps.database.reader, caller, scope);
  }

  /** Signs the review; resolves to its record. Thrown when the ticket is not for exactly this: STEP_UP_REQUIRED. */
  async sign(
    caller: Caller,
    scope: ReviewScope,
    ticket: string,
    request: { readonly requestId: string; readonly policyVersion: string },
  ): Promise<RegulatedRecord> {
    const { database, audit, records, signing, identity, clock } = this.deps;
    const person = personOf(caller);
    const id = timedId(clock.now());
    await database.write(async (manager) => {
      const { purpose, entries, checkpoint } = await offerOf(manager, caller, scope);
      const use = { ticket, person, session: caller.session, purpose };
      const { methods } = await identity.consumeTicket(manager, use);
      await signing.announce(manager, 'signOff', clock.now(), audit);
      const facts = {
        ...{ reviewer: person, meaning: 'REVIEWED', methods, purpose, entries },
        ...{
          fromSeq: scope.fromSeq,
          toSeq: scope.toSeq,
          filter: plain(scope.filter),
          comment: scope.comment,
        },
        checkpoint: { treeSize: checkpoint.treeSize, root: checkpoint.root, signature: checkpoint.signature },
        at: new Date(clock.now()).toISOString(),
      };
      const content = { ...facts, signature: signing.for('signOff').sign(canonicalJson(facts)) };
      const entryId = audit.nextId();
      const seal = await records.append(
        manager,
        { type: REVIEW_RECORD, id, subject: REVIEW_SUBJECT, content },
        entryId,
      );
      await audit.record(
        manager,
        actorOf(caller, request.requestId),
        {
          ...{
            action: 'audit.review',
            outcome: 'DONE',
            object: { type: REVIEW_RECORD, id },
            records: [seal],
          },
          ...{ reason: scope.comment, policyVersion: request.policyVersion },
          facts: { fromSeq: scope.fromSeq, toSeq: scope.toSeq, entries, root: checkpoint.root },
        },
        entryId,
      );
    });
    const [record] = await records.historyOf(database.reader, REVIEW_RECORD, id);
    if (record === undefined) throw new Error('the review that was just written is gone');
    return record;
  }

  /** Reviews, newest first. */
  async list(manager: EntityManager): Promise<RegulatedRecord[]> {
    return (await this.deps.records.currentAbout(manager, REVIEW_RECORD, [REVIEW_SUBJECT])).reverse();
  }
}

async function offerOf(manager: EntityManager, caller: Caller, scope: ReviewScope): Promise<ReviewOffer> {
  const person = personOf(caller);
  checkScope(scope);
  const checkpoint = await newestCheckpoint(manager);
  if (checkpoint === null || checkpoint.treeSize < scope.toSeq)
    throw new InvalidInputError(
      'The range must lie under a signed checkpoint; wait a moment, or end it earlier.',
      {
        argument: 'toSeq',
        signedSize: checkpoint?.treeSize ?? 0,
      },
    );
  const { fromSeq, toSeq, filter, comment } = scope;
  const covered = { kind: REVIEW_RECORD, person, fromSeq, toSeq, filter: plain(filter), comment };
  return {
    purpose: digestOf(canonicalJson(covered)),
    entries: await countEntries(manager, { ...filter, fromSeq, toSeq }),
    checkpoint,
  };
}

function checkScope({ fromSeq, toSeq, comment }: ReviewScope): void {
  if (!Number.isSafeInteger(fromSeq) || !Number.isSafeInteger(toSeq) || fromSeq < 1 || toSeq < fromSeq)
    throw new InvalidInputError('A range goes from a place to the same or a later one.', {
      argument: 'fromSeq',
    });
  if (comment.trim() === '' || comment.length > LONGEST_COMMENT)
    throw new InvalidInputError(`Say what was seen, in at most ${LONGEST_COMMENT} characters.`, {
      argument: 'comment',
    });
}

/** A service cannot review. */
function personOf(caller: Caller): string {
  if (caller.person === null) throw new AccessDeniedError('Only a person can review the trail.');
  return caller.person;
}

/** The filter without what was left out, as JSON. */
function plain(filter: ReviewScope['filter']): Json {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => (value == null ? [] : [[name, value as Json]])),
  );
}
