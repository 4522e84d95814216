/** Setting the level of a lot at a place, in the one system whose ledger knows both. */
import { type LotState, lotForAct, requireFresh } from '../../../canonical/acts/lot-state';
import { fromId } from '../../../canonical/ids';
import { rowScopeOf } from '../../../canonical/scope/row-scope';
import { LocationRow } from '../../../canonical/entities/catalogue.entity';
import type { ActContext } from '../../../controls/sign-off/act-context';
import { QuantityError, fromMicros, toMicros } from '../../../platform/decimal';
import type { LotsContext } from '../context';
import { requireText, signed } from './lot-acts.service';
import { ADJUSTMENT_RECORD } from './record-types';

export interface AdjustmentInput {
  readonly lot: string;
  readonly location: string;
  /** The new level, plain decimal text. */
  readonly quantity: string;
  readonly reason: string;
}

export async function adjustLotQuantity(
  context: LotsContext,
  act: ActContext,
  input: AdjustmentInput,
): Promise<LotState | null> {
  const reason = requireText(act, input.reason);
  const after = levelOf(act, input.quantity);
  const lot = await lotForAct(act, context, input.lot);
  const location = await locationFor(context, act, input.location);
  if (lot === null || location === null || after === null) return null;
  await requireFresh(act, context.services, ['lot', 'movement', 'location']);
  const lotPk = lot.row.pk;
  const { system, before } = await ledgerOf(context, act, lotPk, location);
  if (system === null) act.refuse('COMMAND_UNAVAILABLE');
  if (before === after) act.refuse('NOTHING_TO_CHANGE');
  const place = `${lot.id}@${input.location}`;
  act.relyOn('level', place, { system, level: before });
  if (act.refused || system === null) return null;
  const quantity = fromMicros(after);
  act.change({ field: 'stock.onHand', before: fromMicros(before), after: quantity });
  const { commands } = context.services;
  const planned = { lotPk, kind: 'setLotQuantity' as const, systems: [system], locationPk: location };
  const sent = await commands.send(act, { ...planned, asked: { quantity } });
  // the system does not know the lot there: nobody would do what was signed
  if (sent === 0) act.refuse('COMMAND_UNAVAILABLE', { names: [system] });
  if (sent === null || sent === 0) return null;
  const content = {
    ...{ location: input.location, system, before: fromMicros(before), after: quantity, reason },
    ...signed(act),
  };
  await act.writeRecord({ type: ADJUSTMENT_RECORD, id: place, subject: lot.id, content });
  return lot;
}

/** A level of zero or more, in micros; null, and the act refused, for anything else. */
function levelOf(act: ActContext, quantity: string): number | null {
  try {
    const micros = toMicros(quantity);
    if (micros >= 0) return micros;
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
  }
  act.refuse('INVALID_INPUT', { names: ['quantity'] });
  return null;
}

export async function locationFor(
  { caller }: LotsContext,
  act: ActContext,
  id: string,
): Promise<number | null> {
  const query = act.manager
    .createQueryBuilder(LocationRow, 'place')
    .where('place.pk = :pk', { pk: fromId('location', id) ?? 0 });
  const scope = rowScopeOf(caller);
  if (scope !== null) query.andWhere(scope.location('place'), scope.parameters);
  const row = await query.getOne();
  if (row === null) act.refuse('NOT_FOUND');
  return row?.pk ?? null;
}

/** The most believed ledger whose system knows the place, and the level there; null where none does. */
export async function ledgerOf(
  { services }: LotsContext,
  act: ActContext,
  lotPk: number,
  locationPk: number,
): Promise<{ system: string | null; before: number }> {
  const known = await act.manager.query<{ system: string }[]>(
    `SELECT DISTINCT s.system FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
      WHERE r.entity_pk = ? AND s.record_type = 'location' AND r.void_reason IS NULL`,
    [locationPk],
  );
  const systems = new Set(known.map((row) => row.system));
  const system = services.canonical.systemsOf('movement').find((one) => systems.has(one)) ?? null;
  if (system === null) return { system, before: 0 };
  const [row] = await act.manager.query<{ micros: string | number | null }[]>(
    'SELECT SUM(quantity_micros) AS micros FROM movement WHERE lot_pk = ? AND location_pk = ? AND system = ?',
    [lotPk, locationPk, system],
  );
  return { system, before: Number(row?.micros ?? 0) };
}
