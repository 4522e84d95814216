/**
 * Movements added up for each lot and place: a level below zero, a count that differs from what was moved, and live
 * stock that differs from the sum. Only told where every movement was read; otherwise it is said that it was not.
 */
import Big from 'big.js';
import type { LiveReader, NativeLot } from '../../contract';
import type { CompiledMapping } from '../../mapping/compile-mapping';
import { examples, type CheckFinding, type Report } from './finding';
import type { CheckedRow } from './row-checks';

export interface StockInput {
  readonly mapping: CompiledMapping;
  /** Rows by stream; of movements all of them, where `complete` says so. */
  readonly rows: ReadonlyMap<string, readonly CheckedRow[]>;
  /** Streams of which every row was read. */
  readonly complete: ReadonlySet<string>;
  readonly live: LiveReader | null;
  readonly report: Report;
  readonly signal: AbortSignal;
}

interface Level {
  readonly item: string;
  readonly lotNumber: string;
  readonly site: string;
  readonly location: string;
  readonly onHand: Big;
}

/** Lots that the live system is asked about. */
const MOST_LOTS = 200;

export async function checkStock(input: StockInput): Promise<CheckFinding[]> {
  const { mapping, complete, report } = input;
  const streams = mapping.streams.filter(({ recordType }) => recordType === 'movement');
  const [first] = streams;
  if (first === undefined) return [];
  const path = ['streams', first.name, 'sign'];
  const partial = streams.filter(({ name }) => !complete.has(name)).map(({ name }) => name);
  if (partial.length > 0) {
    const message = `stock was not added up: not every row of ${partial.join(', ')} was read`;
    return [
      report('info', 'STOCK_NOT_CHECKED', path, message, { hint: 'check with --rows above their number' }),
    ];
  }
  const { levels, counts } = replay(streams.flatMap(({ name }) => input.rows.get(name) ?? []));
  const below = levels.filter(({ onHand }) => onHand.lt(0));
  return [
    ...(below.length === 0
      ? []
      : [
          report(
            'warning',
            'NEGATIVE_STOCK',
            path,
            `movements add up to less than nothing at ${below.length} places: ${examples(below.map(placeText))}`,
            {
              ...{ count: below.length, hint: 'a sign the wrong way round, or movements that are missing?' },
            },
          ),
        ]),
    ...(counts.length === 0
      ? []
      : [
          report(
            'info',
            'COUNT_DIFFERS',
            path,
            `${counts.length} counts differ from what was moved before them: ${examples(counts)}`,
            { count: counts.length },
          ),
        ]),
    ...(await checkLive(input, levels)),
  ];
}

const placeText = ({ item, lotNumber, site, location, onHand }: Level) =>
  `${item} ${lotNumber} at ${site}/${location}: ${onHand.toFixed()}`;

/** Adds movements up in the order in which they happened; a level sets what was added up before. */
function replay(rows: readonly CheckedRow[]): { levels: Level[]; counts: string[] } {
  const moves = rows.flatMap(({ mapped }) =>
    mapped.kind === 'record' && mapped.voidReason === null ? [mapped.record] : [],
  );
  const inOrder = [...moves].sort((a, b) => (String(a['occurredAt']) < String(b['occurredAt']) ? -1 : 1));
  const levels = new Map<string, Level>();
  const counts: string[] = [];
  for (const { item, lotNumber, site, location, quantity, level } of inOrder) {
    const place = {
      item: String(item),
      lotNumber: String(lotNumber),
      site: String(site),
      location: String(location),
    };
    const key = JSON.stringify(Object.values(place));
    const before = levels.get(key)?.onHand ?? new Big(0);
    const counted = typeof level === 'string';
    if (counted && levels.has(key) && !before.eq(level))
      counts.push(placeText({ ...place, onHand: before }) + `, counted ${level}`);
    const onHand = counted ? new Big(level) : before.plus(typeof quantity === 'string' ? quantity : 0);
    levels.set(key, { ...place, onHand });
  }
  return { levels: [...levels.values()], counts };
}

async function checkLive(input: StockInput, levels: readonly Level[]): Promise<CheckFinding[]> {
  const { live, mapping, rows, report, signal } = input;
  if (live === null) return [];
  const path = ['live', 'stock'];
  const lots = new Map<string, { native: NativeLot; item: string; lotNumber: string }>();
  for (const { raw, mapped } of rows.get(live.lotStream) ?? []) {
    if (mapped.kind !== 'record' || mapped.voidReason !== null || lots.size === MOST_LOTS) continue;
    const { item, lotNumber } = mapped.record;
    lots.set(mapped.key, {
      native: { key: mapped.key, raw },
      item: String(item),
      lotNumber: String(lotNumber),
    });
  }
  const stated = await live.stock(
    [...lots.values()].map(({ native }) => native),
    signal,
  );
  const differences: string[] = [];
  const keyOf = (...parts: string[]) => JSON.stringify(parts);
  const moved = new Map(
    levels.map((level) => [keyOf(level.item, level.lotNumber, level.site, level.location), level]),
  );
  const asked = new Set<string>();
  for (const { lot, site, location, onHand } of stated) {
    const known = lots.get(lot);
    if (known === undefined) continue;
    const key = keyOf(known.item, known.lotNumber, site, location);
    asked.add(key);
    const sum = moved.get(key)?.onHand ?? new Big(0);
    if (!sum.eq(onHand))
      differences.push(
        `${known.item} ${known.lotNumber} at ${site}/${location}: stated ${onHand}, moved ${sum.toFixed()}`,
      );
  }
  const wanted = new Set([...lots.values()].map(({ item, lotNumber }) => keyOf(item, lotNumber)));
  for (const [key, level] of moved) {
    if (asked.has(key) || level.onHand.eq(0) || !wanted.has(keyOf(level.item, level.lotNumber))) continue;
    differences.push(`${placeText(level)} moved, nothing stated`);
  }
  if (differences.length === 0) return [];
  const message = `live stock differs from the sum of movements at ${differences.length} places of ${lots.size} lots: ${examples(differences)}`;
  return [
    report('warning', 'STOCK_DIFFERS', mapping.document.live === undefined ? [] : path, message, {
      count: differences.length,
    }),
  ];
}
