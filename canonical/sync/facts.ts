/**
 * How a fact's canonical record becomes its golden row: one table of specifications, no branches. The golden row's
 * key is the key of its source record.
 */
import type { BulkRow } from '../../platform/database/bulk';
import type { CanonicalRecord } from '../../connectors/contract';
import type { RecordType } from '../../schema/records/record-types';
import { dateOf, instantOf, microsOf, textOf } from './values';

/** Keys that the references of a record were resolved to. */
export interface ResolvedReferences {
  readonly itemPk: number | null;
  readonly lotPk: number | null;
  readonly sitePk: number | null;
  readonly locationPk: number | null;
  readonly partyPk: number | null;
}

export interface FactInput {
  readonly pk: number;
  readonly system: string;
  readonly key: string;
  readonly record: CanonicalRecord;
  readonly refs: ResolvedReferences;
}

export interface FactSpec {
  readonly table: string;
  /** The first column is the key. */
  readonly columns: readonly string[];
  /** Without a lot the fact has no golden row: it stays a record with a finding. */
  readonly needsLot: boolean;
  row(input: FactInput): BulkRow;
}

/** Reference to another record of the same system. */
function refOf(input: FactInput, field: string): string | null {
  const value = textOf(input.record, field);
  return value === null ? null : `${input.system}:${value}`;
}

const ownRef = (input: FactInput): string => `${input.system}:${input.key}`;

/** PASS, FAIL or PENDING by the limits where the source gives no verdict of its own. */
function verdictOf(record: CanonicalRecord): string {
  const stated = textOf(record, 'verdict');
  if (stated !== null) return stated;
  const value = microsOf(record, 'numericValue');
  const lower = microsOf(record, 'lowerLimit');
  const upper = microsOf(record, 'upperLimit');
  if (value === null || (lower === null && upper === null)) return 'PENDING';
  return (lower === null || value >= lower) && (upper === null || value <= upper) ? 'PASS' : 'FAIL';
}

export const FACTS: Readonly<Partial<Record<RecordType, FactSpec>>> = {
  document: {
    table: 'document',
    columns: [
      'pk',
      'system',
      'ref',
      'document_type',
      'number',
      'state',
      'stage',
      'site_pk',
      'party_pk',
      'issued_on',
      'occurred_at',
      'based_on_ref',
    ],
    needsLot: false,
    row: (input) => [
      input.pk,
      input.system,
      ownRef(input),
      textOf(input.record, 'documentType'),
      textOf(input.record, 'number'),
      textOf(input.record, 'state'),
      textOf(input.record, 'stage'),
      input.refs.sitePk,
      input.refs.partyPk,
      dateOf(input.record, 'issuedOn')?.date ?? null,
      instantOf(input.record, 'occurredAt'),
      refOf(input, 'basedOn'),
    ],
  },
  documentLine: {
    table: 'document_line',
    columns: [
      'pk',
      'document_ref',
      'based_on_ref',
      'line',
      'item_pk',
      'lot_pk',
      'quantity_micros',
      'uom',
      'location_pk',
    ],
    needsLot: false,
    row: (input) => [
      input.pk,
      refOf(input, 'document'),
      refOf(input, 'basedOn'),
      textOf(input.record, 'line'),
      input.refs.itemPk,
      input.refs.lotPk,
      microsOf(input.record, 'quantity'),
      textOf(input.record, 'uom'),
      input.refs.locationPk,
    ],
  },
  movement: {
    table: 'movement',
    columns: [
      'pk',
      'system',
      'lot_pk',
      'location_pk',
      'party_pk',
      'document_ref',
      'kind',
      'occurred_at',
      'quantity_micros',
      'level_micros',
      'uom',
    ],
    needsLot: true,
    row: (input) => [
      input.pk,
      input.system,
      input.refs.lotPk,
      input.refs.locationPk,
      input.refs.partyPk,
      refOf(input, 'document'),
      textOf(input.record, 'movementKind'),
      instantOf(input.record, 'occurredAt'),
      microsOf(input.record, 'quantity') ?? 0,
      microsOf(input.record, 'level'),
      textOf(input.record, 'uom'),
    ],
  },
  transformation: {
    table: 'transformation_line',
    columns: [
      'pk',
      'transformation_ref',
      'role',
      'lot_pk',
      'quantity_micros',
      'uom',
      'document_ref',
      'site_pk',
      'occurred_at',
    ],
    needsLot: true,
    row: (input) => [
      input.pk,
      refOf(input, 'transformation'),
      textOf(input.record, 'role'),
      input.refs.lotPk,
      microsOf(input.record, 'quantity'),
      textOf(input.record, 'uom'),
      refOf(input, 'document'),
      input.refs.sitePk,
      instantOf(input.record, 'occurredAt'),
    ],
  },
  serial: {
    table: 'serial',
    columns: [
      'pk',
      'item_pk',
      'lot_pk',
      'serial_number',
      'state',
      'parent_serial_number',
      'party_pk',
      'location_pk',
    ],
    needsLot: false,
    row: (input) => [
      input.pk,
      input.refs.itemPk,
      input.refs.lotPk,
      textOf(input.record, 'serialNumber'),
      textOf(input.record, 'state'),
      textOf(input.record, 'parentSerialNumber'),
      input.refs.partyPk,
      input.refs.locationPk,
    ],
  },
  inspection: {
    table: 'inspection',
    columns: [
      'pk',
      'ref',
      'number',
      'lot_pk',
      'sterilization_load',
      'inspection_type',
      'state',
      'sampled_at',
      'received_at',
      'verified_at',
      'published_at',
      'sample_size_micros',
      'inspector',
    ],
    needsLot: false,
    row: (input) => [
      input.pk,
      ownRef(input),
      textOf(input.record, 'number'),
      input.refs.lotPk,
      textOf(input.record, 'sterilizationLoad'),
      textOf(input.record, 'inspectionType'),
      textOf(input.record, 'state'),
      instantOf(input.record, 'sampledAt'),
      instantOf(input.record, 'receivedAt'),
      instantOf(input.record, 'verifiedAt'),
      instantOf(input.record, 'publishedAt'),
      microsOf(input.record, 'sampleSize'),
      textOf(input.record, 'inspector'),
    ],
  },
  inspectionResult: {
    table: 'inspection_result',
    columns: [
      'pk',
      'ref',
      'inspection_ref',
      'keyword',
      'title',
      'title_zh',
      'value',
      'numeric_micros',
      'unit',
      'lower_micros',
      'upper_micros',
      'verdict',
      'state',
      'retest_of_ref',
      'captured_at',
      'analyst',
    ],
    needsLot: false,
    row: (input) => [
      input.pk,
      ownRef(input),
      refOf(input, 'inspection'),
      textOf(input.record, 'keyword'),
      textOf(input.record, 'title'),
      textOf(input.record, 'titleZh'),
      textOf(input.record, 'value'),
      microsOf(input.record, 'numericValue'),
      textOf(input.record, 'unit'),
      microsOf(input.record, 'lowerLimit'),
      microsOf(input.record, 'upperLimit'),
      verdictOf(input.record),
      textOf(input.record, 'state'),
      refOf(input, 'retestOf'),
      instantOf(input.record, 'capturedAt'),
      textOf(input.record, 'analyst'),
    ],
  },
  disposition: {
    table: 'disposition',
    columns: ['pk', 'lot_pk', 'decision', 'decided_on', 'decided_by', 'number', 'document_ref'],
    needsLot: true,
    row: (input) => [
      input.pk,
      input.refs.lotPk,
      textOf(input.record, 'decision'),
      dateOf(input.record, 'decidedOn')?.date ?? null,
      textOf(input.record, 'decidedBy'),
      textOf(input.record, 'number'),
      refOf(input, 'document'),
    ],
  },
  recallCase: {
    table: 'recall_case',
    columns: [
      'pk',
      'ref',
      'number',
      'title',
      'title_zh',
      'recall_class',
      'state',
      'reason',
      'opened_on',
      'closed_on',
    ],
    needsLot: false,
    row: (input) => [
      input.pk,
      ownRef(input),
      textOf(input.record, 'number'),
      textOf(input.record, 'title'),
      textOf(input.record, 'titleZh'),
      textOf(input.record, 'recallClass'),
      textOf(input.record, 'state'),
      textOf(input.record, 'reason'),
      dateOf(input.record, 'openedOn')?.date ?? null,
      dateOf(input.record, 'closedOn')?.date ?? null,
    ],
  },
  recallScope: {
    table: 'recall_scope',
    columns: ['pk', 'recall_ref', 'lot_pk', 'quantity_micros', 'uom'],
    needsLot: true,
    row: (input) => [
      input.pk,
      refOf(input, 'recall'),
      input.refs.lotPk,
      microsOf(input.record, 'quantity'),
      textOf(input.record, 'uom'),
    ],
  },
  crossReference: {
    table: 'cross_reference',
    columns: ['pk', 'system', 'entity_type', 'code', 'spoken_by', 'same_as'],
    needsLot: false,
    row: (input) => [
      input.pk,
      input.system,
      textOf(input.record, 'entityType'),
      textOf(input.record, 'code'),
      textOf(input.record, 'system') ?? '',
      textOf(input.record, 'sameAs'),
    ],
  },
};
