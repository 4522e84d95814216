/** What a schema cannot say about a list of an API or an entity set: how its pages follow each other. */
import { compileTemplate } from '../commands/template';
import { PAGE_VALUES } from '../rest/page-values';
import type { CompileContext } from '../transforms/transform';
import type { Condition, ODataSource, RestSource, StreamSpec } from './document';
import type { DocumentPath } from './mapping-file';

export function checkRest(source: RestSource, spec: StreamSpec, at: CompileContext): void {
  const { paging } = source;
  checkJoined(source, at);
  if (paging?.style === 'next-link' && paging.next === undefined) {
    at.problem('paging by next-link needs the path of the link', 'add next:', ['paging']);
  }
  if (paging?.style === 'cursor' && paging.next === undefined) {
    at.problem('paging by cursor needs the path of the cursor', 'add next:', ['paging']);
  }
  const named = placeholdersOf(source, at);
  const counted = paging?.style === 'offset' || paging?.style === 'page' || paging?.style === 'cursor';
  const inBody = paging?.style === 'cursor' ? 'cursor' : paging?.style === 'page' ? 'page' : 'offset';
  if (counted && paging.param === undefined && !named.has(inBody)) {
    const hint = source.method === 'POST' ? `add param:, or {${inBody}} to the body` : 'add param:';
    at.problem(`paging by ${paging.style} needs the parameter that takes it`, hint, ['paging']);
  }
  if (source.body !== undefined && source.method !== 'POST') {
    at.problem('only a POST has a body', 'add method: POST', ['body']);
  }
  if (source.since !== undefined && source.since.param === undefined && !named.has('since')) {
    at.problem('nothing takes the time of the last change', 'add param:, or {since} to the body', ['since']);
  }
  if (named.has('columns') && source.columns === undefined) {
    at.problem('the body names {columns}, and there are none', 'add columns:', ['body']);
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

/** Names in braces that the body of a reading uses; what is none of those is reported. */
function placeholdersOf({ body }: RestSource, at: CompileContext): ReadonlySet<string> {
  if (body === undefined) return new Set();
  const report = (message: string, where: readonly (string | number)[]) => {
    const known = [...PAGE_VALUES].map((name) => `{${name}}`).join(', ');
    at.problem(message.replace('of this command', 'of a reading'), known, ['body', ...where]);
  };
  compileTemplate(body, PAGE_VALUES, report);
  return new Set(
    [...JSON.stringify(body).matchAll(/\{([a-z]+)\??(?::number)?\}/gu)].map(([, name = '']) => name),
  );
}

/** A column of a pivot is named among its columns, and its alias stands for nothing else. */
export function checkPivotColumns(
  { pivot = [] }: Pick<RestSource, 'pivot'>,
  references: ReadonlyMap<string, DocumentPath>,
  at: CompileContext,
): void {
  for (const [reference, path] of references) {
    const dot = reference.indexOf('.');
    const found = pivot.find(({ as }) => as === reference.slice(0, dot));
    const column = reference.slice(dot + 1);
    if (found === undefined || found.columns.includes(column)) continue;
    at.problem(
      `the pivot "${found.as}" reads no "${column}"`,
      `add it to columns: of the pivot; named at ${path.join('.')}`,
    );
  }
}

/** Each alias stands for one thing, and rows are not chosen by what is joined to them. */
function checkJoined(source: RestSource | ODataSource, at: CompileContext): void {
  const { each, joins = [], pivot = [], where = [] } = source;
  const taken = new Set(each === undefined ? [] : [each.as]);
  const take = (as: string, path: DocumentPath) => {
    if (taken.has(as)) at.problem(`"${as}" stands for something else already`, undefined, [...path, 'as']);
    taken.add(as);
  };
  for (const [i, { as }] of joins.entries()) take(as, ['joins', i]);
  for (const [i, { as }] of pivot.entries()) take(as, ['pivot', i]);
  for (const [i, condition] of where.entries())
    for (const column of columnsOf(condition))
      if (joins.some(({ as }) => as === column.split('.')[0]))
        at.problem(`"${column}" is joined behind the rows`, 'use a void rule', ['where', i]);
}

function columnsOf(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(columnsOf);
  if ('any' in condition) return condition.any.flatMap(columnsOf);
  return 'not' in condition ? columnsOf(condition.not) : [condition.column];
}

export function checkOData(source: ODataSource, at: CompileContext): void {
  const { expand = [], each, select } = source;
  checkJoined(source, at);
  const first = each?.path.split('.')[0];
  if (first !== undefined && !expand.some((path) => path.split('/')[0] === first)) {
    at.problem(`"${first}" does not come along`, `add expand: [${first}]`, ['each', 'path']);
  }
  for (const [i, name] of (select ?? []).entries()) {
    if (name.includes('/')) at.problem('select names properties of the set itself', undefined, ['select', i]);
  }
}
