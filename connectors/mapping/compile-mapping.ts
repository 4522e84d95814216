/** Compiles a mapping file whole: parse, schema, meaning. Every problem is found in one pass and reported. */
import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';
import { type AttributeFields, NO_ATTRIBUTES } from '../../platform/dictionary/attributes';
import { MappingError, type MappingProblem } from '../../platform/errors';
import type { CompileContext, Getter } from '../transforms/transform';
import { isZone } from '../transforms/zones';
import { compileCommands, type CompiledCommands } from '../commands/compile-commands';
import { flatGetter, pathGetter } from './columns';
import { applySteps } from './compile-field';
import { compileLive, type CompiledLive } from './compile-live';
import { checkSource } from './check-source';
import { compileStream, type CompiledStream } from './compile-stream';
import { columnsOf } from './conditions';
import { partsOf, type MappingDocument, type StreamSpec } from './document';
import { MappingFile, type DocumentPath } from './mapping-file';
import { checkSchema } from './schema-check';

/** A mapping that was found good, ready to read rows with. */
export interface CompiledMapping {
  readonly file: string;
  readonly document: MappingDocument;
  /** SHA-256 of the canonical JSON (RFC 8785) of the document, in hex. */
  readonly version: string;
  readonly streams: readonly CompiledStream[];
  readonly live: CompiledLive | null;
  readonly commands: CompiledCommands;
  /** References that each stream makes to columns or paths, with the place of the first one. */
  readonly references: ReadonlyMap<string, ReadonlyMap<string, DocumentPath>>;
  /** Says what is wrong at a place of this mapping, found only when the system was looked at. */
  readonly problemAt: (path: DocumentPath, message: string, hint?: string) => MappingProblem;
}

export type CompileResult =
  | { readonly mapping: CompiledMapping; readonly problems: readonly [] }
  | { readonly mapping: null; readonly problems: readonly MappingProblem[] };

/**
 * Compiles the text of a mapping file; `name` is what its problems call it, and `attributes` the terms that may be
 * mapped beside the fields of the record types.
 */
export function compileMapping(
  name: string,
  text: string,
  attributes: AttributeFields = NO_ATTRIBUTES,
): CompileResult {
  const file = new MappingFile(name, text);
  const data = file.toData();
  const document = file.problems.length > 0 ? null : checkSchema(file, data);
  if (document === null) return { mapping: null, problems: file.problems };
  const mapping = compileDocument(file, document, attributes);
  return file.problems.length > 0
    ? { mapping: null, problems: sorted(file.problems) }
    : { mapping, problems: [] };
}

/** The compiled mapping. Throws MappingError naming every problem. */
export function requireMapping(
  name: string,
  text: string,
  attributes: AttributeFields = NO_ATTRIBUTES,
): CompiledMapping {
  const { mapping, problems } = compileMapping(name, text, attributes);
  if (mapping === null) throw new MappingError(problems);
  return mapping;
}

const sorted = (problems: readonly MappingProblem[]) =>
  [...problems].sort((a, b) => a.line - b.line || a.column - b.column);

function compileDocument(
  file: MappingFile,
  document: MappingDocument,
  attributes: AttributeFields,
): CompiledMapping {
  if (!isZone(document.system.timeZone)) {
    file.report(['system', 'timeZone'], 'not a time zone', 'use an IANA name such as Asia/Shanghai');
  }
  const references = new Map<string, Map<string, DocumentPath>>();
  const contextAt = (path: DocumentPath, found: Map<string, DocumentPath>): CompileContext => ({
    timeZone: isZone(document.system.timeZone) ? document.system.timeZone : 'UTC',
    codeTable: (name) => {
      const tables = document.codes ?? {};
      return Object.hasOwn(tables, name) ? (tables[name] ?? null) : null;
    },
    column: (reference, at = []) => {
      if (!found.has(reference)) found.set(reference, [...path, ...at]);
      return getterFor(document, reference);
    },
    problem: (message, hint, at = []) => file.report([...path, ...at], message, hint),
  });
  checkNormalisers(document, (path) => contextAt(path, new Map()));
  const streams = Object.entries(document.streams).map(([name, spec]) => {
    const found = new Map<string, DocumentPath>();
    references.set(name, found);
    collectSourceReferences(name, spec, found);
    const context = contextAt(['streams', name], found);
    const stream = compileStream(name, spec, document, context, attributes(spec.recordType));
    checkSource(spec, document, found, context);
    return stream;
  });
  const live = document.live?.stock;
  const commands = document.commands;
  return {
    file: file.name,
    document,
    version: versionOf(document, attributes),
    streams,
    live: live === undefined ? null : compileLive(live, document, contextAt(['live', 'stock'], new Map())),
    commands:
      commands === undefined
        ? new Map()
        : compileCommands(commands, document, contextAt(['commands'], new Map())),
    references,
    problemAt: (path, message, hint) => ({
      file: file.name,
      ...file.position(path),
      path: path.join('.'),
      message,
      ...(hint === undefined ? {} : { hint }),
    }),
  };
}

/**
 * Hash of what decides how rows become records: the document, and the terms of the attributes that it maps, since a
 * record made under another type or other permissible values has to be made anew.
 */
function versionOf(document: MappingDocument, attributes: AttributeFields): string {
  const used = Object.entries(document.streams).flatMap(([stream, { recordType, fields }]) => {
    const known = attributes(recordType);
    const mapped = Object.keys(fields).filter((field) => Object.hasOwn(known, field));
    return mapped.map((field) => [`${stream}.${field}`, known[field]] as const);
  });
  const decides = used.length === 0 ? document : { document, attributes: Object.fromEntries(used) };
  return createHash('sha256')
    .update(canonicalize(decides) ?? '')
    .digest('hex');
}

function getterFor(document: MappingDocument, reference: string): Getter {
  return document.connector.type === 'sql' ? flatGetter(reference) : pathGetter(reference);
}

function checkNormalisers(
  document: MappingDocument,
  contextAt: (path: DocumentPath) => CompileContext,
): void {
  for (const [kind, steps] of Object.entries(document.normalise ?? {})) {
    const start = { read: () => null, raw: () => null, shape: 'scalar', values: null } as const;
    applySteps(start, steps, contextAt(['normalise', kind]));
  }
}

/** Columns that reading itself looks at, beside those that fields name. */
function collectSourceReferences(name: string, spec: StreamSpec, found: Map<string, DocumentPath>): void {
  const mark = spec.watermark?.from ?? [];
  for (const reference of typeof mark === 'string' ? [mark] : mark) {
    found.set(reference, ['streams', name, 'watermark', 'from']);
  }
  for (const [part, source] of partsOf(spec.source)) {
    const path = ['streams', name, 'source', ...(part === '' ? [] : ['union', part]), 'where'];
    for (const [i, condition] of (source.where ?? []).entries()) {
      for (const reference of columnsOf(condition)) {
        if (!found.has(reference)) found.set(reference, [...path, i]);
      }
    }
  }
}
