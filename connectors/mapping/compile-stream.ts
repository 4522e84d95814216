/** Compiles one stream of a mapping: its fields against the record type, its key, sign, void rules and watermark. */
import {
  recordTypeDefinition,
  type FieldDefinition,
  type RecordType,
} from '../../schema/records/record-types';
import { mostCharactersOf, tooLongText } from '../../schema/records/text-limits';
import { MOST_ATTRIBUTE_TEXT } from '../../platform/dictionary/attributes';
import type { MappedRow, PersonalColumn, RawRow } from '../contract';
import { Failure, below, type CompileContext } from '../transforms/transform';
import { isZone } from '../transforms/zones';
import { applySteps, compileValue, type CompiledValue, type ReadValue } from './compile-field';
import { compileSign } from './compile-sign';
import { compileVoids } from './compile-voids';
import type { MappingDocument, NormalisedKind, StreamSpec, WatermarkSpec } from './document';
import { type Finish, finishFor, kindProblem } from './finish';
import { compilePersonal } from './personal';
import { keyOf, rowMapper, type CompiledField, type RowMapperParts } from './row-mapper';
import { hintFrom } from './schema-check';
import { rowTracer, type RowTrace } from './row-tracer';

export interface CompiledStream {
  readonly name: string;
  readonly recordType: RecordType;
  readonly spec: StreamSpec;
  readonly map: (row: RawRow) => MappedRow;
  /** Native key of a row; null where it has none. */
  readonly keyOf: (row: RawRow) => string | null;
  readonly rawText: (field: string, row: RawRow) => string | null;
  /** Fields that a row states only through another one; absent where the mapping names none. */
  readonly via?: (row: RawRow) => readonly string[];
  readonly personal: readonly PersonalColumn[];
  /** What `map` makes of a row, with each step on the way; never throws. */
  readonly trace: (row: RawRow) => RowTrace;
}

export function compileStream(
  name: string,
  spec: StreamSpec,
  document: MappingDocument,
  context: CompileContext,
  attributes: Readonly<Record<string, FieldDefinition>>,
): CompiledStream {
  const definition = recordTypeDefinition(spec.recordType);
  const vias = new Map<string, (row: RawRow) => string | null>();
  const fields = Object.entries(spec.fields).flatMap(([field, value]) => {
    const at = below(context, 'fields', field);
    const compiled = compileValue(value, at);
    if (compiled.via !== undefined) vias.set(field, compiled.via);
    const fieldDefinition = definition.fields[field];
    const attribute = fieldDefinition === undefined ? attributes[field] : undefined;
    if (attribute !== undefined)
      return [limited(compileField(field, attribute, compiled, document, at), MOST_ATTRIBUTE_TEXT)];
    if (fieldDefinition === undefined) {
      at.problem(
        `${spec.recordType} has no field "${field}"`,
        hintFrom(field, [...Object.keys(definition.fields), ...Object.keys(attributes)]),
      );
      return [];
    }
    return [limited(compileField(field, fieldDefinition, compiled, document, at), mostCharactersOf(field))];
  });
  checkRequired(spec, definition.fields, context);
  const sign =
    spec.sign === undefined
      ? null
      : compileSign(spec.sign, below(context, 'sign'), spec.reversal, below(context, 'reversal'));
  const raws = new Map(fields.map((field) => [field.name, field.raw]));
  if (sign !== null) raws.set('quantity', sign.raw).set('level', sign.raw);
  const parts: RowMapperParts = {
    key: compileKey(spec, below(context, 'key')),
    fields,
    sign: sign?.read ?? null,
    voids: compileVoids(spec, context),
    changedAt: compileChangedAt(spec, context),
  };
  return {
    name,
    recordType: spec.recordType,
    spec,
    map: rowMapper(parts),
    keyOf: (row) => keyOf(row, parts),
    trace: rowTracer(parts, sign?.raw ?? null),
    personal: compilePersonal(spec, definition.fields, document.connector.type === 'sql', context),
    rawText: (field, row) => raws.get(field)?.(row) ?? null,
    ...(vias.size === 0 ? {} : { via: (row: RawRow) => viaOf(vias, row) }),
  };
}

/** `field: the other row` of each field that was reached through one. */
function viaOf(vias: ReadonlyMap<string, (row: RawRow) => string | null>, row: RawRow): string[] {
  return [...vias].flatMap(([field, via]) => {
    const through = via(row);
    return through === null ? [] : [`${field}: ${through}`];
  });
}

/** A field of which at most so many characters can be kept. */
function limited(field: CompiledField, most: number): CompiledField {
  const finish: Finish = (raw) => {
    const finished = field.finish(raw);
    return typeof finished === 'string' && finished.length > most
      ? new Failure('BAD_TEXT', tooLongText(finished, most))
      : finished;
  };
  return { ...field, finish };
}

/** The field's own chain, then the normaliser of its kind, then the check of its form. */
export function compileField(
  name: string,
  definition: FieldDefinition,
  value: CompiledValue,
  document: MappingDocument,
  context: CompileContext,
): CompiledField {
  const wrong = kindProblem(definition.kind, value.shape);
  if (wrong !== null) context.problem(wrong.message, wrong.hint);
  checkCodes(name, definition, value, context);
  const steps = document.normalise?.[definition.kind as NormalisedKind];
  // mistakes in a normaliser are reported once, where it is declared
  const quiet: CompileContext = { ...context, problem: () => undefined };
  const normalised =
    steps === undefined ? value : applySteps(value, steps, quiet, `normalise.${definition.kind}: `);
  return {
    name,
    required: definition.required === true,
    read: normalised.read,
    raw: value.raw,
    finish: finishFor(definition),
  };
}

function checkCodes(
  name: string,
  definition: FieldDefinition,
  value: CompiledValue,
  context: CompileContext,
): void {
  if (definition.kind !== 'code' || value.values === null) return;
  const allowed = definition.values ?? [];
  const wrong = [...new Set(value.values)].filter((code) => !allowed.includes(code));
  if (wrong.length === 0) return;
  const unknownKept = wrong.includes('UNKNOWN');
  context.problem(
    `${name} cannot be ${wrong.join(', ')}`,
    unknownKept
      ? 'it has no UNKNOWN: let unknown codes be rejected, or be mapped with as:'
      : `permissible values: ${allowed.join(', ')}`,
  );
}

function checkRequired(
  spec: StreamSpec,
  fields: Readonly<Record<string, FieldDefinition>>,
  context: CompileContext,
): void {
  for (const [name, definition] of Object.entries(fields)) {
    if (definition.required === true && spec.fields[name] === undefined) {
      context.problem(`${spec.recordType} needs "${name}"`, 'map it under fields:', ['fields']);
    }
  }
  if (spec.recordType === 'movement') {
    if (spec.sign === undefined) {
      context.problem('a movement needs a sign rule', 'add sign: with rule signed, byCode or count');
    }
    for (const name of ['quantity', 'level']) {
      if (spec.fields[name] !== undefined) {
        context.problem(`"${name}" of a movement is given by sign:`, undefined, ['fields', name]);
      }
    }
  } else if (spec.sign !== undefined) {
    context.problem('only a movement has a sign rule', undefined, ['sign']);
  }
}

function compileKey(spec: StreamSpec, context: CompileContext): ReadValue {
  if (!Array.isArray(spec.key))
    return compileValue(spec.key as Exclude<StreamSpec['key'], readonly unknown[]>, context).read;
  const parts = { from: spec.key as readonly string[], apply: [{ concat: '|' }] };
  return compileValue(parts, {
    ...context,
    problem: (message, hint, [, ...at] = []) => context.problem(message, hint, at),
  }).read;
}

/** Changes are dated by `changedAt`, or by the watermark when that is a time. */
function compileChangedAt(spec: StreamSpec, context: CompileContext): ReadValue | null {
  if (spec.watermark !== undefined) checkWatermark(spec.watermark, below(context, 'watermark'));
  if (spec.changedAt !== undefined) {
    const at = below(context, 'changedAt');
    const value = compileValue(spec.changedAt, at);
    if (value.shape !== 'instant') at.problem('a point in time is needed', 'end the chain with instant');
    return value.read;
  }
  const mark = spec.watermark;
  if (mark === undefined || mark.kind === 'number') return null;
  const options = { ...(mark.zone && { zone: mark.zone }), ...(mark.formats && { formats: mark.formats }) };
  const from = Array.isArray(mark.from) ? (mark.from as string[]) : [mark.from as string];
  return compileValue(
    { from, apply: ['coalesce', { instant: options }] },
    { ...context, problem: () => undefined },
  ).read;
}

function checkWatermark(mark: WatermarkSpec, context: CompileContext): void {
  if (mark.zone !== undefined && !isZone(mark.zone)) {
    context.problem(`"${mark.zone}" is not a time zone`, 'use an IANA name such as Asia/Shanghai', ['zone']);
  }
  if ((mark.kind === 'number') !== (typeof mark.overlap === 'number') && mark.overlap !== undefined) {
    context.problem('an overlap has the kind of its watermark', 'write 5m for a datetime, 100 for a number', [
      'overlap',
    ]);
  }
}
