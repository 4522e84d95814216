/** What counts as weaker of quality standards. What cannot be told is weaker. */
import path from 'node:path';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import { ownersNamedIn, standardsDocument } from './standards-document';

const ROOT = path.resolve(__dirname, '..', '..');
const NAME = 'standards.yaml';
const owner = (id: string) => ({ id, name: { en: id, zh: id }, roles: [] });
const kind = standardsDocument(ROOT, loadDictionary(path.join(ROOT, 'schema', 'dictionary', 'terms')), () =>
  Promise.resolve([owner('quality'), owner('integration')]),
);

const BEFORE = `
keep: { hours: 2d, days: 10d }
feeds:
  - id: lab
    name: { en: Laboratory, zh: 实验室 }
    systems: [lims]
    severity: WARNING
    readWithin: 15m
    arriveWithin: 60s
  - id: feed
    name: { en: Feed, zh: 数据流 }
    systems: [erp, wms]
    severity: WARNING
    owner: integration
    readWithin: 15m
    arriveWithin: 60s
    weeks: 4
    silence: { times: 3, atLeast: 2h }
    volume: { jump: 5, fall: 0.2 }
standards:
  - id: stated
    name: { en: Stated, zh: 已填写 }
    dimension: COMPLETENESS
    terms: [lot.expiresOn, lot.manufacturedOn]
    least: '95'
    severity: WARNING
    owner: quality
  - id: valid
    name: { en: Valid, zh: 有效 }
    dimension: VALIDITY
    terms: regulated
    systems: [erp, wms]
    least: '99.5'
    leastRows: 10
    severity: ERROR
  - id: accepted
    name: { en: Accepted, zh: 通过 }
    dimension: VALIDITY
    least: '95'
    severity: ERROR
`;

/** Places that differ after the edit, and which of them are weaker. */
function judged(...edits: readonly (readonly [string, string])[]): Record<string, boolean> {
  const after = edits.reduce((now, [from, to]) => {
    expect(now).toContain(from);
    return now.replace(from, to);
  }, BEFORE);
  for (const text of [BEFORE, after]) kind.compile({ [NAME]: text });
  return Object.fromEntries(
    kind
      .changes({ [NAME]: BEFORE }, { [NAME]: after }, () => 'high')
      .map(({ place, weakens }) => [place, weakens] as const),
  );
}

test('the shipped file differs nowhere from itself, comments aside', () => {
  const before = kind.read();
  const after = { [NAME]: `# words\n${before[NAME] ?? ''}` };
  expect(kind.changes(before, after, () => 'high')).toEqual([]);
});

test.each([
  ['a lower share', ["least: '95'", "least: '94.9999'"], 'standards.stated.least'],
  ['a lower severity', ['severity: ERROR', 'severity: WARNING'], 'standards.valid.severity'],
  ['more rows before anything is raised', ['leastRows: 10', 'leastRows: 11'], 'standards.valid.leastRows'],
  [
    'as many rows as are usual, where there were fewer',
    ['    leastRows: 10\n', ''],
    'standards.valid.leastRows',
  ],
  [
    'fewer systems',
    ['systems: [erp, wms]\n    least', 'systems: [erp]\n    least'],
    'standards.valid.systems',
  ],
  [
    'systems where it held for all',
    ["least: '95'\n    severity: ERROR", "systems: [erp]\n    least: '95'\n    severity: ERROR"],
    'standards.accepted.systems',
  ],
  ['fewer terms', [', lot.manufacturedOn]', ']'], 'standards.stated.terms'],
  [
    'terms instead of whole rows',
    ["least: '95'\n    severity: ERROR", "terms: [lot.expiresOn]\n    least: '95'\n    severity: ERROR"],
    'standards.accepted.terms',
  ],
  [
    'a list instead of all that is regulated',
    ['terms: regulated', 'terms: [lot.expiresOn]'],
    'standards.valid.terms',
  ],
  [
    'an exception',
    ['terms: regulated', 'terms: regulated\n    except: [lot.expiresOn]'],
    'standards.valid.except',
  ],
  ['another dimension', ['COMPLETENESS', 'CONSISTENCY'], 'standards.stated.dimension'],
  ['another owner', ['owner: quality', 'owner: integration'], 'standards.stated.owner'],
  ['a shorter memory', ['days: 10d', 'days: 9d'], 'keep.days'],
  ['a feed that may be late', ['readWithin: 15m', 'readWithin: 16m'], 'feeds.lab.readWithin'],
  ['rows that may take longer', ['arriveWithin: 60s', 'arriveWithin: 61s'], 'feeds.lab.arriveWithin'],
  ['a longer silence', ['atLeast: 2h', 'atLeast: 121m'], 'feeds.feed.silence.atLeast'],
  ['a silence of more pauses', ['times: 3', 'times: 4'], 'feeds.feed.silence.times'],
  ['silence that nobody hears', ['    silence: { times: 3, atLeast: 2h }\n', ''], 'feeds.feed.silence'],
  ['a higher jump', ['jump: 5', 'jump: 6'], 'feeds.feed.volume.jump'],
  ['a deeper fall', ['fall: 0.2', 'fall: 0.1'], 'feeds.feed.volume.fall'],
  ['a shorter view of what is usual', ['weeks: 4', 'weeks: 2'], 'feeds.feed.weeks'],
  ['a feed of another system', ['systems: [lims]', 'systems: [lab]'], 'feeds.lab.systems'],
] as const)('%s is weaker', (_what, edit, place) => {
  expect(judged(edit)).toEqual({ [place]: true });
});

test('what asks for more, sooner or of more is not weaker', () => {
  expect(
    judged(
      ["least: '99.5'", "least: '99.6'"],
      ['leastRows: 10', 'leastRows: 9'],
      ['[lot.expiresOn, ', '[lot.expiresOn, lot.lotNumber, '],
      ['en: Stated', 'en: Is stated'],
      ['readWithin: 15m', 'readWithin: 14m'],
      ['fall: 0.2', 'fall: 0.3, leastRows: 19'],
      ['days: 10d', 'days: 11d'],
    ),
  ).toEqual({
    'standards.valid.least': false,
    'standards.valid.leastRows': false,
    'standards.stated.terms': false,
    'standards.stated.name.en': false,
    'feeds.lab.readWithin': false,
    'feeds.feed.volume.fall': false,
    'feeds.feed.volume.leastRows': false,
    'keep.days': false,
  });
});

const NEW = (systems: string): string =>
  `  - { id: new, name: { en: New, zh: 新 }, ${systems}severity: INFO, readWithin: 1d, arriveWithin: 1d }\n`;

test('a feed is weaker before another that it may take systems from, and not after all others', () => {
  expect(judged(['feeds:\n', `feeds:\n${NEW('systems: [erp], ')}`])).toEqual({
    'feeds.new': false,
    feedOrder: true,
  });
  expect(judged(['standards:\n', `${NEW('')}standards:\n`])).toEqual({
    'feeds.new': false,
    feedOrder: false,
  });
});

test('a standard that is gone is weaker, and a new one is not', () => {
  const start = BEFORE.indexOf('  - id: valid');
  const standard = BEFORE.slice(start, BEFORE.indexOf('  - id:', start + 5));
  expect(judged([standard, ''])).toEqual({ 'standards.valid': true });
  expect(judged([standard, standard + standard.replace('id: valid', 'id: other')])).toEqual({
    'standards.other': false,
  });
});

test('an owner whom nobody knows is refused before it is published, and stops nothing that is in force', async () => {
  const texts = { [NAME]: BEFORE.replace('owner: quality', 'owner: nobody') };
  expect(kind.compile(texts).standards).toHaveLength(3);
  const refused = kind.checkBeside?.(texts, {} as never);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toMatchObject({
    problems: [expect.stringMatching(/standards\.yaml:\d+:\d+ .*"nobody" is not one of the owners/)],
  });
  await kind.checkBeside?.({ [NAME]: BEFORE }, {} as never);
  expect([...ownersNamedIn(texts[NAME])].sort()).toEqual(['integration', 'nobody']);
});
