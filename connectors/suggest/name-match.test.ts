/** Names of columns held against words. */
import { matchName, partsOfName } from './name-match';

const WORDS = { en: ['batch no', 'lot'], zh: ['批号', '灭菌批号'], pinyin: ['PH'] };

test.each([
  ['cInvCode', ['inv', 'code']],
  ['FLot', ['lot']],
  ['batch_no', ['batch', 'no']],
  ['ShelfLifeExpirationDate', ['shelf', 'life', 'expiration', 'date']],
  ['数量(个)', ['数量', '个']],
])('%s is made of %j', (name, parts) => {
  expect(partsOfName(name)).toEqual(parts);
});

test.each([
  ['BatchNo', null, 0.9, 'name is "batch no"'],
  ['cBatchNo', null, 0.9, 'name is "batch no"'],
  ['x17', '灭菌批号', 0.92, 'comment is "灭菌批号"'],
  ['批号', null, 0.95, 'name is "批号"'],
  ['PH', null, 0.65, 'name is "PH", initials of pinyin'],
  ['WZPH', null, 0.5, 'name ends in "PH", initials of pinyin'],
])('%s (%s) fits by %d', (name, comment, score, evidence) => {
  expect(matchName(name, comment, WORDS)).toEqual({ score, evidence });
});

test.each(['graph', 'slot', 'plotted', 'x', ''])('%j fits nothing', (name) => {
  expect(matchName(name, null, WORDS)).toBeNull();
});
