/** Where a trace starts: lots, a serial number, a sterilisation load or a supplier's lot. */
import { ID, InputType } from 'type-graphql';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd, scopedQuery } from '../../../canonical/scope/scoped-sql';
import { fromId } from '../../../canonical/ids';
import { InvalidInputError, NotFoundError } from '../../../platform/errors';
import { TermField } from '../../../platform/graphql/term-field';
import type { RecallContext } from '../context';

@InputType('TraceSerial')
export class TraceSerial {
  @TermField(() => String, 'item.code', { nullable: false }) item!: string;
  @TermField(() => String, 'serial.serialNumber', { nullable: false }) serialNumber!: string;
}

@InputType('TraceSupplierLot')
export class TraceSupplierLot {
  @TermField(() => String, 'party.code', { nullable: false }) supplier!: string;
  @TermField(() => String, 'lot.lotNumber', { nullable: false }) lotNumber!: string;
}

/** Exactly one field says where to start. */
@InputType('TraceOrigin')
export class TraceOrigin {
  @TermField(() => ID, 'lot.id') lot?: string | null;
  @TermField(() => [ID], 'lot.id') lots?: string[] | null;
  @TermField(() => TraceSerial, 'serial.serialNumber') serial?: TraceSerial | null;
  @TermField(() => String, 'lot.sterilizationLoad') sterilizationLoad?: string | null;
  @TermField(() => TraceSupplierLot, 'lot.supplier') supplierLot?: TraceSupplierLot | null;
}

/** Lots that a trace may start from at once. */
const MAX_ORIGINS = 1000;

const serials = (
  scope: RowScope | null,
): string => `SELECT DISTINCT s.lot_pk AS pk FROM serial s JOIN item i ON i.pk = s.item_pk
  WHERE i.code = ? AND s.serial_number = ? AND s.lot_pk IS NOT NULL
  ${scopeAnd(scope, (rows) => `${rows.atLocationOrNowhere('s.location_pk')} AND ${rows.ofLot('s.lot_pk')}`)} LIMIT ?`;
const ofLoad = (scope: RowScope | null): string =>
  `SELECT l.pk AS pk FROM lot l WHERE l.sterilization_load = ?${scopeAnd(scope, (rows) => rows.lot('l'))} LIMIT ?`;
const ofSupplier = (
  scope: RowScope | null,
): string => `SELECT l.pk AS pk FROM lot l JOIN party p ON p.pk = l.supplier_pk
  WHERE p.code = ? AND l.lot_number = ?${scopeAnd(scope, (rows) => `${rows.lot('l')} AND ${rows.party('p')}`)} LIMIT ?`;

/**
 * The keys of the lots to start from.
 * Throws InvalidInputError unless exactly one origin is given, NotFoundError when it leads to no lot.
 */
export async function originLots(context: RecallContext, from: TraceOrigin): Promise<number[]> {
  const given = Object.entries(from).filter(([, value]) => value != null);
  if (given.length !== 1)
    throw new InvalidInputError('Give exactly one origin to trace from.', { argument: 'from' });
  const found = await lotsOf(context, from);
  const pks = [...new Set(found)];
  if (pks.length === 0) throw new NotFoundError('The origin leads to no lot.', { argument: 'from' });
  if (pks.length > MAX_ORIGINS) {
    const facts = { argument: 'from', max: MAX_ORIGINS };
    throw new InvalidInputError(`A trace starts from at most ${MAX_ORIGINS} lots.`, facts);
  }
  return pks.sort((a, b) => a - b);
}

async function lotsOf(context: RecallContext, from: TraceOrigin): Promise<number[]> {
  const { serial, sterilizationLoad, supplierLot } = from;
  if (serial != null) return await query(context, serials, [serial.item, serial.serialNumber]);
  if (sterilizationLoad != null) return await query(context, ofLoad, [sterilizationLoad]);
  if (supplierLot != null)
    return await query(context, ofSupplier, [supplierLot.supplier, supplierLot.lotNumber]);
  const ids = from.lots ?? (from.lot == null ? [] : [from.lot]);
  const pks = ids.map((id) => fromId('lot', id) ?? 0);
  if (pks.length > MAX_ORIGINS) return pks;
  const rows = await context.loaders.lot.loadMany(pks);
  const known = rows.flatMap((row) => (row instanceof Error || row === null ? [] : [row.pk]));
  // one unknown lot among many would otherwise be left out of a recall in silence
  if (known.length < pks.length)
    throw new NotFoundError('A lot to trace from does not exist.', { argument: 'from' });
  return known;
}

async function query(
  context: RecallContext,
  sql: (scope: RowScope | null) => string,
  values: string[],
): Promise<number[]> {
  const { scope, services } = context;
  const rows = await scopedQuery<{ pk: number }>(services.database.reader, scope, sql(scope), [
    ...values,
    MAX_ORIGINS + 1,
  ]);
  return rows.map((row) => row.pk);
}
