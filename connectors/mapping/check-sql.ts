/** What a schema cannot say about a source in a database: aliases that exist, conditions that it can answer. */
import { below, type CompileContext } from '../transforms/transform';
import type { Condition, JoinValue, SourcePart, SqlSource, StreamSpec } from './document';
import type { DocumentPath } from './mapping-file';
import { BASE, splitJsonPath, splitReference } from './references';

export function checkSql(
  source: SqlSource & SourcePart,
  references: ReadonlyMap<string, DocumentPath>,
  at: CompileContext,
): void {
  const aliases = new Set<string>();
  const take = (alias: string, path: DocumentPath) => {
    if (aliases.has(alias)) at.problem(`two joins are called "${alias}"`, undefined, [...path]);
    aliases.add(alias);
  };
  for (const [i, join] of (source.joins ?? []).entries()) {
    checkOn(join.on, aliases, below(at, 'joins', i, 'on'));
    take(join.as, ['joins', i, 'as']);
    for (const [j, condition] of (join.where ?? []).entries()) {
      checkSqlCondition(condition, source, below(at, 'joins', i, 'where', j));
    }
  }
  for (const [i, pivot] of (source.pivot ?? []).entries()) {
    const path = below(at, 'pivot', i);
    checkPivotOn(pivot.on, below(path, 'on'));
    take(pivot.as, ['pivot', i, 'as']);
    for (const [j, condition] of (pivot.where ?? []).entries())
      checkSqlCondition(condition, source, below(path, 'where', j));
  }
  for (const [i, condition] of (source.where ?? []).entries())
    checkSqlCondition(condition, source, below(at, 'where', i));
  checkReferences(source, references, aliases, at);
  checkEncodings(source, at);
}

function checkReferences(
  source: SqlSource & SourcePart,
  references: ReadonlyMap<string, DocumentPath>,
  aliases: ReadonlySet<string>,
  at: CompileContext,
): void {
  for (const [reference, path] of references) {
    if (source.set !== undefined && Object.hasOwn(source.set, reference)) continue;
    const named: CompileContext = {
      ...at,
      problem: (message, hint) => at.problem(message, hint ?? `named at ${path.join('.')}`),
    };
    checkAlias(reference, aliases, named);
    const { alias, column } = splitReference(reference);
    const pivot = (source.pivot ?? []).find(({ as }) => as === alias);
    if (pivot === undefined || pivot.columns.includes(column)) continue;
    named.problem(`the pivot "${alias}" reads no "${column}"`, 'add it to columns: of the pivot');
  }
}

function checkOn(
  on: Readonly<Record<string, JoinValue>>,
  aliases: ReadonlySet<string>,
  at: CompileContext,
): void {
  for (const [joined, column] of Object.entries(on)) {
    if (typeof column === 'string') checkAlias(column, aliases, below(at, joined));
  }
  if (Object.values(on).every((value) => typeof value !== 'string'))
    at.problem(
      'a join needs at least one column of the other side',
      'a condition on it alone goes to where:',
    );
}

/** A side table hangs on the table itself: behind a join that finds several rows, its values would have no one row. */
function checkPivotOn(on: Readonly<Record<string, JoinValue>>, at: CompileContext): void {
  const columns = Object.entries(on).filter(([, value]) => typeof value === 'string');
  for (const [joined, column] of columns) {
    if (typeof column !== 'string' || splitReference(column).alias === BASE) continue;
    at.problem(
      'a pivot hangs on the table itself, not on a join',
      'make that table the source, and join the other',
      [joined],
    );
  }
  if (columns.length === 0) at.problem('a pivot needs at least one column of the table');
}

function checkAlias(reference: string, aliases: ReadonlySet<string>, at: CompileContext): void {
  const { alias } = splitReference(reference);
  if (alias === BASE || aliases.has(alias)) return;
  at.problem(`"${reference}" names no join`, `joins: ${[...aliases].join(', ') || 'none'}`);
}

function checkEncodings({ encoding, unique, joins, pivot }: SqlSource, at: CompileContext): void {
  for (const [column, name] of Object.entries(encoding ?? {})) {
    const path = ['encoding', column];
    if (!isEncoding(name)) {
      at.problem(
        `"${name}" is no encoding that is known here`,
        'gbk, gb18030, big5, shift_jis, windows-1252 …',
        path,
      );
    }
    if (unique?.includes(column) === true)
      at.problem('a column that orders the rows is read as it is', undefined, path);
    const { alias } = splitReference(column);
    if (alias !== BASE && joins?.some(({ as }) => as === alias) !== true) {
      const isPivot = pivot?.some(({ as }) => as === alias) === true;
      at.problem(
        isPivot ? 'values of a pivot are read as they are' : `"${column}" names no join`,
        isPivot ? 'join the side table once for each name' : undefined,
        path,
      );
    }
  }
}

function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}

function checkSqlCondition(condition: Condition, source: SqlSource, at: CompileContext): void {
  if ('all' in condition)
    for (const [i, part] of condition.all.entries()) checkSqlCondition(part, source, below(at, 'all', i));
  else if ('any' in condition)
    for (const [i, part] of condition.any.entries()) checkSqlCondition(part, source, below(at, 'any', i));
  else if ('not' in condition) checkSqlCondition(condition.not, source, below(at, 'not'));
  else if ('matches' in condition) {
    at.problem('a database is not asked for patterns', 'use equals, in, startsWith or empty, or a void rule');
  } else if (splitJsonPath(condition.column).path !== null) {
    at.problem('a database is not asked for a path into a column', 'use a void rule', ['column']);
  } else if (source.encoding?.[condition.column] !== undefined) {
    at.problem('a database cannot compare a column that is in another encoding', 'use a void rule', [
      'column',
    ]);
  } else if (source.pivot?.some(({ as }) => as === splitReference(condition.column).alias) === true) {
    at.problem('a pivot is read behind the rows', 'use a void rule', ['column']);
  }
}

/** The order of the rows looks at columns of tables; what a row becomes later has no order. */
export function checkSqlWatermark(
  spec: StreamSpec,
  source: SqlSource & SourcePart,
  context: CompileContext,
): void {
  for (const column of [spec.watermark?.from ?? []].flat()) {
    const isPivot = source.pivot?.some(({ as }) => as === splitReference(column).alias) === true;
    const isSet = source.set !== undefined && Object.hasOwn(source.set, column);
    if (!isPivot && !isSet && splitJsonPath(column).path === null && source.encoding?.[column] === undefined)
      continue;
    context.problem('a watermark is a column of the table or of a join, as it is stored', undefined, [
      'watermark',
      'from',
    ]);
  }
}
