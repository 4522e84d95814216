/** What the sequencer writes: the order of the entries, their hashes, and the signed states of the whole. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text } from '../../platform/database/columns';

/** An entry that waits for its place in the order; put there by its act, taken by the sequencer. */
@Entity('audit_pending')
export class AuditPendingRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'entry_id' }) entryId!: string;
  @InstantMs('at') at!: number;
}

/** The place of an entry; rows are only ever inserted. */
@Entity('audit_log')
export class AuditLogRow {
  /** From 1, without a gap. */
  @PrimaryColumn({ type: 'bigint', name: 'seq' }) seq!: number;
  @Text('entry_id', 36) entryId!: string;
  /** H(0x00 ‖ the entry's hash): leaf of the Merkle tree. */
  @Text('leaf_hash', 80) leafHash!: string;
  /** H(the chain hash before ‖ leaf hash), both as hex. */
  @Text('chain_hash', 80) chainHash!: string;
}

/** Where the log ends: one row, locked by whoever appends. */
@Entity('audit_head')
export class AuditHeadRow {
  @PrimaryColumn({ type: 'int', name: 'pk' }) pk!: number;
  /** Names this log among all logs; stands in every checkpoint. */
  @Text('log_id', 36) logId!: string;
  /** Algorithm of leaf, node and chain hashes: that of the first entry, for good. */
  @Text('algorithm', 16) algorithm!: string;
  @InstantMs('tree_size') treeSize!: number;
  @Text('chain_hash', 80) chainHash!: string;
  /** JSON: the hashes of the tree's right edge, largest subtree first. */
  @LongText('frontier') frontier!: string;
}

/** Roots of complete subtrees of 256, 65,536 … leaves, so that a proof reads hundreds of rows, not millions. */
@Entity('audit_tile')
export class AuditTileRow {
  @PrimaryColumn({ type: 'int', name: 'tile_level' }) level!: number;
  @PrimaryColumn({ type: 'bigint', name: 'tile_index' }) index!: number;
  @Text('hash', 64) hash!: string;
}

/** A signed state of the log; rows are only ever inserted. */
@Entity('audit_checkpoint')
export class AuditCheckpointRow {
  @PrimaryColumn({ type: 'bigint', name: 'tree_size' }) treeSize!: number;
  @Text('log_id', 36) logId!: string;
  @Text('root', 80) root!: string;
  @Text('chain_hash', 80) chainHash!: string;
  @InstantMs('at') at!: number;
  @Text('algorithm', 16) algorithm!: string;
  @Text('key_id', 64) keyId!: string;
  @Text('signature', 400) signature!: string;
}

/** How far each sink has the checkpoints. */
@Entity('audit_sink')
export class AuditSinkRow {
  /** Hash of the sink's address: an address may hold a secret. */
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'sink_id' }) sinkId!: string;
  @InstantMs('delivered_size') deliveredSize!: number;
  @InstantMs('delivered_at') deliveredAt!: number;
}
