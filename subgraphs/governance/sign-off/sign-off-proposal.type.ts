/** A proposed act as people look at it: in words, with what it would change and whose signature it waits for. */
import { ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import { CommandType } from '../../../controls/outbox/command.type';
import { SignatureType } from '../../../controls/sign-off/mutation-payload.type';
import type { SignOffProposalRow } from '../../../controls/sign-off/sign-off.entity';
import { deadlineOf } from '../../../controls/sign-off/store';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { instantOf } from '../../../platform/graphql/instants';

/** One value that was proposed, with the name of its term. */
@AccessRule('proposal')
@ObjectType('ProposedValue')
export class ProposedValueType {
  @TermField(() => String, 'proposal.valueName') name!: string;
  @TermField(() => String, 'proposal.value') value!: string | null;
}

@AccessRule('proposal')
@ObjectType('ProposedChange')
export class ProposedChangeType {
  @TermField(() => String, 'proposal.changeField') field!: string;
  @TermField(() => String, 'proposal.changeName') name!: string;
  @TermField(() => String, 'proposal.changeBefore') before!: string | null;
  @TermField(() => String, 'proposal.changeAfter') after!: string | null;
  @TermField(() => Boolean, 'proposal.changeHidden') hidden!: boolean;
}

@AccessRule('proposal')
@ObjectType('ProposalDifference')
export class ProposalDifferenceType {
  @TermField(() => String, 'proposal.differenceObject') object!: string;
  @TermField(() => String, 'proposal.differenceName') name!: string;
  @TermField(() => String, 'proposal.differenceFrozen') frozen!: string | null;
  @TermField(() => String, 'proposal.differencePresent') present!: string | null;
}

/** What the caller would sign. */
@AccessRule('proposal')
@ObjectType('SigningOffer')
export class SigningOfferType {
  @TermField(() => Int, 'proposal.offerSlot') slot!: number;
  @TermField(() => String, 'proposal.offerRole') role!: string;
  @TermField(() => String, 'proposal.offerOnBehalfOf') onBehalfOf!: string | null;
  @TermField(() => String, 'proposal.offerMeaning') meaning!: string;
  @TermField(() => String, 'signOff.signingHash') signingHash!: string;
  @TermField(() => String, 'proposal.offerMutation') mutation!: string;
}

@AccessRule('proposal')
@ObjectType('SignOffProposal')
export class SignOffProposalType {
  @TermField(() => ID, 'signOff.id', { nullable: false }) id!: string;
  @TermField(() => String, 'signOff.status') status!: string;
  @TermField(() => String, 'signOff.action') action!: string;
  @TermField(() => String, 'proposal.actionName') actionName!: string;
  @TermField(() => String, 'proposal.proposedBy') proposedBy!: string;
  @TermField(() => Instant, 'proposal.proposedAt') proposedAt!: Date;
  @TermField(() => String, 'proposal.reason') reason!: string | null;
  @TermField(() => Instant, 'signOff.expiresAt') expiresAt!: Date;
  @TermField(() => String, 'proposal.payloadHash') payloadHash!: string;
  @TermField(() => [ProposedValueType], 'proposal.values') values!: readonly ProposedValueType[];
  @TermField(() => [ProposedChangeType], 'proposal.changes') changes!: readonly ProposedChangeType[];
  @TermField(() => [String], 'proposal.commands') commands!: readonly string[];
  @TermField(() => [CommandType], 'proposal.sentCommands') sentCommands!: readonly CommandType[];
  @TermField(() => [ProposalDifferenceType], 'proposal.differences')
  differences!: readonly ProposalDifferenceType[] | null;
  @TermField(() => [SignatureType], 'signOff.signatures') signatures!: readonly SignatureType[];
  @TermField(() => SigningOfferType, 'proposal.mine') mine!: SigningOfferType | null;
  @TermField(() => SigningOfferType, 'proposal.emergency') emergency!: SigningOfferType | null;
  @TermField(() => Instant, 'proposal.closedAt') closedAt!: Date | null;
  @TermField(() => String, 'proposal.closeReason') closeReason!: string | null;
  @TermField(() => Boolean, 'proposal.breakGlass') breakGlass!: boolean;
  @TermField(() => Instant, 'proposal.reviewBy') reviewBy!: Date | null;
  row!: SignOffProposalRow;

  static from(row: SignOffProposalRow): SignOffProposalType {
    return Object.assign(new SignOffProposalType(), {
      ...{ row, id: row.id, status: row.state, action: row.action, proposedBy: row.proposerName },
      ...{ proposedAt: new Date(row.proposedAt), reason: row.reason, payloadHash: row.payloadHash },
      ...{ expiresAt: new Date(deadlineOf(row)), closedAt: instantOf(row.closedAt) },
      ...{ closeReason: row.closeReason, breakGlass: row.breakGlass, reviewBy: instantOf(row.reviewBy) },
    });
  }
}

export const SignOffProposalConnection = connectionOf('SignOffProposalConnection', () => SignOffProposalType);

@InputType('SignOffFilter')
export class SignOffFilter {
  @TermField(() => [String], 'signOff.status') statuses?: readonly string[] | null;
  @TermField(() => [String], 'signOff.action') actions?: readonly string[] | null;
}

export const SIGN_OFF_PROPOSAL_TYPES = [
  ProposedValueType,
  ProposedChangeType,
  ProposalDifferenceType,
  SigningOfferType,
  SignOffProposalType,
  SignOffProposalConnection,
] as const;
