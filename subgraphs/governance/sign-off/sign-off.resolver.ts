/** Looking through sign-offs: all that the caller may see, one, and those that wait for the caller. */
import { Args, Ctx, ID, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs, toPage } from '../../../canonical/graph/page.type';
import { CommandType } from '../../../controls/outbox/command.type';
import type { SignatureType } from '../../../controls/sign-off/mutation-payload.type';
import { SignatureType as Signature } from '../../../controls/sign-off/mutation-payload.type';
import type { MyOffer } from '../../../controls/sign-off/inbox';
import { cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { changesOf, commandsOf, differencesOf, valuesOf } from './plain-words';
import { listProposals, proposalsInScope } from './proposals-in-scope';
import {
  ProposalDifferenceType,
  ProposedChangeType,
  ProposedValueType,
  SignOffFilter,
  SignOffProposalConnection,
  SignOffProposalType,
  SigningOfferType,
} from './sign-off-proposal.type';

@Resolver(() => SignOffProposalType)
export class SignOffResolver {
  @TermQuery(() => SignOffProposalConnection, 'query.signOffs')
  async signOffs(
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() context: GovernanceContext,
    @TermArg('filter', () => SignOffFilter, 'page.filter', { nullable: true }) filter?: SignOffFilter | null,
  ): Promise<Page<SignOffProposalType>> {
    checkPageSize(first);
    const scope = cursorScope('signOffs', filter ?? null);
    const [before] = after == null ? [undefined] : decodeCursor(scope, after, ['text']);
    const rows = await listProposals(context, {
      ...{ statuses: filter?.statuses ?? null, actions: filter?.actions ?? null, take: first + 1 },
      before: before === undefined ? null : String(before),
    });
    return toPage(
      rows,
      first,
      ({ id }) => encodeCursor(scope, [id]),
      (row) => SignOffProposalType.from(row),
    );
  }

  @TermQuery(() => SignOffProposalType, 'query.signOff')
  async signOff(
    @TermArg('id', () => ID, 'signOff.id') id: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SignOffProposalType | null> {
    const row = await context.services.controls.signOff.visible(context, id);
    const [shown] = row === null ? [] : await proposalsInScope(context, [row]);
    return shown === undefined ? null : SignOffProposalType.from(shown);
  }

  @TermQuery(() => [SignOffProposalType], 'query.signOffInbox')
  async signOffInbox(@Ctx() context: GovernanceContext): Promise<SignOffProposalType[]> {
    const waiting = await context.services.controls.signOff.inbox(context);
    return (await proposalsInScope(context, waiting)).map((row) => SignOffProposalType.from(row));
  }

  @TermFieldResolver(() => String, 'proposal.actionName')
  async actionName(@Root() { row }: SignOffProposalType, @Ctx() context: GovernanceContext): Promise<string> {
    const name = await context.services.controls.signOff.actionName(row.action);
    return name?.[context.language] ?? row.action;
  }

  @TermFieldResolver(() => [ProposedValueType], 'proposal.values')
  async values(
    @Root() { row }: SignOffProposalType,
    @Ctx() context: GovernanceContext,
  ): Promise<ProposedValueType[]> {
    return await valuesOf(context, row);
  }

  @TermFieldResolver(() => [ProposedChangeType], 'proposal.changes')
  changes(@Root() { row }: SignOffProposalType, @Ctx() context: GovernanceContext): ProposedChangeType[] {
    return changesOf(context, row);
  }

  @TermFieldResolver(() => [String], 'proposal.commands')
  commands(@Root() { row }: SignOffProposalType, @Ctx() context: GovernanceContext): string[] {
    return commandsOf(context, row);
  }

  @TermFieldResolver(() => [CommandType], 'proposal.sentCommands')
  async sentCommands(
    @Root() { row }: SignOffProposalType,
    @Ctx() { loaders, language }: GovernanceContext,
  ): Promise<CommandType[]> {
    return (await loaders.commands.load(row.id)).map((one) => CommandType.from(one, language));
  }

  @TermFieldResolver(() => [ProposalDifferenceType], 'proposal.differences')
  async differences(
    @Root() { row }: SignOffProposalType,
    @Ctx() context: GovernanceContext,
  ): Promise<ProposalDifferenceType[] | null> {
    const found = await context.services.controls.signOff.present.differences(context, row);
    return found === null ? null : differencesOf(context, found);
  }

  @TermFieldResolver(() => [Signature], 'signOff.signatures')
  async signatures(
    @Root() { row }: SignOffProposalType,
    @Ctx() context: GovernanceContext,
  ): Promise<readonly SignatureType[]> {
    const { controls, database } = context.services;
    const found = await controls.signOff.signaturesOf(database.reader, [row.id], context.language);
    return found.get(row.id) ?? [];
  }

  @TermFieldResolver(() => SigningOfferType, 'proposal.mine')
  async mine(
    @Root() { row }: SignOffProposalType,
    @Ctx() context: GovernanceContext,
  ): Promise<SigningOfferType | null> {
    return offerType(context, await context.services.controls.signOff.offer(context, row));
  }

  @TermFieldResolver(() => SigningOfferType, 'proposal.emergency')
  async emergency(
    @Root() { row }: SignOffProposalType,
    @Ctx() context: GovernanceContext,
  ): Promise<SigningOfferType | null> {
    return offerType(context, await context.services.controls.signOff.offer(context, row, 'BREAK_GLASS'));
  }
}

function offerType({ language }: GovernanceContext, offer: MyOffer | null): SigningOfferType | null {
  if (offer === null) return null;
  const { slot, role, onBehalfOf, meaning, signingHash, mutation } = offer;
  return { slot, role, onBehalfOf, meaning: meaning[language], signingHash, mutation };
}
