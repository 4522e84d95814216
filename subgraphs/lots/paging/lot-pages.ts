/**
 * Lists that hang on a lot, read in pages: one statement gives the page of every lot of a batch, however many lots
 * the answer holds. Window functions number the rows of each lot; both dialects have them.
 */
import type { Page } from '../../../canonical/graph/page.type';
import { toPage } from '../../../canonical/graph/page.type';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopedQuery } from '../../../canonical/scope/scoped-sql';
import { groupBy } from '../../../platform/collections';
import type { Database } from '../../../platform/database/database';
import { type Loader, batchLoader, loaderPerArguments } from '../../../platform/graphql/batching';
import {
  type CursorPart,
  type CursorValue,
  cursorScope,
  decodeCursor,
  encodeCursor,
} from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { toNumber } from '../loaders/sql-values';

export interface LotListRow {
  readonly lot_pk: unknown;
}

export interface SqlText {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A list that every lot has. */
export interface LotList<R extends LotListRow, A> {
  readonly name: string;
  /** Columns that order the list, ascending, and what they hold; never null, and together unique within a lot. */
  readonly keys: readonly (readonly [column: keyof R & string, part: CursorPart])[];
  /** All rows of the list for these lots that are in scope, in no order; must select `lot_pk`. The lots are in scope. */
  rows(database: Database, scope: RowScope | null, lotPks: readonly number[], choice: A): SqlText;
}

export interface PageRequest {
  readonly first: number;
  readonly after?: string | null | undefined;
}

interface PageArguments<A> {
  readonly choice: A;
  readonly count: number;
  readonly position: readonly CursorValue[] | null;
}

/** Reads the same page of many lots at once. */
export type LotPageLoader<R, A> = (args: PageArguments<A>) => Loader<number, readonly R[]>;

export function lotPageLoader<R extends LotListRow, A>(
  database: Database,
  scope: RowScope | null,
  list: LotList<R, A>,
): LotPageLoader<R, A> {
  return loaderPerArguments((args) =>
    batchLoader<number, readonly R[]>(async (lotPks) => {
      const { sql, parameters } = pageStatement(list, list.rows(database, scope, lotPks, args.choice), args);
      const rows = await scopedQuery<R>(database.reader, scope, sql, parameters);
      return groupBy(rows, (row) => toNumber(row.lot_pk));
    }, []),
  );
}

/** One page of a lot's list. Throws InvalidInputError for a bad size or a cursor of another list. */
export async function lotPage<R extends LotListRow, A, N>(
  list: LotList<R, A>,
  loader: LotPageLoader<R, A>,
  request: { lotPk: number; page: PageRequest; choice: A },
  toNode: (row: R) => N,
): Promise<Page<N>> {
  const { lotPk, choice, page } = request;
  const first = checkPageSize(page.first);
  const scope = cursorScope(list.name, lotPk, choice);
  const shape = list.keys.map(([, part]) => part);
  const position = page.after == null ? null : decodeCursor(scope, page.after, shape);
  const rows = await loader({ choice, count: first + 1, position }).load(lotPk);
  const cursorOf = (row: R): string =>
    encodeCursor(
      scope,
      list.keys.map(([column]) => row[column] as CursorValue),
    );
  return toPage(rows, first, cursorOf, toNode);
}

function pageStatement<R extends LotListRow, A>(
  list: LotList<R, A>,
  rows: SqlText,
  { count, position }: PageArguments<A>,
): SqlText {
  const columns = list.keys.map(([column]) => column);
  const order = columns.map((column) => `t.${column}`).join(', ');
  const after = position === null ? { sql: '1 = 1', parameters: [] } : afterPosition(columns, position);
  return {
    sql: `SELECT * FROM (
        SELECT t.*, ROW_NUMBER() OVER (PARTITION BY t.lot_pk ORDER BY ${order}) AS page_row
        FROM (${rows.sql}) t WHERE ${after.sql}
      ) p WHERE p.page_row <= ? ORDER BY p.lot_pk, p.page_row`,
    parameters: [...rows.parameters, ...after.parameters, count],
  };
}

/** `(a > ?) OR (a = ? AND b > ?) OR …`: what comes after a position in the order of the keys. */
function afterPosition(keys: readonly string[], position: readonly CursorValue[]): SqlText {
  const steps = keys.map((key, index) => ({
    sql: [...keys.slice(0, index).map((one) => `t.${one} = ?`), `t.${key} > ?`].join(' AND '),
    parameters: position.slice(0, index + 1),
  }));
  return {
    sql: `(${steps.map((step) => `(${step.sql})`).join(' OR ')})`,
    parameters: steps.flatMap((step) => step.parameters),
  };
}

/** The page of a list that cannot have entries. Throws InvalidInputError for a bad size. */
export function emptyPage<N>({ first }: PageRequest): Page<N> {
  return toPage<N, N>(
    [],
    checkPageSize(first),
    () => '',
    (node) => node,
  );
}

/** The same page with each node replaced; a node that is gone meanwhile is left out. */
export async function mapPage<N, M>(
  { nodes, pageInfo }: Page<N>,
  toNode: (node: N) => Promise<M | null>,
): Promise<Page<M>> {
  const mapped = await Promise.all(nodes.map(toNode));
  return { nodes: mapped.filter((node) => node !== null), pageInfo };
}
