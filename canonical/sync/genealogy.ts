/**
 * Genealogy follows from transformations: every input of one became every output of it (EPCIS TransformationEvent).
 * Edges are rebuilt for a whole transformation whenever one of its lines changes.
 */
import type { EntityManager } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { type BulkRow, bulkDelete, bulkInsert } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';

interface Line {
  pk: number;
  transformation_ref: string;
  role: string;
  lot_pk: number;
  quantity_micros: number | null;
  occurred_at: number | null;
}

const EDGE_COLUMNS = [
  'transformation_ref',
  'input_line_pk',
  'output_line_pk',
  'ancestor_lot_pk',
  'descendant_lot_pk',
  'consumed_micros',
  'produced_micros',
  'occurred_at',
] as const;

/** Rebuilds the edges of the given transformations from their lines. */
export async function rebuildEdges(
  manager: EntityManager,
  transformationRefs: readonly string[],
): Promise<void> {
  if (transformationRefs.length === 0) return;
  await bulkDelete(manager, 'genealogy_edge', 'transformation_ref', transformationRefs);
  const lines = await selectIn<Line>(
    manager,
    'SELECT pk, transformation_ref, role, lot_pk, quantity_micros, occurred_at FROM transformation_line WHERE transformation_ref IN (?)',
    transformationRefs,
  );
  const byRef = groupBy(lines, (line) => line.transformation_ref);
  const edges = [...byRef.values()].flatMap(edgesOf);
  await bulkInsert(manager, 'genealogy_edge', EDGE_COLUMNS, edges);
}

/** Inputs × outputs. A lot that is topped up with itself is no ancestor of itself. */
function edgesOf(lines: readonly Line[]): BulkRow[] {
  const inputs = lines.filter((line) => line.role === 'INPUT');
  const outputs = lines.filter((line) => line.role === 'OUTPUT');
  return inputs.flatMap((input) =>
    outputs
      .filter((output) => output.lot_pk !== input.lot_pk)
      .map((output) => [
        input.transformation_ref,
        input.pk,
        output.pk,
        input.lot_pk,
        output.lot_pk,
        input.quantity_micros,
        output.quantity_micros,
        output.occurred_at ?? input.occurred_at,
      ]),
  );
}
