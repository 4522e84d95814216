/** Alarm rules and channels as a controlled document: whoever edits a file changes nothing of who is alarmed. */
import { parse } from 'yaml';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import {
  type JudgedPlace,
  compareDocuments,
  never,
  numberOf,
  whenFewer,
  whenGone,
  whenGreater,
  whenLower,
  whenMore,
  whenNarrower,
} from '../controlled-documents/compare-documents';
import type { DocumentKind, DocumentTexts } from '../controlled-documents/document-kind';
import { ALARM_FILES, compileAlarms, readAlarmTexts } from './alarm-settings';
import { type AlarmRules, SEVERITIES } from './rules/alarm-rule';
import { durationMs } from './rules/durations';

const duration = (value: unknown): number => (typeof value === 'string' ? durationMs(value) : 0);

/** What can be told of a change; every other one is weaker: other words, other ways to a recipient, other counting. */
const JUDGED: readonly JudgedPlace[] = [
  { place: /^(rules|channels|recipients)\.[^.]+$/, weakens: whenGone },
  { place: /^(rules|recipients)\.[^.]+\.name\.(en|zh)$/, weakens: never },
  { place: /^rules\.[^.]+\.severity$/, weakens: whenLower(SEVERITIES) },
  { place: /^rules\.[^.]+\.match\.actions$/, weakens: whenFewer },
  { place: /^rules\.[^.]+\.match\.(outcomes|codes|objectTypes)$/, weakens: whenNarrower },
  {
    place: /^rules\.[^.]+\.match\.(offHours|facts(\.[^.]+)?)$/,
    weakens: (_before, after) => after !== undefined,
  },
  { place: /^rules\.[^.]+\.threshold$/, weakens: (_before, after) => after !== undefined },
  { place: /^rules\.[^.]+\.threshold\.(count|atLeast)$/, weakens: whenGreater(numberOf) },
  {
    place: /^rules\.[^.]+\.threshold\.window$/,
    weakens: (before, after) => duration(after) < duration(before),
  },
  { place: /^rules\.[^.]+\.fold$/, weakens: whenGreater(duration) },
  { place: /^rules\.[^.]+\.suppressible$/, weakens: (_before, after) => after !== false },
  { place: /^rules\.[^.]+\.to$/, weakens: whenFewer },
  { place: /^rules\.[^.]+\.escalation$/, weakens: whenGone },
  { place: /^calendar\.holidays$/, weakens: whenFewer },
  { place: /^calendar\.workdays$/, weakens: whenMore },
];

/** `folder` holds the files. */
export function alarmDocument(folder: string, dictionary: Dictionary): DocumentKind<AlarmRules> {
  return {
    id: 'alarmRules',
    read: () => readAlarmTexts(folder),
    compile: (texts) => {
      const { version, calendar, rules, channels } = compileAlarms(texts, {
        dictionary,
        env: {},
        relay: null,
      });
      void channels.close();
      return { version, calendar, rules };
    },
    changes: (before, after) => compareDocuments(contentOf(before), contentOf(after), JUDGED),
  };
}

/** Both files as one: they share no key. */
const contentOf = (texts: DocumentTexts): object =>
  Object.assign({}, ...ALARM_FILES.map((name) => parse(texts[name] ?? '') as object)) as object;
