// Eight past recalls, as the quality department keeps them. One began with a resin lot that went into the example kit.
import { isoDay } from './calendar';
import type { Cell, Lot, Recall } from './model';

const slashed = (day: number): string => isoDay(day).replaceAll('-', '/');

interface Template {
  readonly age: number;
  readonly openDays: number | null;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly class: Recall['class'];
  readonly reason: string;
}

const TEMPLATES: readonly Template[] = [
  {
    age: 880,
    openDays: 60,
    titleZh: '输液器滴斗渗漏',
    titleEn: 'Drip chamber leakage',
    class: '二级',
    reason: '焊接参数漂移 welding drift',
  },
  {
    age: 760,
    openDays: 45,
    titleZh: '标签批号错误',
    titleEn: 'Wrong lot on label',
    class: '三级',
    reason: '标签打印 label printing, line 2',
  },
  {
    age: 600,
    openDays: 120,
    titleZh: '三通阀裂纹',
    titleEn: 'Stopcock cracks',
    class: '二级',
    reason: '树脂含水率高 moisture in resin',
  },
  {
    age: 470,
    openDays: 30,
    titleZh: '外箱破损',
    titleEn: 'Carton damage',
    class: '三级',
    reason: '运输 transport',
  },
  {
    age: 390,
    openDays: 90,
    titleZh: '导管内毒素超标',
    titleEn: 'Endotoxin above limit',
    class: '一级',
    reason: '水系统 water system, "loop B"',
  },
  {
    age: 200,
    openDays: 75,
    titleZh: '聚丙烯树脂异物',
    titleEn: 'Foreign matter in PP resin',
    class: '二级',
    reason: '供应商通知 supplier notice',
  },
  {
    age: 110,
    openDays: 40,
    titleZh: '密封强度不足',
    titleEn: 'Weak pouch seals',
    class: '二级',
    reason: '热封温度 sealing temperature',
  },
  {
    age: 25,
    openDays: null,
    titleZh: '环氧乙烷残留偏高',
    titleEn: 'EO residue high',
    class: '一级',
    reason: '解析不足 short aeration',
  },
];

/** All lots that went into a lot, nearest first. */
export function ancestorsOf(lot: Lot): Lot[] {
  const seen = new Set<Lot>();
  const queue = [...lot.inputs.keys()];
  for (const next of queue) {
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...next.inputs.keys());
  }
  return [...seen];
}

export function recallsOf(cell: Cell, day: number): Recall[] {
  const { example } = cell;
  const resin = example && ancestorsOf(example).find((lot) => lot.item.kind === 'RES');
  const kits = cell.lots.filter((lot) => lot.item.level === 6 && lot !== example);
  return TEMPLATES.map((template, index) => {
    const opened = day - template.age;
    const made = kits.filter((lot) => lot.mfgDay < opened - 20 && lot.mfgDay > opened - 150);
    const lots = index === 5 && resin ? [resin] : made.slice(0, 1 + (index % 3));
    return {
      number: `RC-${isoDay(opened).slice(0, 4)}-${String(index + 1).padStart(2, '0')}`,
      titleZh: template.titleZh,
      titleEn: template.titleEn,
      class: template.class,
      state: template.openDays === null ? ('open' as const) : ('closed' as const),
      opened: slashed(opened),
      closed: template.openDays === null ? '' : slashed(opened + template.openDays),
      reason: template.reason,
      lots: lots.map((lot) => ({
        item: lot.item.code,
        lot: lot.number,
        quantity: String(lot.qty / 1000),
        unit: lot.item.uom === 'Kg' ? 'kg' : 'pcs',
      })),
    };
  });
}
