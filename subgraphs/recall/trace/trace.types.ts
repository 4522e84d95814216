/** A trace as the graph shows it. */
import { Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import { fromMicros } from '../../../platform/decimal';
import { enumOf } from '../../../platform/graphql/enums';
import { Decimal, Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { instantOf } from '../../../platform/graphql/instants';
import { LocationStub, PartyStub } from '../stubs/entity-stubs';
import { LotStub } from '../stubs/lot.stub';
import type { Holder, HolderKind } from './holders';
import type { Balance } from './mass-balance';
import type { TraceEdge, TraceDirection } from './trace-index';
import type { TraceNode, TraceScope } from './trace-scope';

export const TraceDirectionEnum = enumOf('TraceDirection', ['FORWARD', 'BACKWARD']);
export const TraceHolderKind = enumOf('TraceHolderKind', ['LOCATION', 'CUSTOMER', 'UNKNOWN_CUSTOMER']);
export const TraceSourceStatus = enumOf('TraceSourceStatus', ['STALE', 'UNAVAILABLE']);

@AccessRule('trace')
@ObjectType('TraceBalance')
export class TraceBalanceType {
  @TermField(() => String, 'trace.balance.ledger') ledger!: string;
  @TermField(() => String, 'trace.balance.uom') uom!: string | null;
  @TermField(() => Decimal, 'trace.balance.received') received!: string;
  @TermField(() => Decimal, 'trace.balance.produced') produced!: string;
  @TermField(() => Decimal, 'trace.balance.returned') returned!: string;
  @TermField(() => Decimal, 'trace.balance.consumed') consumed!: string;
  @TermField(() => Decimal, 'trace.balance.delivered') delivered!: string;
  @TermField(() => Decimal, 'trace.balance.scrapped') scrapped!: string;
  @TermField(() => Decimal, 'trace.balance.adjusted') adjusted!: string;
  @TermField(() => Decimal, 'trace.balance.onHand') onHand!: string;
  @TermField(() => Decimal, 'trace.balance.difference') difference!: string;

  static from({ ledger, uom, ...amounts }: Balance): TraceBalanceType {
    const shown = Object.entries(amounts).map(([name, micros]) => [name, fromMicros(micros)] as const);
    return Object.assign(new TraceBalanceType(), { ledger, uom, ...Object.fromEntries(shown) });
  }
}

@AccessRule('trace')
@ObjectType('TraceNode')
export class TraceNodeType {
  @TermField(() => LotStub, 'trace.node.lot') lot!: LotStub;
  @TermField(() => Int, 'trace.node.depth') depth!: number;

  static from({ lotPk, depth }: TraceNode): TraceNodeType {
    return Object.assign(new TraceNodeType(), { lot: LotStub.of(lotPk), depth });
  }
}

@AccessRule('trace')
@ObjectType('TraceEdge')
export class TraceEdgeType {
  edge!: TraceEdge;
  @TermField(() => LotStub, 'trace.edge.ancestor') ancestor!: LotStub;
  @TermField(() => LotStub, 'trace.edge.descendant') descendant!: LotStub;
  @TermField(() => Decimal, 'trace.edge.consumed') consumed!: string | null;
  @TermField(() => Decimal, 'trace.edge.produced') produced!: string | null;
  @TermField(() => Instant, 'trace.edge.occurredAt') occurredAt!: Date | null;

  static from(edge: TraceEdge): TraceEdgeType {
    return Object.assign(new TraceEdgeType(), {
      edge,
      ancestor: LotStub.of(edge.ancestorPk),
      descendant: LotStub.of(edge.descendantPk),
      consumed: edge.consumedMicros === null ? null : fromMicros(edge.consumedMicros),
      produced: edge.producedMicros === null ? null : fromMicros(edge.producedMicros),
      occurredAt: instantOf(edge.occurredAt),
    });
  }
}

@AccessRule('trace')
@ObjectType('TraceHolder')
export class TraceHolderType {
  holder!: Holder;
  @TermField(() => TraceHolderKind, 'trace.holder.kind') kind!: HolderKind;
  @TermField(() => LocationStub, 'trace.holder.location') location!: LocationStub | null;
  @TermField(() => PartyStub, 'trace.holder.customer') customer!: PartyStub | null;
  @TermField(() => String, 'trace.holder.uom') uom!: string | null;
  @TermField(() => Decimal, 'trace.holder.quantity') quantity!: string;
  @TermField(() => Decimal, 'trace.holder.delivered') delivered!: string | null;
  @TermField(() => Decimal, 'trace.holder.returned') returned!: string | null;
  @TermField(() => Int, 'trace.holder.lotCount') lotCount!: number;
  @TermField(() => [String], 'trace.holder.documents') documents!: readonly string[];

  static from(holder: Holder): TraceHolderType {
    const { kind, pk } = holder;
    return Object.assign(new TraceHolderType(), {
      holder,
      kind,
      location: kind === 'LOCATION' ? LocationStub.of(pk) : null,
      customer: kind === 'CUSTOMER' ? PartyStub.of(pk) : null,
      uom: holder.uom,
      quantity: fromMicros(holder.micros),
      delivered: kind === 'LOCATION' ? null : fromMicros(holder.deliveredMicros),
      returned: kind === 'LOCATION' ? null : fromMicros(holder.returnedMicros),
      lotCount: holder.lotPks.length,
      documents: holder.documents,
    });
  }
}

@AccessRule('trace')
@ObjectType('TraceCounts')
export class TraceCountsType {
  @TermField(() => Int, 'trace.counts.lots') lots!: number;
  @TermField(() => Int, 'trace.counts.movements') movements!: number;
  @TermField(() => Int, 'trace.counts.holders') holders!: number;
}

@AccessRule('trace')
@ObjectType('TraceIncompleteSource')
export class TraceIncompleteSourceType {
  @TermField(() => String, 'trace.incompleteSource.system', { nullable: false }) system!: string;
  @TermField(() => TraceSourceStatus, 'trace.incompleteSource.status', { nullable: false }) status!: string;
  @TermField(() => Int, 'trace.incompleteSource.ageSeconds') ageSeconds!: number | null;
}

@AccessRule('trace')
@ObjectType('TraceBreak')
export class TraceBreakType {
  @TermField(() => LotStub, 'trace.break.lot') lot!: LotStub;
  @TermField(() => String, 'finding.rule') rule!: string;
}

/** Why a trace was cut short. */
@AccessRule('trace')
@ObjectType('TraceTruncation')
export class TraceTruncationType {
  @TermField(() => String, 'trace.truncation.reason', { nullable: false }) reason!: string;
  @TermField(() => Int, 'trace.truncation.maxDepth', { nullable: false }) maxDepth!: number;
}

@AccessRule('trace')
@ObjectType('Trace')
export class TraceType {
  scope!: TraceScope;
  @TermField(() => TraceDirectionEnum, 'trace.direction') direction!: TraceDirection;
  @TermField(() => [LotStub], 'trace.origins') origins!: readonly LotStub[];
  @TermField(() => TraceTruncationType, 'trace.truncated') truncated!: TraceTruncationType | null;

  static from(scope: TraceScope): TraceType {
    const { direction, maxDepth } = scope.request;
    return Object.assign(new TraceType(), {
      scope,
      direction,
      origins: scope.origins.map((pk) => LotStub.of(pk)),
      truncated: scope.reach.truncated ? { reason: 'DEPTH_LIMIT', maxDepth } : null,
    });
  }
}

export const TraceNodeConnection = connectionOf('TraceNodeConnection', () => TraceNodeType);
export const TraceEdgeConnection = connectionOf('TraceEdgeConnection', () => TraceEdgeType);
export const TraceHolderConnection = connectionOf('TraceHolderConnection', () => TraceHolderType);
export const TRACE_TYPES = [
  TraceType,
  TraceNodeType,
  TraceNodeConnection,
  TraceEdgeType,
  TraceEdgeConnection,
  TraceHolderType,
  TraceHolderConnection,
  TraceBalanceType,
  TraceCountsType,
  TraceIncompleteSourceType,
  TraceBreakType,
  TraceTruncationType,
] as const;
