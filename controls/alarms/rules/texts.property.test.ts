/** No word of an entry that a person, a lot or a secret could stand in ever reaches the text of an alarm. */
import fc from 'fast-check';
import path from 'node:path';
import { loadDictionary } from '../../../platform/dictionary/dictionary';
import { factsOf } from '../alarm-outbox';
import { AlarmRow } from '../alarm.entity';
import { loadAlarms } from '../alarm-settings';
import { parseEntry } from '../entry-feed';
import { fillIn } from './placeholders';

const ROOT = path.join(__dirname, '../../..');
const { rules, calendar } = loadAlarms({
  folder: path.join(ROOT, 'schema/dictionary/alarms'),
  dictionary: loadDictionary(path.join(ROOT, 'schema/dictionary/terms')),
  env: {},
  relay: null,
});

/** Words that must not leave the house, each marked so that it can be told anywhere in a text. */
const secret = fc
  .tuple(
    fc.constantFrom('LOT-', '批次', 'Zhang ', 'acc.', 'SELECT '),
    fc.stringMatching(/^[A-Za-z0-9\u4e00-\u9fa5]{1,12}$/u),
  )
  .map(([kind, rest]) => `${kind}§${rest}`);

const body = fc.record({
  v: fc.constant(1),
  at: fc
    .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
  actor: fc.record({ account: secret, person: secret, client: secret, session: secret, personal: secret }),
  action: secret,
  outcome: fc.constantFrom('DONE', 'REFUSED', 'FAILED'),
  object: fc.record({ type: secret, id: secret }),
  changes: fc.array(fc.record({ field: secret, before: secret, after: secret }), { maxLength: 3 }),
  reason: secret,
  code: secret,
  facts: fc.dictionary(secret, fc.oneof(secret, fc.integer()), { maxKeys: 4 }),
});

test('no restricted term is in any text of any rule, in either language, whatever the entry says', () => {
  fc.assert(
    fc.property(
      body,
      fc.constantFrom(...rules),
      fc.constantFrom('en' as const, 'zh' as const),
      (facts, rule, language) => {
        const entry = parseEntry(7, '0190a0a0-0000-7000-8000-000000000000', JSON.stringify(facts));
        expect(entry).not.toBeNull();
        const alarm = Object.assign(new AlarmRow(), {
          id: `§${facts.object.id}`,
          occurrences: 3,
          amount: Number(Object.values(entry?.facts ?? {})[0] ?? 0),
          firstAt: entry?.at,
          lastAt: entry?.at,
          lastAction: entry?.action,
        });
        const words = factsOf(alarm, rule, calendar.zone);
        for (const text of [rule.title, rule.text]) {
          const filled = fillIn(text[language], words, language);
          expect(filled).not.toContain('§');
          expect(filled).not.toMatch(/[{}]|undefined|NaN/u);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
