// The quality department's spreadsheets, saved as CSV by an office program: BOM, CRLF, a blank line, a bad row.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recall } from '../story/model';

const cell = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const line = (cells: readonly string[]): string => cells.map(cell).join(',');
const sheet = (rows: readonly string[]): string => `\uFEFF${rows.join('\r\n')}\r\n`;

/** Writes `qa/recalls.csv` and `qa/recall-lots.csv` into the demo directory. */
export function writeQaFolder(dir: string, recalls: readonly Recall[]): void {
  const heads = ['recall_no,title_zh,title_en,class,state,opened,closed,reason'];
  const lots = ['recall_no,item_code,lot_number,quantity_affected,unit'];
  recalls.forEach((recall, index) => {
    const { number, titleZh, titleEn, state, opened, closed, reason } = recall;
    heads.push(line([number, titleZh, titleEn, recall.class, state, opened, closed, reason]));
    for (const { item, lot, quantity, unit } of recall.lots)
      lots.push(line([number, item, lot, quantity, unit]));
    if (index === 2) {
      heads.push('');
      lots.push('');
    }
    if (index === 4) {
      heads.push('RC-2099-XX,只有两列');
      lots.push('RC-2099-XX,KIT-1001');
    }
  });
  mkdirSync(join(dir, 'qa'), { recursive: true });
  writeFileSync(join(dir, 'qa', 'recalls.csv'), sheet(heads));
  writeFileSync(join(dir, 'qa', 'recall-lots.csv'), sheet(lots));
}
