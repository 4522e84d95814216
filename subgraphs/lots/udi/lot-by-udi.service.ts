/** Finds the lot that a device label names. */
import { In, type SelectQueryBuilder } from 'typeorm';
import { narrow, scopeAnd } from '../../../canonical/scope/scoped-sql';
import { LotRow } from '../../../canonical/entities/lot.entity';
import { SerialRow } from '../../../canonical/entities/stock.entity';
import { toId } from '../../../canonical/ids';
import { InvalidInputError } from '../../../platform/errors';
import type { LotsContext } from '../context';
import { requireUnambiguous } from '../lot/lot-lookup.service';
import { checkLabelDates } from './label-dates';
import { parseUdi } from './udi';

/**
 * The lot of a UDI, by GTIN and lot number, or by GTIN and serial number where the label names no lot; null when
 * there is none. Throws InvalidInputError for a text that is no UDI of a lot, or whose serial number or dates are
 * none of the lot's, AmbiguousError when several fit.
 */
export async function findLotByUdi(context: LotsContext, text: string): Promise<LotRow | null> {
  const year = new Date(context.now).getUTCFullYear();
  const udi = parseUdi(text, year);
  const { gtin, lot, serial } = udi;
  if (gtin === null || (lot === null && serial === null)) {
    throw new InvalidInputError(
      'This UDI names no lot: it needs the GTIN (01) and the lot (10) or serial number (21).',
      { argument: 'udi' },
    );
  }
  await context.reportCopies('item', 'lot', ...(serial === null ? [] : (['serial'] as const)));
  const items = 'SELECT i.pk FROM item i WHERE i.gtin = :gtin';
  const query = context.services.database.reader
    .createQueryBuilder(LotRow, 'lot')
    .where(`lot.itemPk IN (${items})`, { gtin })
    .orderBy('lot.pk');
  narrow(query, context.scope, (rows) => rows.lot('lot'));
  if (lot !== null) query.andWhere('lot.lotNumber = :lot', { lot });
  else {
    const inPlace = scopeAnd(context.scope, (rows) => rows.atLocationOrNowhere('s.location_pk'));
    query.andWhere(
      `lot.pk IN (SELECT s.lot_pk FROM serial s WHERE s.serial_number = :serial AND s.item_pk IN (${items})${inPlace})`,
      { serial },
    );
  }
  const found = await query.getMany();
  const fitting = lot === null || serial === null ? found : await havingSerial(context, found, serial);
  const only = await requireUnambiguous(context, fitting);
  if (only !== null) checkLabelDates(udi, only, year);
  return only;
}

/**
 * The lots that have the serial number; all of them where no system keeps serial numbers of these lots, and there is
 * nothing to compare with. Throws InvalidInputError when the serial number is none of theirs.
 */
async function havingSerial(
  context: LotsContext,
  lots: readonly LotRow[],
  serial: string,
): Promise<LotRow[]> {
  const { reader } = context.services.database;
  const lotPk = In(lots.map((lot) => lot.pk));
  const serials = (where: object): SelectQueryBuilder<SerialRow> =>
    narrow(reader.createQueryBuilder(SerialRow, 'serial').where(where), context.scope, (rows) =>
      rows.atLocationOrNowhere('serial.location_pk'),
    );
  const known = await serials({ serialNumber: serial, lotPk }).getMany();
  const owners = new Set(known.map((one) => one.lotPk));
  if (owners.size > 0) return lots.filter((lot) => owners.has(lot.pk));
  if (!(await serials({ lotPk }).getExists())) return [...lots];
  throw new InvalidInputError(
    'The serial number (21) of this UDI is none of the lot that it names (10); compare both with the label.',
    { argument: 'udi', lots: lots.map((lot) => toId('lot', lot.pk)) },
  );
}
