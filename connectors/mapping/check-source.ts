/** What a schema cannot say about a source: aliases that exist, conditions that a database can answer. */
import { below, type CompileContext } from '../transforms/transform';

import { compileCondition } from './conditions';
import {
  partsOf,
  type Condition,
  type FileSource,
  type MappingDocument,
  type RestSource,
  type SourcePart,
  type SqlSource,
  type StreamSpec,
} from './document';
import type { DocumentPath } from './mapping-file';

/** Columns that a reader adds to each row itself. */
export const READER_COLUMNS = ['#part', '#file', '#line', '#modified', '#index'];

export function checkSource(
  spec: StreamSpec,
  document: MappingDocument,
  references: ReadonlyMap<string, DocumentPath>,
  context: CompileContext,
): void {
  for (const [name, part] of partsOf(spec.source)) {
    const at = below(context, 'source', ...(name === '' ? [] : ['union', name]));
    for (const [i, condition] of (part.where ?? []).entries()) {
      compileCondition(condition, below(at, 'where', i));
    }
    if (document.connector.type === 'sql') {
      checkSql(part as SqlSource & SourcePart, references, at);
      checkWatermarkTable(spec, context);
    }
    if (document.connector.type === 'rest') checkRest(part as RestSource, spec, at);
    if (document.connector.type === 'file') checkFile(part as FileSource, at);
  }
}

function checkSql(
  source: SqlSource & SourcePart,
  references: ReadonlyMap<string, DocumentPath>,
  at: CompileContext,
): void {
  const aliases = new Set<string>();
  for (const [i, join] of (source.joins ?? []).entries()) {
    if (aliases.has(join.as)) at.problem(`two joins are called "${join.as}"`, undefined, ['joins', i, 'as']);
    for (const [joined, column] of Object.entries(join.on)) {
      checkAlias(column, aliases, below(at, 'joins', i, 'on', joined));
    }
    aliases.add(join.as);
    for (const [j, condition] of (join.where ?? []).entries()) {
      checkSqlCondition(condition, below(at, 'joins', i, 'where', j));
    }
  }
  for (const [i, condition] of (source.where ?? []).entries())
    checkSqlCondition(condition, below(at, 'where', i));
  for (const [reference, path] of references) {
    if (source.set !== undefined && Object.hasOwn(source.set, reference)) continue;
    const from = at.problem;
    checkAlias(reference, aliases, {
      ...at,
      problem: (message, hint) => from(message, hint ?? `named at ${path.join('.')}`),
    });
  }
}

/** Pages are cut by the base table alone, so that its joined rows stay together. */
function checkWatermarkTable(spec: StreamSpec, context: CompileContext): void {
  for (const column of [spec.watermark?.from ?? []].flat()) {
    if (!column.includes('.')) continue;
    context.problem('a watermark is a column of the table itself, not of a join', undefined, [
      'watermark',
      'from',
    ]);
  }
}

function checkAlias(reference: string, aliases: ReadonlySet<string>, at: CompileContext): void {
  const dot = reference.indexOf('.');
  if (dot < 0 || aliases.has(reference.slice(0, dot))) return;
  at.problem(`"${reference}" names no join`, `joins: ${[...aliases].join(', ') || 'none'}`);
}

function checkSqlCondition(condition: Condition, at: CompileContext): void {
  if ('all' in condition)
    for (const [i, part] of condition.all.entries()) checkSqlCondition(part, below(at, 'all', i));
  else if ('any' in condition)
    for (const [i, part] of condition.any.entries()) checkSqlCondition(part, below(at, 'any', i));
  else if ('not' in condition) checkSqlCondition(condition.not, below(at, 'not'));
  else if ('matches' in condition) {
    at.problem('a database is not asked for patterns', 'use equals, in, startsWith or empty, or a void rule');
  }
}

function checkRest(source: RestSource, spec: StreamSpec, at: CompileContext): void {
  const { paging } = source;
  if (paging?.style === 'next-link' && paging.next === undefined) {
    at.problem('paging by next-link needs the path of the link', 'add next:', ['paging']);
  }
  if ((paging?.style === 'offset' || paging?.style === 'page') && paging.param === undefined) {
    at.problem(`paging by ${paging.style} needs the parameter that takes it`, 'add param:', ['paging']);
  }
  const ordered =
    source.order === 'newest-first' || source.order === 'oldest-first' || source.since !== undefined;
  if (ordered && spec.watermark === undefined) {
    at.problem('reading what changed since needs a watermark', 'add watermark: to the stream');
  }
  if (/^\w+:|^\/\//u.test(source.path)) {
    at.problem('only the origin of the connection is ever asked', 'write a path without a host', ['path']);
  }
}

function checkFile(source: FileSource, at: CompileContext): void {
  if (source.files.includes('..') || source.files.startsWith('/')) {
    at.problem('files are looked for inside the folder of the connection only', undefined, ['files']);
  }
}
