/**
 * Stock by location at query time. The system that keeps the stock is asked once for all lots of a request; when
 * it fails, the copy's own sums stand in and say that they do.
 */
import type { LegacySystem, LiveReader, LiveStock, NativeLot, RawRow } from '../connectors/contract';
import { toMicros } from '../platform/decimal';
import { groupBy } from '../platform/collections';
import { selectIn } from '../platform/database/select-in';
import type { Database } from '../platform/database/database';
import { GatewayError } from '../platform/errors';
import type { Logger } from '../platform/log';
import type { RequestContext } from '../platform/request';
import type { StockAtLocation } from './reads';
import type { RowScope } from './scope/row-scope';

interface AskedLot extends NativeLot {
  readonly lotPk: number;
}

/** A lot's stock as one system's ledger in the copy adds up to. */
interface LedgerRow {
  lot_pk: number;
  system: string;
  location_pk: number;
  location_code: string;
  site_code: string;
  micros: string | number;
}

export interface LiveStockOptions {
  readonly database: Database;
  readonly systems: readonly LegacySystem[];
  readonly logger: Logger;
  /** Longest wait for a live answer, in ms. */
  readonly deadlineMs: number;
}

export interface CopyFacts {
  /** Systems that keep a ledger, most believed first. */
  readonly ledgers: readonly string[];
  /** When each system's movements were last read, ms since the epoch. */
  readonly readAt: ReadonlyMap<string, number | null>;
  readonly staleAfterMs: number;
  /** Sites that the caller may see. Filtered after the answers: what is asked does not depend on it. */
  readonly scope: RowScope | null;
}

export class LiveStockReader {
  constructor(private readonly options: LiveStockOptions) {}

  /** Asked each time: another mapping may be in force by now. */
  get #live(): readonly (LegacySystem & { live: LiveReader })[] {
    return this.options.systems.filter(
      (system): system is LegacySystem & { live: LiveReader } => system.live !== null,
    );
  }

  async read(
    context: RequestContext,
    lotPks: readonly number[],
    copy: CopyFacts,
  ): Promise<Map<number, StockAtLocation[]>> {
    const answered = new Map<number, StockAtLocation[]>();
    const failed = new Set<string>();
    for (const system of this.#live) {
      const asked = await this.#nativeLots(
        system,
        lotPks.filter((pk) => !answered.has(pk)),
      );
      if (asked.length === 0) continue;
      const stock = await this.#ask(context, system, asked, copy);
      if (stock === null) failed.add(system.id);
      else for (const [pk, rows] of stock) answered.set(pk, shown(rows, copy.scope));
    }
    // asked whether or not it is needed, so that the cost of a request does not depend on which lots it happens to meet
    for (const [pk, rows] of await this.#fromCopy(context, lotPks, copy, failed)) {
      if (!answered.has(pk)) answered.set(pk, rows);
    }
    return answered;
  }

  async #nativeLots(
    system: LegacySystem & { live: LiveReader },
    lotPks: readonly number[],
  ): Promise<AskedLot[]> {
    const rows = await selectIn<{
      entity_pk: number;
      native_key: string;
      raw: string;
      system: string;
      stream: string;
    }>(
      this.options.database.reader,
      `SELECT r.entity_pk, r.native_key, v.raw, s.system, s.name AS stream FROM source_record r
         LEFT JOIN source_stream s ON s.pk = r.stream_pk
         LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
        WHERE r.void_reason IS NULL AND r.entity_pk IN (?)`,
      lotPks,
    );
    const asked = rows.filter((row) => row.system === system.id && row.stream === system.live.lotStream);
    return asked.map((row) => ({
      lotPk: row.entity_pk,
      key: row.native_key,
      raw: JSON.parse(row.raw) as RawRow,
    }));
  }

  /** Null when the system did not answer; the report says so. */
  async #ask(
    context: RequestContext,
    system: LegacySystem & { live: LiveReader },
    asked: readonly AskedLot[],
    copy: CopyFacts,
  ): Promise<Map<number, StockAtLocation[]> | null> {
    const report = { system: system.id, mode: 'LIVE' as const };
    try {
      const signal = AbortSignal.any([context.signal, AbortSignal.timeout(this.options.deadlineMs)]);
      const rows = await system.live.stock(asked, signal);
      context.sources.add({ ...report, status: 'OK', ageSeconds: 0, stale: false, error: null });
      return await this.#toStock(context, system.id, asked, rows);
    } catch (error) {
      this.options.logger.warn({ err: error, system: system.id }, 'live stock not answered');
      const readAt = copy.readAt.get(system.id) ?? null;
      context.sources.add({
        ...report,
        status: readAt === null ? 'UNAVAILABLE' : 'STALE',
        ageSeconds: readAt === null ? null : Math.max(0, Math.floor((context.now - readAt) / 1000)),
        stale: true,
        error: error instanceof GatewayError ? error.code : 'SOURCE_UNAVAILABLE',
      });
      return null;
    }
  }

  async #toStock(
    context: RequestContext,
    system: string,
    asked: readonly AskedLot[],
    rows: readonly LiveStock[],
  ): Promise<Map<number, StockAtLocation[]>> {
    const lotOfKey = new Map(asked.map((lot) => [lot.key, lot.lotPk]));
    const locations = await this.#locations([...new Set(rows.map((row) => row.location))]);
    const stock = new Map<number, StockAtLocation[]>(asked.map((lot) => [lot.lotPk, []]));
    for (const row of rows) {
      const lotPk = lotOfKey.get(row.lot);
      const onHandMicros = toMicros(row.onHand);
      if (lotPk === undefined || onHandMicros === 0) continue;
      addStock(stock.get(lotPk) ?? [], {
        lotPk,
        locationPk: locations.get(`${row.site}|${row.location}`) ?? null,
        siteCode: row.site,
        locationCode: row.location,
        onHandMicros,
        system,
        mode: 'LIVE',
        asOf: context.now,
        stale: false,
      });
    }
    for (const rowsOfLot of stock.values()) rowsOfLot.sort(byPlace);
    return stock;
  }

  async #locations(codes: readonly string[]): Promise<Map<string, number>> {
    const rows = await selectIn<{ pk: number; code: string; site: string }>(
      this.options.database.reader,
      'SELECT l.pk, l.code, s.code AS site FROM location l JOIN site s ON s.pk = l.site_pk WHERE l.code IN (?)',
      codes,
    );
    return new Map(rows.map((row) => [`${row.site}|${row.code}`, row.pk]));
  }

  async #fromCopy(
    context: RequestContext,
    lotPks: readonly number[],
    copy: CopyFacts,
    failed: ReadonlySet<string>,
  ): Promise<Map<number, StockAtLocation[]>> {
    const rows = await selectIn<LedgerRow>(
      this.options.database.reader,
      `SELECT m.lot_pk, m.system, m.location_pk, l.code AS location_code, s.code AS site_code, SUM(m.quantity_micros) AS micros
         FROM movement m JOIN location l ON l.pk = m.location_pk JOIN site s ON s.pk = l.site_pk
        WHERE m.lot_pk IN (?) GROUP BY m.lot_pk, m.system, m.location_pk, l.code, s.code`,
      lotPks,
    );
    const inScope = rows.filter((row) => copy.scope?.hasSite(row.site_code) ?? true);
    const byLot = groupBy(inScope, (row) => row.lot_pk);
    return new Map(
      lotPks.map((pk) => {
        const ofLot = byLot.get(pk) ?? [];
        const ledger = copy.ledgers.find((system) => ofLot.some((row) => row.system === system));
        const own = ofLot.filter((row) => row.system === ledger && Number(row.micros) !== 0);
        return [pk, own.map((row) => fromLedger(row, context.now, copy, failed)).sort(byPlace)];
      }),
    );
  }
}

function fromLedger(
  row: LedgerRow,
  now: number,
  copy: CopyFacts,
  failed: ReadonlySet<string>,
): StockAtLocation {
  const asOf = copy.readAt.get(row.system) ?? null;
  return {
    lotPk: row.lot_pk,
    locationPk: row.location_pk,
    siteCode: row.site_code,
    locationCode: row.location_code,
    onHandMicros: Number(row.micros),
    system: row.system,
    mode: 'COPY',
    asOf,
    stale: failed.has(row.system) || asOf === null || now - asOf > copy.staleAfterMs,
  };
}

/** One system may know a lot under several native keys: their stock at one location is one figure. */
function addStock(rows: StockAtLocation[], added: StockAtLocation): void {
  const index = rows.findIndex(
    (row) => row.siteCode === added.siteCode && row.locationCode === added.locationCode,
  );
  const known = rows[index];
  if (known) rows[index] = { ...known, onHandMicros: known.onHandMicros + added.onHandMicros };
  else rows.push(added);
}

function shown(rows: StockAtLocation[], scope: RowScope | null): StockAtLocation[] {
  return scope === null ? rows : rows.filter((row) => scope.hasSite(row.siteCode));
}

function byPlace(a: StockAtLocation, b: StockAtLocation): number {
  const left = `${a.siteCode}|${a.locationCode}`;
  const right = `${b.siteCode}|${b.locationCode}`;
  return left < right ? -1 : left > right ? 1 : 0;
}
