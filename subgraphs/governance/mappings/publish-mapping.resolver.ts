/**
 * Publishing a mapping: it is handed in, what it would change is assessed by the worker, and then it is published: by
 * one person where no regulated golden value changes, by two where one does or it cannot be told.
 */
import { Ctx, Directive, ID, Int, Resolver } from 'type-graphql';
import type { EntityManager } from 'typeorm';
import { type AssessedImpact, changedSince, impactOf } from '../../../canonical/mappings/impact-records';
import { type MappingChange, mappingChanges } from '../../../canonical/mappings/mapping-changes';
import {
  type MappingDraft,
  askForImpact,
  draftOf,
  keepDraft,
} from '../../../canonical/mappings/mapping-drafts';
import { MappingVersionRow } from '../../../canonical/mappings/mapping.entity';
import { MAPPING_RECORD, type MappingVersions } from '../../../canonical/mappings/mapping-versions';
import { isPending } from '../../../canonical/mappings/pending';
import { type CompiledMapping, compileMapping } from '../../../connectors/mapping/compile-mapping';
import { openQuestions, questionTexts } from '../../../connectors/mapping/open-questions';
import { type Json, actorOf } from '../../../controls/audit/audit-entry';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { RefusalType } from '../../../controls/sign-off/mutation-payload.type';
import { refusalIn } from '../../../controls/sign-off/refusal';
import { attributeFieldsOf } from '../../../platform/dictionary/attributes';
import type { ErrorCode } from '../../../platform/errors';
import { TermArg, TermMutation } from '../../../platform/graphql/term-field';
import { problemText } from '../../../platform/yaml-file';
import type { GovernanceContext } from '../context';
import { versionsOf } from './mapping.resolver';
import {
  MappingChangeType,
  MappingVersionType,
  PublishMappingPayload,
  StagedMappingPayload,
} from './mapping.types';

/** Parts of the mapping and counts of fields that the signers are shown one by one; the rest is counted. */
const MOST_CHANGES = 200;
/** What problems and questions of a text call its file. */
const FILE = 'mapping.yaml';

interface Publishable {
  readonly draft: MappingDraft;
  readonly compiled: CompiledMapping;
  readonly base: CompiledMapping | null;
  readonly baseNumber: number;
  readonly impact: AssessedImpact;
}

@Resolver()
export class PublishMappingResolver {
  @TermMutation(() => StagedMappingPayload, 'mutation.stageMapping')
  @Directive('@access(rule: "mutation.mapping")')
  async stageMapping(
    @TermArg('text', () => String, 'mapping.text') text: string,
    @Ctx() context: GovernanceContext,
  ): Promise<StagedMappingPayload> {
    return await stage(context, text, null);
  }

  @TermMutation(() => StagedMappingPayload, 'mutation.rollbackMapping')
  @Directive('@access(rule: "mutation.mapping")')
  async rollbackMapping(
    @TermArg('system', () => String, 'mapping.system') system: string,
    @TermArg('number', () => Int, 'mapping.number') number: number,
    @Ctx() context: GovernanceContext,
  ): Promise<StagedMappingPayload> {
    const known = await context.services.database.reader.existsBy(MappingVersionRow, { system, number });
    if (!known) return staged({ refusals: [refusal(context, 'NOT_FOUND')] });
    const { text } = await versionsOf(context.services).require(system, number);
    return await stage(context, text, number);
  }

  @TermMutation(() => PublishMappingPayload, 'mutation.publishUnregulatedMapping')
  @Directive('@access(rule: "mutation.mapping")')
  async publishUnregulatedMapping(
    @TermArg('draft', () => ID, 'mappingImpact.draft') draft: string,
    @TermArg('reason', () => String, 'mapping.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<PublishMappingPayload> {
    const { database } = context.services;
    const versions = versionsOf(context.services);
    const found = await publishable(context, versions, database.reader, draft);
    if (typeof found === 'string') return await refused(context, draft, found);
    if (found.impact.regulated) return await refused(context, draft, 'SIGN_OFF_NEEDED');
    if (reason.trim() === '') return await refused(context, draft, 'REASON_REQUIRED');
    const { system, text } = found.draft;
    const number = await versions.publish(
      actorOf(context.caller, context.requestId),
      { system, text, reason, facts: factsOf(found) },
      found.baseNumber,
    );
    return published(MappingVersionType.from(await versions.require(system, number)));
  }

  @TermMutation(() => PublishMappingPayload, 'mutation.publishMapping')
  @Directive('@dualSignOff(action: "mapping.publish")')
  @Directive('@access(rule: "mutation.mapping")')
  async publishMapping(
    @TermArg('draft', () => ID, 'mappingImpact.draft') draft: string,
    @TermArg('reason', () => String, 'mapping.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<PublishMappingPayload> {
    const act = requireAct(context);
    const versions = versionsOf(context.services);
    const found = await publishable(context, versions, act.manager, draft);
    if (typeof found === 'string') {
      act.relyOn(MAPPING_RECORD, draft, { refused: found });
      act.refuse(found);
      return published(null);
    }
    const { system, text } = found.draft;
    act.relyOn(MAPPING_RECORD, system, { number: found.baseNumber });
    if (reason.trim() === '') {
      act.refuse('REASON_REQUIRED');
      return published(null);
    }
    act.change({ field: 'mapping.number', before: found.baseNumber, after: found.baseNumber + 1 });
    for (const change of changesToSign(found)) act.change(change);
    await act.writeRecord(
      await versions.publishWithin(act.manager, {
        ...{ system, text, reason, by: act.proposer.account, facts: factsOf(found) },
      }),
    );
    return published(null);
  }
}

/** Compiles, compares with what is in force, keeps the draft and asks for its assessment. */
async function stage(
  context: GovernanceContext,
  text: string,
  rollbackTo: number | null,
): Promise<StagedMappingPayload> {
  const { services } = context;
  const { mapping, problems } = compileMapping(FILE, text, attributeFieldsOf(services.dictionary));
  if (mapping === null) return staged({ problems: problems.map(problemText) });
  const system = mapping.document.system.id;
  const versions = versionsOf(services);
  const base = (await versions.current()).get(system) ?? null;
  const baseNumber = base?.number ?? 0;
  const changes = mappingChanges(base === null ? null : versions.compiled(base).document, mapping.document);
  if (changes.length === 0)
    return staged({ system, baseNumber, refusals: [refusal(context, 'NOTHING_TO_CHANGE')] });
  const now = services.clock.now();
  const draft = await services.database.write(async (manager) => {
    const id = await keepDraft(manager, { system, text }, context.caller.subject, now);
    await askForImpact(manager, { id, system, baseNumber }, now);
    await services.controls.audit.record(manager, actorOf(context.caller, context.requestId), {
      ...{ action: 'mapping.stage', outcome: 'DONE', object: { type: MAPPING_RECORD, id: system } },
      policyVersion: context.policyVersion,
      facts: { draft: id, baseNumber, changes: changes.length, rollbackTo },
    });
    return id;
  });
  return staged({ draft, system, baseNumber, changes, questions: questionTexts(FILE, text, MOST_CHANGES) });
}

/** What may be published, or why it may not be by anybody. Depends on the data alone. */
async function publishable(
  { services }: GovernanceContext,
  versions: MappingVersions,
  manager: EntityManager,
  id: string,
): Promise<Publishable | ErrorCode> {
  const draft = await draftOf(manager, id);
  if (draft === null) return 'NOT_FOUND';
  const current = (await versions.current(manager)).get(draft.system) ?? null;
  const { mapping: compiled } = compileMapping(
    `${draft.system}/mapping.yaml`,
    draft.text,
    attributeFieldsOf(services.dictionary),
  );
  if (compiled === null) return 'MAPPING_INVALID';
  if (current?.documentHash === compiled.version) return 'NOTHING_TO_CHANGE';
  if (openQuestions(draft.text).length > 0 && !(await versions.hasPublished(draft, manager)))
    return 'MAPPING_HAS_QUESTIONS';
  const base = current === null ? null : versions.compiled(current);
  const baseNumber = current?.number ?? 0;
  const impact = await impactOf(manager, id);
  if (impact === null || impact.baseNumber !== baseNumber) return 'IMPACT_STALE';
  if (await isPending(manager, draft.system, base)) return 'IMPACT_STALE';
  if (await changedSince(manager, impact, compiled)) return 'IMPACT_STALE';
  return { draft, compiled, base, baseNumber, impact };
}

function factsOf({ impact, base, compiled }: Publishable): Readonly<Record<string, Json>> {
  const parts = mappingChanges(base?.document ?? null, compiled.document);
  const count = (kind: MappingChange['kind']): number => parts.filter((one) => one.kind === kind).length;
  return {
    ...{ partsAdded: count('ADDED'), partsRemoved: count('REMOVED'), partsChanged: count('CHANGED') },
    ...{ values: impact.changes, regulatedValues: impact.regulatedChanges, rows: impact.rows.total },
    ...{ rowsChanged: impact.rows.changed, rowsRejected: impact.rows.rejected },
    ...{ rowsWaiting: impact.rows.waiting, readAnew: [...impact.readAnew] },
  };
}

/** Regulated fields first, then the parts of the mapping; the rest is counted. */
function changesToSign({
  impact,
  base,
  compiled,
}: Publishable): { field: string; before: Json; after: Json }[] {
  const fields = impact.fields.map(({ field, changes, regulated }) => ({
    ...{ field: `${regulated ? 'regulated ' : ''}${field}`, before: null, after: changes },
  }));
  const parts = mappingChanges(base?.document ?? null, compiled.document).map(({ path, before, after }) => ({
    ...{ field: path, before, after },
  }));
  const anew = impact.readAnew.map((stream) => ({
    ...{ field: `streams.${stream}`, before: null, after: 'is read anew' },
  }));
  const all = [...fields, ...anew, ...parts];
  const further = all.length - MOST_CHANGES;
  return further > 0
    ? [...all.slice(0, MOST_CHANGES), { field: 'mapping.furtherChanges', before: null, after: further }]
    : all;
}

function staged(of: {
  draft?: string;
  system?: string;
  baseNumber?: number;
  changes?: readonly MappingChange[];
  problems?: readonly string[];
  questions?: readonly string[];
  refusals?: readonly RefusalType[];
}): StagedMappingPayload {
  return Object.assign(new StagedMappingPayload(), {
    draft: of.draft ?? null,
    system: of.system ?? null,
    baseNumber: of.baseNumber ?? null,
    changes: (of.changes ?? []).map((change) => MappingChangeType.from(change)),
    problems: of.problems ?? [],
    questions: of.questions ?? [],
    refusals: of.refusals ?? [],
  });
}

const published = (mapping: MappingVersionType | null): PublishMappingPayload =>
  Object.assign(new PublishMappingPayload(), { mapping, signOff: null, refusals: [] });

const refusal = ({ language }: GovernanceContext, code: ErrorCode): RefusalType =>
  Object.assign(new RefusalType(), refusalIn(language, code));

async function refused(
  context: GovernanceContext,
  draft: string,
  code: ErrorCode,
): Promise<PublishMappingPayload> {
  await context.services.controls.auditWriter.write([
    {
      actor: actorOf(context.caller, context.requestId),
      act: {
        ...{ action: 'mapping.publish', outcome: 'REFUSED', code, facts: { draft } },
        object: { type: MAPPING_RECORD, id: draft },
        policyVersion: context.policyVersion,
      },
    },
  ]);
  return Object.assign(published(null), { refusals: [refusal(context, code)] });
}
