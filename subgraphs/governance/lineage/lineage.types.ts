/** Where values come from and whom they reach, by column. */
import { ID, Int, ObjectType } from 'type-graphql';
import type { Orphan } from '../../../canonical/lineage/dictionary-health';
import type { DataFlow } from '../../../canonical/lineage/data-flow';
import type { ColumnLineage } from '../../../canonical/lineage/lineage-index';
import { enumOf } from '../../../platform/graphql/enums';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { GraphConsumerType } from '../schema-versions/schema-version.types';

export const LineageKind = enumOf('LineageKind', ['DIRECT', 'INDIRECT']);
export const OrphanKindEnum = enumOf('OrphanKind', [
  ...(['NO_FIELD', 'NO_TERM', 'NO_SOURCE', 'NO_OWNER', 'NO_STEWARD', 'OVERDUE'] as const),
]);

@AccessRule('lineage')
@ObjectType('ColumnLineage')
export class ColumnLineageType {
  @TermField(() => ID, 'lineage.term', { nullable: false }) term!: string;
  @TermField(() => String, 'lineage.system', { nullable: false }) system!: string;
  @TermField(() => String, 'lineage.stream') stream!: string;
  @TermField(() => String, 'lineage.resource') resource!: string;
  @TermField(() => String, 'lineage.column') column!: string;
  @TermField(() => LineageKind, 'lineage.kind') kind!: string;
  @TermField(() => [String], 'lineage.transforms') transforms!: readonly string[];
  @TermField(() => String, 'lineage.place') place!: string;
  @TermField(() => String, 'lineage.mappingVersion') mappingVersion!: string;
  @TermField(() => Int, 'lineage.precedence') precedence!: number;

  static from({ file, line, ...column }: ColumnLineage): ColumnLineageType {
    return Object.assign(new ColumnLineageType(), { ...column, place: `${file}:${line}` });
  }
}

@AccessRule('lineage')
@ObjectType('Lineage')
export class LineageType {
  @TermField(() => ID, 'lineage.term', { nullable: false }) term!: string;
  @TermField(() => [String], 'lineage.coordinates') coordinates!: readonly string[];
  @TermField(() => [ID], 'lineage.derivedFrom') derivedFrom!: readonly string[];
  @TermField(() => [ColumnLineageType], 'lineage.columns') columns!: readonly ColumnLineageType[];
  @TermField(() => [GraphConsumerType], 'lineage.consumers') consumers!: readonly GraphConsumerType[];
}

@AccessRule('lineage')
@ObjectType('ColumnImpact')
export class ColumnImpactType {
  @TermField(() => [ColumnLineageType], 'lineage.columns') columns!: readonly ColumnLineageType[];
  @TermField(() => [ID], 'lineage.terms') terms!: readonly string[];
  @TermField(() => [String], 'lineage.coordinates') coordinates!: readonly string[];
  @TermField(() => [GraphConsumerType], 'lineage.consumers') consumers!: readonly GraphConsumerType[];
}

@AccessRule('lineage')
@ObjectType('DataFlow')
export class DataFlowType {
  @TermField(() => String, 'lineage.system', { nullable: false }) system!: string;
  @TermField(() => String, 'lineage.resource') resource!: string;
  @TermField(() => String, 'lineage.stream') stream!: string;
  @TermField(() => String, 'dataFlow.recordType') recordType!: string;
  @TermField(() => Int, 'dataFlow.columns') columns!: number;
  @TermField(() => Int, 'dataFlow.terms') terms!: number;
  @TermField(() => String, 'dataFlow.classification') classification!: string;
  @TermField(() => [String], 'lineage.coordinates') coordinates!: readonly string[];

  static from(flow: DataFlow): DataFlowType {
    return Object.assign(new DataFlowType(), flow);
  }
}

@AccessRule('lineage')
@ObjectType('DataFlowMap')
export class DataFlowMapType {
  @TermField(() => [DataFlowType], 'dataFlow.flows') flows!: readonly DataFlowType[];
  @TermField(() => String, 'dataFlow.chart') chart!: string;
}

@AccessRule('dictionary')
@ObjectType('DictionaryOrphan')
export class DictionaryOrphanType {
  @TermField(() => OrphanKindEnum, 'orphan.kind', { nullable: false }) kind!: string;
  @TermField(() => ID, 'orphan.id', { nullable: false }) id!: string;
  @TermField(() => String, 'orphan.group') group!: string | null;

  static from(orphan: Orphan): DictionaryOrphanType {
    return Object.assign(new DictionaryOrphanType(), orphan);
  }
}
