/** Operations that clients run, what of the graph they use, and who ran them on which day. No values, no people. */
import { Entity, PrimaryColumn } from 'typeorm';
import { Flag, InstantMs, LongText, Text, Whole } from '../../platform/database/columns';

@Entity('graph_operation')
export class GraphOperationRow {
  /** Hash of the text, with its algorithm; of a registered document its id. */
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'id' }) id!: string;
  @Text('name', 140, { nullable: true }) name!: string | null;
  /** App that registered it; null for a text of a client's own. */
  @Text('app', 64, { nullable: true }) app!: string | null;
  /** Whether it is registered now. */
  @Flag('registered') registered!: boolean;
  /** Texts of clients stand without their literals. */
  @LongText('text') text!: string;
  @InstantMs('first_seen_at') firstSeenAt!: number;
  @InstantMs('last_seen_at') lastSeenAt!: number;
}

@Entity('graph_operation_coordinate')
export class GraphOperationCoordinateRow {
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'operation' }) operation!: string;
  /** `Type.field`, `Type.field(argument:)` or `Input.field`. */
  @PrimaryColumn({ type: 'varchar', length: 190, name: 'coordinate' }) coordinate!: string;
}

@Entity('graph_operation_use')
export class GraphOperationUseRow {
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'operation' }) operation!: string;
  /** Id of the client program, or `people` or `services` where it did not say. */
  @PrimaryColumn({ type: 'varchar', length: 128, name: 'client' }) client!: string;
  /** `YYYY-MM-DD`, UTC. */
  @PrimaryColumn({ type: 'varchar', length: 10, name: 'day' }) day!: string;
  @Whole('times') times!: number;
}

export const USAGE_ENTITIES = [GraphOperationRow, GraphOperationCoordinateRow, GraphOperationUseRow] as const;
