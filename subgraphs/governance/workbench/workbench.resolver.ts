/**
 * Taking on a source through the graph: look at it, draft its mapping, see rows before and after, check. Every answer
 * stands in the trail before it goes out; sources are named by the variables of the deployment, and time is bounded.
 */
import path from 'node:path';
import { Semaphore } from 'async-mutex';
import { Ctx, Int, Resolver } from 'type-graphql';
import { openSource } from '../../../connectors/inspect/open-source';
import type { OpenOptions } from '../../../connectors/open-system';
import { suggestMapping } from '../../../connectors/suggest/suggest-mapping';
import { loadSynonyms } from '../../../connectors/suggest/synonyms';
import { checkMapping } from '../../../connectors/workbench/check/check-mapping';
import { previewMapping } from '../../../connectors/workbench/preview';
import { actorOf } from '../../../controls/audit/audit-entry';
import { AccessDeniedError, GatewayError, InvalidInputError } from '../../../platform/errors';
import { TermArg, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { compileTried, requireSourceReference } from './tried-mapping';
import {
  MappingCheckType,
  MappingPreviewType,
  MappingSuggestionType,
  SourceResourceType,
} from './workbench.types';

/** Longest that one question looks at a source. */
const LONGEST_MS = 25_000;
const MOST_RESOURCES = 20;
const MOST_SAMPLED = 1_000;
const MOST_PREVIEWED = 50;
const MOST_CHECKED = 20_000;
/** Questions at work at once; a source has other work to do, and so has this process. */
const places = new Semaphore(2);

const KINDS = ['ERP', 'WMS', 'LIMS', 'FILES', 'OTHER'];

@Resolver()
export class WorkbenchResolver {
  @TermQuery(() => [SourceResourceType], 'query.introspectSource')
  async introspectSource(
    @TermArg('reference', () => String, 'workbench.reference') reference: string,
    @Ctx() context: GovernanceContext,
    @TermArg('resources', () => [String], 'sourceResource.name', { nullable: true })
    resources?: readonly string[] | null,
    @TermArg('sampleRows', () => Int, 'workbench.rows', { nullable: true, defaultValue: 200 })
    sampleRows?: number,
  ): Promise<SourceResourceType[]> {
    requireSourceReference(reference);
    const wanted = atMost('resources', resources?.length ?? 0, MOST_RESOURCES);
    const sample = atMost('sampleRows', sampleRows ?? 0, MOST_SAMPLED);
    return await atWork(
      context,
      'introspect',
      { reference, resources: wanted, sampleRows: sample },
      async (signal) => {
        const source = openSource(reference, optionsOf(context));
        try {
          if (resources == null)
            return (await source.inspector.resources(signal)).map((one) => SourceResourceType.from(one));
          const profiles: SourceResourceType[] = [];
          for (const name of resources)
            profiles.push(
              SourceResourceType.from(await source.inspector.profile(name, { sampleRows: sample }, signal)),
            );
          return profiles;
        } finally {
          await source.close();
        }
      },
    );
  }

  @TermQuery(() => MappingSuggestionType, 'query.suggestMapping')
  async suggestMapping(
    @TermArg('reference', () => String, 'workbench.reference') reference: string,
    @TermArg('system', () => String, 'mapping.system') system: string,
    @TermArg('kind', () => String, 'workbench.kind') kind: string,
    @TermArg('zone', () => String, 'workbench.zone') zone: string,
    @Ctx() context: GovernanceContext,
    @TermArg('resources', () => [String], 'sourceResource.name', { nullable: true })
    resources?: readonly string[] | null,
  ): Promise<MappingSuggestionType> {
    requireSourceReference(reference);
    if (!/^[a-z][a-z0-9-]{0,60}$/u.test(system))
      throw new InvalidInputError('The id of a system is short: lower case letters, digits, hyphens.', {
        argument: 'system',
      });
    if (!KINDS.includes(kind))
      throw new InvalidInputError(`A kind is one of ${KINDS.join(', ')}.`, { argument: 'kind' });
    if (!/^[A-Za-z0-9_+\-/]{1,60}$/u.test(zone))
      throw new InvalidInputError('A zone is an IANA name such as Asia/Shanghai.', { argument: 'zone' });
    const { root, dictionary } = context.services;
    return await atWork(context, 'suggest', { reference, system }, async (signal) => {
      const source = openSource(reference, optionsOf(context));
      try {
        return MappingSuggestionType.from(
          await suggestMapping(source, {
            ...{ system, kind, zone, reference, signal, sampleRows: MOST_SAMPLED / 5 },
            ...(resources == null ? {} : { resources }),
            synonyms: loadSynonyms(path.join(root, 'schema/mappings/synonyms.yaml'), dictionary),
          }),
        );
      } finally {
        await source.close();
      }
    });
  }

  @TermQuery(() => [MappingPreviewType], 'query.previewMapping')
  async previewMapping(
    @TermArg('text', () => String, 'mapping.text') text: string,
    @Ctx() context: GovernanceContext,
    @TermArg('stream', () => String, 'mappingPreview.stream', { nullable: true }) stream?: string | null,
    @TermArg('rows', () => Int, 'workbench.rows', { nullable: true, defaultValue: 3 }) rows?: number,
  ): Promise<MappingPreviewType[]> {
    const mapping = await compileTried(text, context);
    const wanted = atMost('rows', rows ?? 1, MOST_PREVIEWED);
    const facts = {
      system: mapping.document.system.id,
      mapping: mapping.version,
      stream: stream ?? null,
      rows: wanted,
    };
    return await atWork(context, 'preview', facts, async (signal) => {
      const options = { ...optionsOf(context), rows: wanted, signal, ...(stream == null ? {} : { stream }) };
      return (await previewMapping(mapping, options)).map((one) => MappingPreviewType.from(one));
    });
  }

  @TermQuery(() => MappingCheckType, 'query.checkMapping')
  async checkMapping(
    @TermArg('text', () => String, 'mapping.text') text: string,
    @Ctx() context: GovernanceContext,
    @TermArg('stream', () => String, 'mappingPreview.stream', { nullable: true }) stream?: string | null,
    @TermArg('rows', () => Int, 'workbench.rows', { nullable: true, defaultValue: 1000 }) rows?: number,
  ): Promise<MappingCheckType> {
    const mapping = await compileTried(text, context);
    const wanted = atMost('rows', rows ?? 1, MOST_CHECKED);
    const facts = {
      system: mapping.document.system.id,
      mapping: mapping.version,
      stream: stream ?? null,
      rows: wanted,
    };
    return await atWork(context, 'check', facts, async (signal) => {
      const options = {
        ...optionsOf(context),
        text,
        rows: wanted,
        signal,
        ...(stream == null ? {} : { stream }),
      };
      return MappingCheckType.from(await checkMapping(mapping, options));
    });
  }
}

const optionsOf = ({ services }: GovernanceContext): OpenOptions => ({
  env: services.sourceEnv ?? {},
  clock: services.clock,
  logger: services.logger,
});

function atMost(argument: string, value: number, most: number): number {
  if (value >= 0 && value <= most) return value;
  throw new InvalidInputError(`${argument} is at most ${most}.`, { argument });
}

/** Works within time and turn; the entry is written before the answer goes out, and where it fails too. */
async function atWork<T>(
  context: GovernanceContext,
  operation: string,
  facts: Readonly<Record<string, string | number | null>>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // rows are of the whole source: a caller whose rows are limited is shown none
  if (context.scope !== null) throw new AccessDeniedError('Only who may see all rows may look at a source.');
  if (places.isLocked())
    throw new GatewayError('OVERLOADED', 'Other sources are being looked at; try again shortly.');
  return await places.runExclusive(async () => {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LONGEST_MS)]);
    const write = (outcome: 'DONE' | 'FAILED') =>
      context.services.controls.auditWriter.write([
        {
          actor: actorOf(context.caller, context.requestId),
          act: {
            ...{ action: 'source.inspect', outcome, policyVersion: context.policyVersion },
            object: { type: 'source', id: String(facts['reference'] ?? facts['system'] ?? '') },
            facts: { operation, ...facts },
          },
        },
      ]);
    let answer: T;
    try {
      answer = await work(signal);
    } catch (error) {
      await write('FAILED');
      throw error;
    }
    await write('DONE');
    return answer;
  });
}
