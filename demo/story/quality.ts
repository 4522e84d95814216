// Samples for the laboratory: incoming material, devices and units, kits, and sterilisation loads.
import { DAY, HOUR } from './calendar';
import type { Analysis, Lot, Sample } from './model';
import { workingTime } from './production';
import type { Rng } from './rng';

interface Test {
  readonly keyword: string;
  readonly title: string;
  readonly unit: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly decimals: number;
  readonly text?: string;
}

const numeric = (
  keyword: string,
  title: string,
  unit: string,
  min: number | null,
  max: number | null,
  decimals: number,
): Test => ({
  ...{ keyword, title, unit, min, max, decimals },
});
const worded = (keyword: string, title: string, text: string): Test => ({
  ...{ keyword, title, unit: '', min: null, max: null, decimals: 0, text },
});

/** Every service the laboratory offers. */
export const TESTS: Record<'raw' | 'device' | 'unit' | 'kit' | 'load', readonly Test[]> = {
  raw: [
    numeric('MFI', 'Melt flow index 熔融指数', 'g/10min', 8, 24, 2),
    numeric('MOIST', 'Moisture 水分', '%', null, 0.2, 3),
    worded('IDENT', 'Identity (FTIR) 鉴别', 'conforms'),
  ],
  device: [
    numeric('LEAK', 'Leak pressure 泄漏压力', 'kPa', 40, null, 1),
    numeric('DIM-OD', 'Outer diameter 外径', 'mm', 3.9, 4.1, 3),
  ],
  unit: [numeric('SEAL', 'Seal strength 密封强度', 'N/15mm', 1.5, null, 2)],
  kit: [
    numeric('EO-RES', 'EO residue 环氧乙烷残留', 'µg/g', null, 10, 2),
    numeric('ENDO', 'Endotoxin 细菌内毒素', 'EU/device', null, 20, 2),
    worded('APPEAR', 'Appearance 外观', '合格'),
  ],
  load: [
    worded('STERIL', 'Sterility 无菌', '无菌生长 no growth'),
    worded('BI', 'Biological indicator 生物指示剂', 'negative'),
  ],
};

function measure(rng: Rng, test: Test): Analysis {
  const { keyword, title, unit, min, max, decimals } = test;
  const low = min ?? (max ?? 1) * 0.1;
  const high = max ?? low * 2;
  const middle = low + (high - low) * (0.25 + rng.next() * 0.5);
  return {
    keyword,
    title,
    unit,
    result: test.text ?? middle.toFixed(decimals),
    min: min === null ? '' : String(min),
    max: max === null ? '' : String(max),
    state: 'published',
  };
}

const TYPES = { raw: 'Raw material', device: 'Device', unit: 'Packaged unit', kit: 'Sterile kit' } as const;

function sampleOf(rng: Rng, lot: Lot, kind: keyof typeof TYPES, end: number): Sample {
  const at = lot.madeAt + rng.int(2, 6) * HOUR;
  const wanted = workingTime(rng, lot.madeAt + rng.int(2, 9) * DAY);
  const done = wanted < end;
  const reference = `${lot.item.code}/${lot.number}`;
  const raw = kind === 'raw';
  const analyses = TESTS[kind].map((test) => measure(rng, test));
  if (!done) for (const analysis of analyses) Object.assign(analysis, { state: 'unassigned', result: '' });
  return {
    lot,
    load: lot.load,
    type: TYPES[kind],
    at,
    doneAt: done ? wanted : at,
    clientReference: raw ? (lot.source?.name ?? '') : reference,
    clientSampleId: raw ? `${lot.item.code} ${lot.number}` : '',
    state: done ? 'published' : 'sample_received',
    analyses,
  };
}

/** The samples of a cell. Lots must have their numbers, and receipts their names. */
export function samplesOf(rng: Rng, lots: readonly Lot[], end: number): Sample[] {
  const samples: Sample[] = [];
  const loads = new Map<string, Lot>();
  for (const lot of lots) {
    if (lot.load !== null && !loads.has(lot.load)) loads.set(lot.load, lot);
    if (lot.item.level === 1) samples.push(sampleOf(rng, lot, 'raw', end));
    else if (lot.item.level === 6) samples.push(sampleOf(rng, lot, 'kit', end));
    else if (lot.item.level === 4 && rng.chance(0.3)) samples.push(sampleOf(rng, lot, 'device', end));
    else if (lot.item.level === 5 && rng.chance(0.3)) samples.push(sampleOf(rng, lot, 'unit', end));
  }
  for (const [load, lot] of loads) {
    const doneAt = workingTime(rng, lot.madeAt + 8 * DAY);
    if (doneAt >= end) continue;
    samples.push({
      ...{ lot: null, load, type: 'Sterilisation load', at: lot.madeAt + HOUR, doneAt },
      ...{ clientReference: '', clientSampleId: '', state: 'published' },
      analyses: TESTS.load.map((test) => measure(rng, test)),
    });
  }
  return samples.sort((a, b) => a.at - b.at);
}
