/** Mappings in the graph: what is in force, its history, what a draft would change, and how far the copy follows. */
import { ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import type { ImpactChange } from '../../../canonical/mappings/impact';
import type { AssessedImpact } from '../../../canonical/mappings/impact-records';
import type { MappingChange } from '../../../canonical/mappings/mapping-changes';
import type { MappingDerivationRow, MappingImpactRow } from '../../../canonical/mappings/mapping.entity';
import type { PublishedMapping } from '../../../canonical/mappings/mapping-versions';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { enumOf } from '../../../platform/graphql/enums';
import { instantOf } from '../../../platform/graphql/instants';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

const DerivationState = enumOf('MappingDerivationState', ['RUNNING', 'DONE', 'SUPERSEDED']);
const ImpactState = enumOf('MappingImpactState', ['WAITING', 'RUNNING', 'DONE', 'FAILED']);
const ChangeKind = enumOf('MappingChangeKind', ['ADDED', 'REMOVED', 'CHANGED']);
const ValueKind = enumOf('MappingValueKind', [
  ...(['VALUE', 'APPEARS', 'VANISHES', 'MOVES', 'REJECTED', 'ACCEPTED'] as const),
]);

@AccessRule('mapping')
@ObjectType('MappingDerivation')
export class MappingDerivationType {
  @TermField(() => DerivationState, 'mappingDerivation.state') state!: string;
  @TermField(() => String, 'mappingDerivation.mappingVersion') mappingVersion!: string;
  @TermField(() => Int, 'mappingDerivation.rowsTotal') rowsTotal!: number;
  @TermField(() => Int, 'mappingDerivation.rowsDone') rowsDone!: number;
  @TermField(() => Int, 'mappingDerivation.rowsChanged') rowsChanged!: number;
  @TermField(() => Int, 'mappingDerivation.rowsUnchanged') rowsUnchanged!: number;
  @TermField(() => Int, 'mappingDerivation.rowsRejected') rowsRejected!: number;
  @TermField(() => Int, 'mappingDerivation.rowsWaiting') rowsWaiting!: number;
  @TermField(() => Instant, 'mappingDerivation.startedAt') startedAt!: Date | null;
  @TermField(() => Instant, 'mappingDerivation.updatedAt') updatedAt!: Date | null;
  @TermField(() => Instant, 'mappingDerivation.finishedAt') finishedAt!: Date | null;

  static from(row: MappingDerivationRow): MappingDerivationType {
    return Object.assign(new MappingDerivationType(), row, {
      startedAt: instantOf(row.startedAt),
      updatedAt: instantOf(row.updatedAt),
      finishedAt: instantOf(row.finishedAt),
    });
  }
}

@AccessRule('mapping')
@ObjectType('MappingVersion')
export class MappingVersionType {
  @TermField(() => String, 'mapping.system', { nullable: false }) system!: string;
  @TermField(() => Int, 'mapping.number', { nullable: false }) number!: number;
  @TermField(() => String, 'mapping.version') version!: string;
  @TermField(() => Int, 'mapping.language') language!: number;
  @TermField(() => String, 'mapping.text') text!: string;
  @TermField(() => String, 'mapping.reason') reason!: string;
  @TermField(() => String, 'mapping.publishedBy') publishedBy!: string;
  @TermField(() => Instant, 'mapping.publishedAt') publishedAt!: Date | null;

  static from(row: PublishedMapping): MappingVersionType {
    const { system, number, language, text, reason, publishedBy } = row;
    return Object.assign(new MappingVersionType(), {
      ...{ system, number, language, text, reason, publishedBy },
      version: row.documentHash,
      publishedAt: instantOf(row.publishedAt),
    });
  }
}

export const MappingVersionConnection = connectionOf('MappingVersionConnection', () => MappingVersionType);

@AccessRule('mapping')
@ObjectType('MappingChange')
export class MappingChangeType {
  @TermField(() => ChangeKind, 'mappingChange.kind') kind!: string;
  @TermField(() => String, 'mappingChange.path') path!: string;
  @TermField(() => String, 'mappingChange.before') before!: string | null;
  @TermField(() => String, 'mappingChange.after') after!: string | null;

  static from(change: MappingChange): MappingChangeType {
    return Object.assign(new MappingChangeType(), change);
  }
}

/** One golden value before and after. */
@AccessRule('mappingValue')
@ObjectType('MappingValueChange')
export class MappingValueChangeType {
  @TermField(() => ValueKind, 'mappingValueChange.kind') kind!: string;
  @TermField(() => String, 'mappingValueChange.recordType') recordType!: string;
  @TermField(() => String, 'mappingValueChange.stream') stream!: string;
  @TermField(() => String, 'mappingValueChange.key') key!: string;
  @TermField(() => ID, 'mappingValueChange.entity') entity!: string | null;
  @TermField(() => String, 'mappingValueChange.field') field!: string | null;
  @TermField(() => String, 'mappingValueChange.before') before!: string | null;
  @TermField(() => String, 'mappingValueChange.after') after!: string | null;
  @TermField(() => Boolean, 'mappingValueChange.regulated') regulated!: boolean;

  static from(change: ImpactChange): MappingValueChangeType {
    const { entityPk, recordType, field } = change;
    const kind = ENTITY_KINDS.find((one) => one === recordType);
    return Object.assign(new MappingValueChangeType(), change, {
      entity: entityPk === null || kind === undefined ? null : toId(kind, entityPk),
      field: field === '' ? null : field,
    });
  }
}

const ENTITY_KINDS = ['item', 'site', 'location', 'party', 'lot'] as const;

@AccessRule('mapping')
@ObjectType('MappingFieldCount')
export class MappingFieldCountType {
  @TermField(() => String, 'mappingFieldCount.field') field!: string;
  @TermField(() => Int, 'mappingFieldCount.changes') changes!: number;
  @TermField(() => Boolean, 'mappingFieldCount.regulated') regulated!: boolean;
}

@AccessRule('mapping')
@ObjectType('MappingImpact')
export class MappingImpactType {
  /** What was looked at, and what may be shown of it. */
  sample!: readonly ImpactChange[];
  @TermField(() => ID, 'mappingImpact.draft', { nullable: false }) draft!: string;
  @TermField(() => String, 'mapping.system') system!: string;
  @TermField(() => ImpactState, 'mappingImpact.state') state!: string;
  @TermField(() => Int, 'mappingImpact.baseNumber') baseNumber!: number;
  @TermField(() => Int, 'mappingImpact.rowsTotal') rowsTotal!: number;
  @TermField(() => Int, 'mappingImpact.rowsDone') rowsDone!: number;
  @TermField(() => Int, 'mappingImpact.rowsSame') rowsSame!: number | null;
  @TermField(() => Int, 'mappingImpact.rowsChanged') rowsChanged!: number | null;
  @TermField(() => Int, 'mappingImpact.rowsRejected') rowsRejected!: number | null;
  @TermField(() => Int, 'mappingImpact.rowsWaiting') rowsWaiting!: number | null;
  @TermField(() => Int, 'mappingImpact.rowsAccepted') rowsAccepted!: number | null;
  @TermField(() => [String], 'mappingImpact.addedStreams') addedStreams!: readonly string[] | null;
  @TermField(() => [String], 'mappingImpact.removedStreams') removedStreams!: readonly string[] | null;
  @TermField(() => [String], 'mappingImpact.readAnew') readAnew!: readonly string[] | null;
  @TermField(() => Int, 'mappingImpact.changes') changes!: number | null;
  @TermField(() => Int, 'mappingImpact.regulatedChanges') regulatedChanges!: number | null;
  @TermField(() => Boolean, 'mappingImpact.regulated') regulated!: boolean | null;
  @TermField(() => [MappingFieldCountType], 'mappingImpact.fields')
  fields!: readonly MappingFieldCountType[] | null;
  @TermField(() => String, 'mappingImpact.error') error!: string | null;

  static from(row: MappingImpactRow, found: AssessedImpact | null): MappingImpactType {
    const done = row.state === 'DONE' ? found : null;
    return Object.assign(new MappingImpactType(), {
      ...{ draft: row.draft, system: row.system, state: row.state, baseNumber: row.baseNumber },
      ...{ rowsTotal: done?.rows.total ?? row.rowsTotal, rowsDone: done?.rows.total ?? row.rowsDone },
      rowsSame: done?.rows.same ?? null,
      rowsChanged: done?.rows.changed ?? null,
      rowsRejected: done?.rows.rejected ?? null,
      rowsWaiting: done?.rows.waiting ?? null,
      rowsAccepted: done?.rows.accepted ?? null,
      addedStreams: done?.added ?? null,
      removedStreams: done?.removed ?? null,
      readAnew: done?.readAnew ?? null,
      changes: done?.changes ?? null,
      regulatedChanges: done?.regulatedChanges ?? null,
      regulated: done?.regulated ?? null,
      fields: done?.fields.map((one) => Object.assign(new MappingFieldCountType(), one)) ?? null,
      error: row.error,
      sample: row.sample === null ? [] : (JSON.parse(row.sample) as ImpactChange[]),
    });
  }
}

@AccessRule('mapping')
@ObjectType('StagedMappingPayload')
export class StagedMappingPayload {
  @TermField(() => ID, 'stagedMapping.draft') draft!: string | null;
  @TermField(() => String, 'mapping.system') system!: string | null;
  @TermField(() => Int, 'stagedMapping.baseNumber') baseNumber!: number | null;
  @TermField(() => [MappingChangeType], 'stagedMapping.changes') changes!: readonly MappingChangeType[];
  @TermField(() => [String], 'stagedMapping.problems') problems!: readonly string[];
  @TermField(() => [String], 'stagedMapping.questions') questions!: readonly string[];
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('mapping')
@ObjectType('PublishMappingPayload')
export class PublishMappingPayload {
  @TermField(() => MappingVersionType, 'mutation.object') mapping!: MappingVersionType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

export const MAPPING_TYPES = [
  MappingDerivationType,
  MappingVersionType,
  MappingVersionConnection,
  MappingChangeType,
  MappingValueChangeType,
  MappingFieldCountType,
  MappingImpactType,
  StagedMappingPayload,
  PublishMappingPayload,
] as const;
