/** Differences are told part by part. */
import { readFileSync } from 'node:fs';
import { requireMapping } from '../../connectors/mapping/compile-mapping';
import { mappingChanges } from './mapping-changes';

const text = readFileSync('schema/mappings/qa/mapping.yaml', 'utf8');
const documentOf = (changed: string) => requireMapping('qa', changed).document;

test('the same document in another text has no difference', () => {
  expect(mappingChanges(documentOf(text), documentOf(`# another comment\n${text}`))).toEqual([]);
});

test('a part that is added, removed or changed is named with what it says', () => {
  const other = text
    .replace('      number: recall_no\n', '      number: { from: recall_no, apply: [trim] }\n')
    .replace('      reason: { from: reason, apply: [collapseBlanks] }\n', '');
  expect(mappingChanges(documentOf(text), documentOf(other))).toEqual([
    {
      kind: 'CHANGED',
      path: 'streams.recalls.fields.number',
      before: '"recall_no"',
      after: '{"from":"recall_no","apply":["trim"]}',
    },
    {
      kind: 'REMOVED',
      path: 'streams.recalls.fields.reason',
      before: '{"from":"reason","apply":["collapseBlanks"]}',
      after: null,
    },
  ]);
});

test('without a version before it all is added', () => {
  expect(new Set(mappingChanges(null, documentOf(text)).map(({ kind }) => kind))).toEqual(new Set(['ADDED']));
});
