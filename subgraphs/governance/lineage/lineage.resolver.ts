/** Lineage from a place of the graph to columns, and from a column to those who ask for what it feeds. */
import { Ctx, ID, Resolver, Root } from 'type-graphql';
import { dataFlows, flowChart } from '../../../canonical/lineage/data-flow';
import { findOrphans } from '../../../canonical/lineage/dictionary-health';
import { InvalidInputError } from '../../../platform/errors';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { DictionaryTermType } from '../dictionary/term.type';
import { GraphConsumerType } from '../schema-versions/schema-version.types';
import {
  ColumnImpactType,
  ColumnLineageType,
  DataFlowMapType,
  DataFlowType,
  DictionaryOrphanType,
  LineageType,
} from './lineage.types';

@Resolver(() => LineageType)
export class LineageResolver {
  @TermQuery(() => LineageType, 'query.lineage')
  async lineage(
    @Ctx() context: GovernanceContext,
    @TermArg('coordinate', () => String, 'lineage.coordinates', { nullable: true })
    coordinate?: string | null,
    @TermArg('term', () => ID, 'lineage.term', { nullable: true }) term?: string | null,
  ): Promise<LineageType | null> {
    if ((coordinate == null) === (term == null))
      throw new InvalidInputError('Name a coordinate or a term, one of the two.', { argument: 'coordinate' });
    const index = await context.lineage();
    const id = term ?? index.termAt(coordinate ?? '');
    const found = id === null ? null : index.ofTerm(id);
    if (found === null) return null;
    const coordinates = index.coordinatesOf(found.term.id);
    return Object.assign(new LineageType(), {
      ...{ term: found.term.id, coordinates, derivedFrom: found.derivedFrom },
      columns: found.columns.map((column) => ColumnLineageType.from(column)),
      consumers: await consumersOf(context, coordinate == null ? coordinates : [coordinate]),
    });
  }

  @TermQuery(() => ColumnImpactType, 'query.columnImpact')
  async columnImpact(
    @Ctx() context: GovernanceContext,
    @TermArg('system', () => String, 'lineage.system') system: string,
    @TermArg('column', () => String, 'lineage.column') column: string,
  ): Promise<ColumnImpactType> {
    const index = await context.lineage();
    const columns = index.feeds(system, column);
    const { terms, coordinates } = index.reach(columns.map((one) => one.term));
    return Object.assign(new ColumnImpactType(), {
      columns: columns.map((one) => ColumnLineageType.from(one)),
      ...{ terms, coordinates, consumers: await consumersOf(context, coordinates) },
    });
  }

  @TermQuery(() => DataFlowMapType, 'query.dataFlow')
  async dataFlow(@Ctx() context: GovernanceContext): Promise<DataFlowMapType> {
    const { dictionary, controls } = context.services;
    const flows = dataFlows(dictionary, await context.lineage());
    const consumers = await controls.schemas.usage.namedConsumers();
    return Object.assign(new DataFlowMapType(), {
      flows: flows.map((flow) => DataFlowType.from(flow)),
      chart: flowChart(flows, consumers),
    });
  }

  @TermQuery(() => [DictionaryOrphanType], 'query.dictionaryOrphans')
  async dictionaryOrphans(@Ctx() context: GovernanceContext): Promise<DictionaryOrphanType[]> {
    const today = new Date(context.now).toISOString().slice(0, 10);
    const orphans = findOrphans(context.services.dictionary, await context.lineage(), today);
    return orphans.map((orphan) => DictionaryOrphanType.from(orphan));
  }
}

@Resolver(() => DictionaryTermType)
export class TermSourcesResolver {
  @TermFieldResolver(() => [ColumnLineageType], 'term.sources')
  async sources(
    @Root() { id }: DictionaryTermType,
    @Ctx() context: GovernanceContext,
  ): Promise<ColumnLineageType[]> {
    const columns = (await context.lineage()).ofTerm(id)?.columns ?? [];
    return columns.map((column) => ColumnLineageType.from(column));
  }
}

async function consumersOf(
  context: GovernanceContext,
  coordinates: readonly string[],
): Promise<GraphConsumerType[]> {
  const consumers = await context.services.controls.schemas.usage.consumersOf(coordinates);
  return consumers.map((consumer) => GraphConsumerType.from(consumer));
}

export const LINEAGE_TYPES = [
  LineageType,
  ColumnLineageType,
  ColumnImpactType,
  DataFlowMapType,
  DataFlowType,
  DictionaryOrphanType,
  GraphConsumerType,
] as const;
