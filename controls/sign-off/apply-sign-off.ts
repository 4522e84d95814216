/**
 * Puts the engine in the place of every marked mutation's resolver: calling the mutation proposes, the signing
 * mutation beside it signs, and the author's own resolver is reached by the engine alone, with `context.act`.
 */
import { type GraphQLField, type GraphQLResolveInfo, type GraphQLSchema, Kind } from 'graphql';
import { ConfigError, GatewayError } from '../../platform/errors';
import type { RequestContext } from '../../platform/request';
import type { ActContext } from './act-context';
import type { MarkedAct } from './act-run';
import { argumentsFromJson, argumentsToJson } from './argument-values';
import { enforceOn, findMarkedFields, markOf, signingNameOf } from './guard-sign-off';
import { requireOneAct } from './one-act';
import { thaw } from './payload';
import { SignOffRefusal, refusalIn } from './refusal';
import type { Eyes } from './sign';
import type { SignOffProposalRow } from './sign-off.entity';
import type { SignOffService } from './sign-off-service';

type Field = GraphQLField<unknown, unknown>;
type Author = (args: Readonly<Record<string, unknown>>, context: object) => unknown;

/** The author's part of a marked mutation. */
export interface AuthoredAct {
  readonly coordinate: string;
  readonly action: string;
  readonly field: Field;
  readonly author: Author;
}

const authored = new WeakMap<object, AuthoredAct>();

/** What a mutation without `context.act` has come by: some way around the engine. */
export function requireAct(context: object): ActContext {
  const { act } = context as { act?: ActContext };
  if (act === undefined) throw new GatewayError('SIGN_OFF_UNAVAILABLE');
  return act;
}

/** Changes the schema in place and returns it; `service` is asked for when a mutation is called, not before. */
export function applySignOff(schema: GraphQLSchema, service: () => SignOffService): GraphQLSchema {
  const mutations = schema.getMutationType()?.getFields() ?? {};
  const marked = findMarkedFields(schema);
  const acts = new Set(marked.flatMap(({ field }) => [field.name, signingNameOf(field.name)]));
  for (const { coordinate, action, field } of marked) {
    const signing = mutations[signingNameOf(field.name)];
    if (signing === undefined)
      throw new ConfigError([`${coordinate} has no ${signingNameOf(field.name)} to sign it with`]);
    const act: AuthoredAct = { coordinate, action, field, author: authorOf(coordinate, field) };
    enforceOn(field, async (_source, args, context, info) => {
      await requireOneActOf(service(), info, acts, context as RequestContext);
      return await proposeAct(
        service(),
        act,
        args as Readonly<Record<string, unknown>>,
        context as RequestContext,
      );
    });
    enforceOn(signing, async (_source, args, context, info) => {
      await requireOneActOf(service(), info, acts, context as RequestContext);
      return await signAct(service(), act, args as SignArguments, context as RequestContext);
    });
    const mark = markOf(field);
    if (mark !== null) authored.set(mark, act);
  }
  return schema;
}

/** The authored acts of a schema that `applySignOff` was applied to. */
export function authoredActsOf(schema: GraphQLSchema): AuthoredAct[] {
  return findMarkedFields(schema).flatMap(({ field }) => {
    const act = authored.get(markOf(field) ?? {});
    return act === undefined ? [] : [act];
  });
}

/** The act that a proposal froze, to be run in a context; with `eyes` within the rows of somebody else than its caller. */
export function actOfProposal(
  act: AuthoredAct,
  proposal: SignOffProposalRow,
  context: RequestContext,
  eyes?: Eyes,
): MarkedAct {
  const { arguments: json } = thaw(proposal.payload);
  const caller = { ...context.caller, ...eyes };
  const seen = eyes === undefined ? context : Object.assign(Object.create(context) as object, { caller });
  return {
    ...{ action: act.action, coordinate: act.coordinate, arguments: json },
    run: async (run) => await act.author(argumentsFromJson(act.field.args, json), withAct(seen, run)),
  };
}

function authorOf(coordinate: string, field: Field): Author {
  const { resolve } = field;
  if (resolve === undefined) throw new ConfigError([`${coordinate} has no resolver`]);
  // the act depends on its arguments alone: which fields were asked for in return is none of its business
  return (args, context) => resolve(undefined, { ...args }, context, undefined as never);
}

/** The request's context with the run; whoever made the context cannot have put one there. */
function withAct(context: object, act: ActContext): object {
  return Object.assign(Object.create(context) as object, { act });
}

/** Throws SIGN_OFF_ONE_ACT, after it was audited. */
async function requireOneActOf(
  service: SignOffService,
  info: GraphQLResolveInfo,
  acts: ReadonlySet<string>,
  context: RequestContext,
): Promise<void> {
  const definitions = [info.operation, ...Object.values(info.fragments)];
  try {
    requireOneAct({ kind: Kind.DOCUMENT, definitions }, acts);
  } catch (error) {
    if (error instanceof GatewayError) await service.recordRefusedDocument(context, error.code);
    throw error;
  }
}

async function proposeAct(
  service: SignOffService,
  { action, coordinate, field, author }: AuthoredAct,
  args: Readonly<Record<string, unknown>>,
  context: RequestContext,
): Promise<object> {
  const json = argumentsToJson(field.args, args);
  const act: MarkedAct = {
    ...{ action, coordinate, arguments: json },
    // from the JSON, so that what is proposed is exactly what will run
    run: async (run) => await author(argumentsFromJson(field.args, json), withAct(context, run)),
  };
  const { proposal, refusals } = await service.propose(context, act);
  return {
    signOff: proposal === null ? null : await service.view(context, proposal),
    refusals: refusals.map(({ code, facts }) => refusalIn(context.language, code, facts)),
  };
}

interface SignArguments {
  readonly signOff: string;
  readonly ticket: string;
  readonly comment?: string | null;
  readonly breakGlassReason?: string | null;
}

async function signAct(
  service: SignOffService,
  act: AuthoredAct,
  args: SignArguments,
  context: RequestContext,
): Promise<object> {
  const input = {
    ...{ proposalId: args.signOff, coordinate: act.coordinate, ticket: args.ticket },
    ...{ comment: args.comment ?? null, emergency: args.breakGlassReason ?? null },
  };
  try {
    const { proposal, result } = await service.sign(context, input, (row, eyes) =>
      actOfProposal(act, row, context, eyes),
    );
    const shown = typeof result === 'object' && result !== null ? result : {};
    return { ...shown, signOff: await service.view(context, proposal), refusals: [] };
  } catch (error) {
    if (!(error instanceof SignOffRefusal)) throw error;
    const known = error.code === 'NOT_FOUND' ? null : await service.visible(context, args.signOff);
    return {
      signOff: known === null ? null : await service.view(context, known),
      refusals: [refusalIn(context.language, error.code)],
    };
  }
}
