/** Finds the one lot that a natural key names. Ambiguity is refused, never settled by guessing. */
import { narrow, scopeAnd } from '../../../canonical/scope/scoped-sql';
import { LotRow } from '../../../canonical/entities/lot.entity';
import { toId } from '../../../canonical/ids';
import { AmbiguousError } from '../../../platform/errors';
import type { LotsContext } from '../context';

export interface LotKey {
  /** Code of the item. */
  readonly item: string;
  readonly lotNumber: string;
  /** Code of the manufacturer; needed only where two made lots of the same number. */
  readonly manufacturer?: string | null | undefined;
}

/** The lot of a natural key; null when there is none. Throws AmbiguousError that names the candidates. */
export async function findLot(context: LotsContext, key: LotKey): Promise<LotRow | null> {
  await context.reportCopies('lot', 'item');
  const query = context.services.database.reader
    .createQueryBuilder(LotRow, 'lot')
    .where('lot.lotNumber = :lotNumber', { lotNumber: key.lotNumber })
    .andWhere('lot.itemPk IN (SELECT i.pk FROM item i WHERE i.code = :item)', { item: key.item })
    .orderBy('lot.pk');
  if (key.manufacturer != null) {
    const known = scopeAnd(context.scope, (rows) => rows.party('p'));
    query.andWhere(`lot.manufacturerPk IN (SELECT p.pk FROM party p WHERE p.code = :manufacturer${known})`, {
      manufacturer: key.manufacturer,
      ...context.scope?.parameters,
    });
  }
  narrow(query, context.scope, (rows) => rows.lot('lot'));
  return await requireUnambiguous(context, await query.getMany());
}

/** The only one of the lots, or null of none. Throws AmbiguousError that names the candidates. */
export async function requireUnambiguous(
  context: LotsContext,
  lots: readonly LotRow[],
): Promise<LotRow | null> {
  const [only, ...others] = lots;
  if (only === undefined || others.length === 0) return only ?? null;
  const candidates = await Promise.all(lots.map((lot) => describe(context, lot)));
  throw new AmbiguousError('More than one lot fits; name the manufacturer, or ask by id.', { candidates });
}

/** Of a candidate only what the caller could read of it by its fields. */
async function describe(
  { access, loaders }: LotsContext,
  lot: LotRow,
): Promise<Record<string, string | null>> {
  const showsMaker = ['lot.manufacturer', 'party.code'].every((term) => access.term(term) === 'READ');
  const [item, manufacturer] = await Promise.all([
    loaders.item.load(lot.itemPk),
    lot.manufacturerPk === null || !showsMaker ? null : loaders.party.load(lot.manufacturerPk),
  ]);
  return {
    id: toId('lot', lot.pk),
    item: item?.code ?? null,
    manufacturer: manufacturer?.code ?? null,
    lotNumber: lot.lotNumber,
  };
}
