/** Finds the lot that a device label names. */
import { LotRow } from '../../../canonical/entities/lot.entity';
import { InvalidInputError } from '../../../platform/errors';
import type { LotsContext } from '../context';
import { requireUnambiguous } from '../lot/lot-lookup.service';
import { parseUdi } from './udi';

/**
 * The lot of a UDI, by GTIN and lot number, or by GTIN and serial number where the label names no lot; null when
 * there is none. Throws InvalidInputError for a text that is no UDI of a lot, AmbiguousError when several fit.
 */
export async function findLotByUdi(context: LotsContext, text: string): Promise<LotRow | null> {
  const { gtin, lot, serial } = parseUdi(text, new Date(context.now).getUTCFullYear());
  if (gtin === null || (lot === null && serial === null)) {
    throw new InvalidInputError(
      'This UDI names no lot: it needs the GTIN (01) and the lot (10) or serial number (21).',
      { argument: 'udi' },
    );
  }
  await context.reportCopies('item', 'lot', ...(lot === null ? (['serial'] as const) : []));
  const items = 'SELECT i.pk FROM item i WHERE i.gtin = :gtin';
  const query = context.services.database.reader
    .createQueryBuilder(LotRow, 'lot')
    .where(`lot.itemPk IN (${items})`, { gtin })
    .orderBy('lot.pk');
  if (lot !== null) query.andWhere('lot.lotNumber = :lot', { lot });
  else
    query.andWhere(
      `lot.pk IN (SELECT s.lot_pk FROM serial s WHERE s.serial_number = :serial AND s.item_pk IN (${items}))`,
      { serial },
    );
  return await requireUnambiguous(context, await query.getMany());
}
