/** Compiles the questions that a system answers at query time. */
import type { FieldDefinition } from '../../schema/records/record-types';
import type { LiveStock, RawRow } from '../contract';
import { below, Failure, type CompileContext, type RowContext } from '../transforms/transform';
import { compileValue } from './compile-field';
import { compileField } from './compile-stream';
import type { FieldSpec, LiveStockSpec, MappingDocument } from './document';

export interface CompiledLive {
  readonly spec: LiveStockSpec;
  /** What names a lot in the request; null when its row does not say. */
  readonly lotOf: (row: RawRow) => string | null;
  /** Reads one row of the answer, `lot` as the answer names it; a failure says what is wrong with it. */
  readonly read: (row: RawRow) => LiveStock | Failure;
}

const PARTS = {
  lot: { kind: 'text', required: true },
  site: { kind: 'site', required: true },
  location: { kind: 'location', required: true },
  onHand: { kind: 'quantity', required: true },
} as const satisfies Record<keyof LiveStock, FieldDefinition>;

const fresh = (row: RawRow): RowContext => ({ row, field: '', notes: [] });

export function compileLive(
  spec: LiveStockSpec,
  document: MappingDocument,
  context: CompileContext,
): CompiledLive {
  const stream = document.streams[spec.lotStream];
  if (stream?.recordType !== 'lot') {
    context.problem(`"${spec.lotStream}" is not a stream of lots`, undefined, ['lotStream']);
  }
  if (document.connector.type !== 'rest') context.problem('only a REST system is asked live', 'remove live:');
  const lot = compileValue(spec.lot, below(context, 'lot'));
  const field = (name: keyof LiveStock, value: FieldSpec) => {
    const at = below(context, 'answer', name);
    return compileField(name, PARTS[name], compileValue(value, at), document, at);
  };
  const fields = {
    lot: field('lot', spec.answer.lot),
    site: field('site', spec.answer.site),
    location: field('location', spec.answer.location),
    onHand: field('onHand', spec.answer.onHand),
  };
  const textOfField = (name: keyof LiveStock, row: RawRow): string | Failure => {
    const value = fields[name].read(row, fresh(row));
    const finished = value === null || value instanceof Failure ? value : fields[name].finish(value);
    if (finished instanceof Failure) return finished;
    return finished === null ? new Failure('MISSING_VALUE', `${name} is missing`) : String(finished);
  };
  return {
    spec,
    lotOf: (row) => {
      const value = lot.read(row, fresh(row));
      return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
    },
    read: (row) => {
      const values = {
        lot: textOfField('lot', row),
        site: textOfField('site', row),
        location: textOfField('location', row),
        onHand: textOfField('onHand', row),
      };
      const bad = Object.values(values).find((value) => value instanceof Failure);
      return bad ?? (values as LiveStock);
    },
  };
}
