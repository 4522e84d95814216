/**
 * Pages of lots. Keyset paging: a page starts after the order value and key of the last lot of the page before, so
 * it is stable while lots are added. Lots without a value come last: first the page is filled from the lots that
 * have one, by index, and only then from the others.
 */
import type { SelectQueryBuilder } from 'typeorm';
import { attributeConditions } from '../../../canonical/attributes/attribute-reads';
import { narrow } from '../../../canonical/scope/scoped-sql';
import { LotRow } from '../../../canonical/entities/lot.entity';
import { InvalidInputError } from '../../../platform/errors';
import {
  type CursorPart,
  type CursorValue,
  boundNumber,
  cursorScope,
  decodeCursor,
  encodeCursor,
} from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import type { LotsContext } from '../context';
import { type Page, toPage } from '../../../canonical/graph/page.type';
import { openHolds } from '../../../controls/holds/holds';
import { fromId } from '../../../canonical/ids';
import { findExpiredLots } from './expired-lots.service';
import { type FilteredHolds, type FoundForFilter, applyLotFilter } from './lot-conditions';
import type { Direction, LotFilter, LotOrder } from './lot-filter.input';
import { LotType } from './lot.type';
import { findLotsAtSite } from './lots-at-site.service';

const ORDERS = ['lotNumber', 'expiresOn', 'manufacturedOn', 'id'] as const;

interface Order {
  /** Property that the list is ordered by; null orders by the key alone. */
  readonly property: 'lotNumber' | 'expiresOn' | 'manufacturedOn' | null;
  readonly direction: Direction;
}

interface Position {
  readonly value: CursorValue;
  /** Bound as it stands; see boundNumber. */
  readonly pk: bigint;
}

/** A page of the lots that the filter lets through. Throws InvalidInputError for a bad size, order or cursor. */
export async function listLots(
  context: LotsContext,
  filter: LotFilter,
  orderBy: LotOrder,
  { first, after }: { first: number; after?: string | null | undefined },
): Promise<Page<LotType>> {
  checkPageSize(first);
  const order = readOrder(orderBy);
  const scope = cursorScope('lots', order, filter);
  const position = after == null ? null : readPosition(scope, order, after);
  await context.reportCopies('lot');
  const found: FoundForFilter = {
    holds: filter.hasHold ? await filteredHolds(context, filter.hasHold) : null,
    atSite: filter.site == null ? null : await findLotsAtSite(context, filter.site),
  };
  const rows = await readRows(context, filter, found, order, position, first + 1);
  for (const row of rows) context.loaders.lot.prime(row.pk, row);
  return toPage(
    rows,
    first,
    (row) => encodeCursor(scope, [order.property === null ? null : row[order.property], row.pk]),
    (row) => LotType.from(row),
  );
}

async function filteredHolds(context: LotsContext, kinds: readonly string[]): Promise<FilteredHolds> {
  const own = await openHolds(context.services.database.reader, null);
  const heldHere = own.filter(({ kind }) => kinds.includes(kind)).map(({ lot }) => fromId('lot', lot) ?? 0);
  return { expired: kinds.includes('EXPIRY') ? await findExpiredLots(context) : null, heldHere };
}

function readOrder(orderBy: LotOrder): Order {
  const named = ORDERS.filter((name) => orderBy[name] != null);
  const [name] = named;
  if (named.length > 1) {
    throw new InvalidInputError('Order by one field; the id breaks ties by itself.', { argument: 'orderBy' });
  }
  if (name === undefined) return { property: 'lotNumber', direction: 'ASC' };
  return { property: name === 'id' ? null : name, direction: orderBy[name] ?? 'ASC' };
}

function readPosition(scope: string, { property }: Order, cursor: string): Position {
  const [value, pk] = decodeCursor(scope, cursor, [valuePart(property), 'key']);
  return { value: value ?? null, pk: boundNumber(pk) };
}

/** What a lot can have as the value that it is ordered by. */
function valuePart(property: Order['property']): CursorPart {
  if (property === null) return 'null';
  return property === 'lotNumber' ? 'text' : 'dateOrNull';
}

async function readRows(
  context: LotsContext,
  filter: LotFilter,
  found: FoundForFilter,
  order: Order,
  position: Position | null,
  count: number,
): Promise<LotRow[]> {
  const { dictionary } = context.services;
  const attributes = attributeConditions(dictionary, context.access, 'lot', 'lot', filter.attributes ?? []);
  const filtered = (): SelectQueryBuilder<LotRow> => {
    const query = context.services.database.reader.createQueryBuilder(LotRow, 'lot');
    applyLotFilter(query, filter, found, context.scope);
    narrow(query, context.scope, (rows) => rows.lot('lot'));
    for (const { sql, parameters } of attributes) query.andWhere(sql, parameters);
    return query.addOrderBy('lot.pk', order.direction);
  };
  const { property } = order;
  if (property === null) return await afterKey(filtered(), order, position).limit(count).getMany();

  const pastValues = position !== null && position.value === null;
  const withValue = pastValues ? [] : await withValues(filtered(), property, order, position, count);
  if (withValue.length >= count || property === 'lotNumber') return withValue;
  const withoutValue = filtered().andWhere(`lot.${property} IS NULL`);
  const rest = afterKey(withoutValue, order, pastValues ? position : null);
  return [...withValue, ...(await rest.limit(count - withValue.length).getMany())];
}

async function withValues(
  query: SelectQueryBuilder<LotRow>,
  property: string,
  order: Order,
  position: Position | null,
  count: number,
): Promise<LotRow[]> {
  const sign = order.direction === 'ASC' ? '>' : '<';
  query.andWhere(`lot.${property} IS NOT NULL`);
  if (position !== null) {
    query.andWhere(
      `lot.${property} ${sign}= :value AND (lot.${property} ${sign} :value OR lot.pk ${sign} :pk)`,
      { value: position.value, pk: position.pk },
    );
  }
  return await query
    .orderBy(`lot.${property}`, order.direction)
    .addOrderBy('lot.pk', order.direction)
    .limit(count)
    .getMany();
}

function afterKey(
  query: SelectQueryBuilder<LotRow>,
  order: Order,
  position: Position | null,
): SelectQueryBuilder<LotRow> {
  if (position === null) return query;
  return query.andWhere(`lot.pk ${order.direction === 'ASC' ? '>' : '<'} :pk`, { pk: position.pk });
}
