// Quality inspections with readings, as text in the user's number format.
import { DAY } from '../story/calendar';
import type { Doc, Lot } from '../story/model';
import { Rng } from '../story/rng';
import type { Series } from '../story/naming';
import type { Sink } from '../sql';
import type { HashNames } from './ids';
import { childOf, date, head } from './rows';
import { T } from './tables';

interface Spec {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

const SPECS: Record<'incoming' | 'process', readonly Spec[]> = {
  incoming: [
    { name: 'Net weight deviation %', min: -1, max: 1 },
    { name: 'Bulk density', min: 0.4, max: 0.7 },
  ],
  process: [
    { name: 'Seal width mm', min: 6, max: 10 },
    { name: 'Length mm', min: 119.5, max: 120.5 },
    { name: 'Visual', min: 0, max: 0 },
  ],
};

/** Readings that a user typed in another number format, by inspection and row (planted). */
export type ReadingOverride = ReadonlyMap<Lot, { reading_1: string }>;

export function writeInspection(
  sink: Sink,
  names: HashNames,
  series: Series,
  doc: Doc,
  end: number,
  overrides: ReadingOverride,
): void {
  const line = doc.lines.find((candidate) => candidate.finished) ?? doc.lines[0];
  const lot = line?.allocs[0]?.lot;
  if (!lot?.inErp || !line || !doc.erpName) return;
  const incoming = doc.kind === 'receipt';
  const rng = new Rng(Number(lot.number.slice(2, 8)));
  const at = Math.min(end - 3_600_000, doc.at + rng.int(1, 4) * DAY + rng.int(0, 3_000_000));
  const name = series.next('inspection', at);
  const rejected = doc.inspected === 'Rejected';
  const status = rejected ? 'Rejected' : 'Accepted';
  const stamps = head(name, at, at + 90_000);
  sink.insert(T.inspection, {
    ...stamps,
    report_date: date(at),
    inspection_type: incoming ? 'Incoming' : 'In Process',
    reference_type: incoming ? 'Purchase Receipt' : 'Stock Entry',
    reference_name: doc.erpName,
    item_code: lot.item.code,
    item_name: lot.item.nameEn,
    batch_no: lot.erpName,
    sample_size: incoming ? 5 : 8,
    status,
    inspected_by: 'qc.inspector',
    verified_by: 'qa.lead',
  });
  SPECS[incoming ? 'incoming' : 'process'].forEach((spec, index) => {
    const numeric = spec.max > spec.min;
    const span = spec.max - spec.min;
    const bad = rejected && index === 0;
    const reading = (): string | null =>
      numeric ? (bad ? spec.max + span : spec.min + span * (0.2 + rng.next() * 0.6)).toFixed(2) : null;
    const first = reading();
    sink.insert(T.reading, {
      ...stamps,
      ...childOf(name, 'Quality Inspection', 'readings', index + 1),
      name: names.next(),
      specification: spec.name,
      numeric: numeric ? 1 : 0,
      min_value: numeric ? spec.min : null,
      max_value: numeric ? spec.max : null,
      reading_1: index === 0 ? (overrides.get(lot)?.reading_1 ?? first) : first,
      reading_2: reading(),
      reading_3: reading(),
      reading_value: numeric ? null : 'OK',
      value: numeric ? null : 'OK',
      status: bad ? 'Rejected' : 'Accepted',
    });
  });
}
