/** Golden rows of the flow: documents, movements, transformations and the genealogy that follows from them. */
import { Entity } from 'typeorm';
import { CalendarDate, InstantMs, Micros, Pk, Ref, Text } from '../../platform/database/columns';

@Entity('document')
export class DocumentRow {
  @Pk() pk!: number;
  @Text('system', 32) system!: string;
  /** `<system>:<native key>`; what other records of the system refer to. */
  @Text('ref', 190) ref!: string;
  @Text('document_type', 30) documentType!: string;
  @Text('number', 140) number!: string;
  @Text('state', 20) state!: string;
  @Text('stage', 20, { nullable: true }) stage!: string | null;
  @Ref('site_pk', { nullable: true }) sitePk!: number | null;
  @Ref('party_pk', { nullable: true }) partyPk!: number | null;
  @CalendarDate('issued_on', { nullable: true }) issuedOn!: string | null;
  @InstantMs('occurred_at', { nullable: true }) occurredAt!: number | null;
  @Text('based_on_ref', 190, { nullable: true }) basedOnRef!: string | null;
}

@Entity('document_line')
export class DocumentLineRow {
  @Pk() pk!: number;
  @Text('document_ref', 190) documentRef!: string;
  /** The document that this line fulfils. */
  @Text('based_on_ref', 190, { nullable: true }) basedOnRef!: string | null;
  @Text('line', 140, { nullable: true }) line!: string | null;
  @Ref('item_pk') itemPk!: number;
  @Ref('lot_pk', { nullable: true }) lotPk!: number | null;
  @Micros('quantity_micros', { nullable: true }) quantityMicros!: number | null;
  @Text('uom', 40, { nullable: true }) uom!: string | null;
  @Ref('location_pk', { nullable: true }) locationPk!: number | null;
}

@Entity('movement')
export class MovementRow {
  @Pk() pk!: number;
  /** The ledger: each system keeps its own, and balances add up within one. */
  @Text('system', 32) system!: string;
  @Ref('lot_pk') lotPk!: number;
  @Ref('location_pk') locationPk!: number;
  @Ref('party_pk', { nullable: true }) partyPk!: number | null;
  @Text('document_ref', 190, { nullable: true }) documentRef!: string | null;
  @Text('kind', 20) kind!: string;
  @InstantMs('occurred_at') occurredAt!: number;
  /** Signed change of the level at the location; for a count it is what the count changed. */
  @Micros('quantity_micros') quantityMicros!: number;
  /** Set when the movement is an absolute count. */
  @Micros('level_micros', { nullable: true }) levelMicros!: number | null;
  @Text('uom', 40, { nullable: true }) uom!: string | null;
}

/** The movements that are absolute counts: few among many, so they have a table that finds them by lot. */
@Entity('level_movement')
export class LevelMovementRow {
  @Pk('movement_pk') movementPk!: number;
  @Text('system', 32) system!: string;
  @Ref('lot_pk') lotPk!: number;
  @Ref('location_pk') locationPk!: number;
}

/** One input or output of a transformation (EPCIS TransformationEvent). */
@Entity('transformation_line')
export class TransformationLineRow {
  @Pk() pk!: number;
  /** `<system>:<transformation key>`. */
  @Text('transformation_ref', 190) transformationRef!: string;
  @Text('role', 6) role!: string;
  @Ref('lot_pk') lotPk!: number;
  @Micros('quantity_micros', { nullable: true }) quantityMicros!: number | null;
  @Text('uom', 40, { nullable: true }) uom!: string | null;
  @Text('document_ref', 190, { nullable: true }) documentRef!: string | null;
  @Ref('site_pk', { nullable: true }) sitePk!: number | null;
  @InstantMs('occurred_at', { nullable: true }) occurredAt!: number | null;
}

/** One edge of the genealogy: an input lot went into an output lot. Derived from the transformation's lines. */
@Entity('genealogy_edge')
export class GenealogyEdgeRow {
  @Text('transformation_ref', 190) transformationRef!: string;
  /** Key of the input's transformation line. */
  @Pk('input_line_pk') inputLinePk!: number;
  /** Key of the output's transformation line. */
  @Pk('output_line_pk') outputLinePk!: number;
  @Ref('ancestor_lot_pk') ancestorLotPk!: number;
  @Ref('descendant_lot_pk') descendantLotPk!: number;
  @Micros('consumed_micros', { nullable: true }) consumedMicros!: number | null;
  @Micros('produced_micros', { nullable: true }) producedMicros!: number | null;
  @InstantMs('occurred_at', { nullable: true }) occurredAt!: number | null;
}

@Entity('serial')
export class SerialRow {
  @Pk() pk!: number;
  @Ref('item_pk') itemPk!: number;
  @Ref('lot_pk', { nullable: true }) lotPk!: number | null;
  @Text('serial_number', 140) serialNumber!: string;
  @Text('state', 20) state!: string;
  @Text('parent_serial_number', 140, { nullable: true }) parentSerialNumber!: string | null;
  @Ref('party_pk', { nullable: true }) partyPk!: number | null;
  @Ref('location_pk', { nullable: true }) locationPk!: number | null;
}
