/**
 * Compiles `rules.yaml`. Everything that could make a rule silently dead, endless or indiscreet is a problem here,
 * with file and line, and not a surprise at night: unknown actions, recipients and zones, placeholders that may not
 * leave the house, and silencing what must never be silent.
 */
import Ajv from 'ajv';
import { IANAZone } from 'luxon';
import schema from '../../../schema/dictionary/alarms/rules.schema.json';
import type { Dictionary } from '../../../platform/dictionary/dictionary';
import type { LocalizedText } from '../../../platform/errors';
import { once } from '../../../platform/once';
import type { YamlFile, YamlPath } from '../../../platform/yaml-file';
import {
  type AlarmRule,
  type FactCondition,
  type FactValue,
  SUBJECTS,
  type Severity,
  type Subject,
  type Threshold,
  type WorkingHours,
} from './alarm-rule';
import { durationMs, minuteOfDay } from './durations';
import { actionFits } from './match';
import { PLACEHOLDERS, placeholdersIn } from './placeholders';

/** Acts of which every single one alarms at once; a file that would silence one does not compile. */
const NEVER_SILENT = [
  'signOff.breakGlass',
  'audit.integrityFinding',
  'audit.gap',
  'alarm.suppress',
  'alarm.rulesChanged',
];
/** What the alarms write themselves about alarms; a rule on these would feed itself. */
const SELF_MADE = ['alarm.raise', 'alarm.escalate'];
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const ONE_ACT: Threshold = { count: 1, sumOf: null, windowMs: 0 };
const LEAST_CLASSIFIED = new Set(['public', 'internal']);

interface RuleInFile {
  readonly id: string;
  readonly name: LocalizedText;
  readonly severity: Severity;
  readonly match: {
    readonly actions: readonly string[];
    readonly outcomes?: readonly string[];
    readonly codes?: readonly string[];
    readonly objectTypes?: readonly string[];
    readonly facts?: Readonly<
      Record<string, { readonly equals?: readonly FactValue[]; readonly atLeast?: number }>
    >;
    readonly offHours?: true;
  };
  readonly per?: Subject;
  readonly threshold?: {
    readonly count?: number;
    readonly sumOf?: string;
    readonly atLeast?: number;
    readonly window: string;
  };
  readonly fold?: string;
  readonly suppressible?: boolean;
  readonly to: readonly string[];
  readonly escalation?: readonly { readonly after: string; readonly to: readonly string[] }[];
  readonly message: { readonly title: LocalizedText; readonly text: LocalizedText };
}

interface RulesDocument {
  readonly calendar: {
    readonly zone: string;
    readonly days: readonly string[];
    readonly start: string;
    readonly end: string;
    readonly holidays?: readonly string[];
    readonly workdays?: readonly string[];
  };
  readonly rules: readonly RuleInFile[];
}

const validate = once(() =>
  new Ajv({ allErrors: true, allowUnionTypes: true }).compile<RulesDocument>(schema),
);

export interface CompileRulesOptions {
  readonly dictionary: Dictionary;
  readonly recipients: ReadonlySet<string>;
  /** Every action that the product writes. */
  readonly actions: readonly string[];
}

/** Null when the file has problems; they are noted in it. */
export function compileRules(
  file: YamlFile,
  options: CompileRulesOptions,
): { calendar: WorkingHours; rules: AlarmRule[] } | null {
  const document = file.read(validate());
  if (document === null) return null;
  const calendar = compileCalendar(file, document.calendar);
  const seen = new Set<string>();
  for (const [index, rule] of document.rules.entries()) {
    const at = ['rules', index];
    if (seen.has(rule.id)) file.report([...at, 'id'], `there is another rule "${rule.id}"`);
    seen.add(rule.id);
    checkActions(file, rule, at, options.actions);
    checkThreshold(file, rule, at);
    checkRecipients(file, rule, at, options.recipients);
    checkTexts(file, rule, at, options.dictionary);
  }
  checkAlwaysHeard(file, document.rules);
  return file.problems.length > 0 ? null : { calendar, rules: document.rules.map(toRule) };
}

function compileCalendar(file: YamlFile, calendar: RulesDocument['calendar']): WorkingHours {
  if (!IANAZone.isValidZone(calendar.zone))
    file.report(['calendar', 'zone'], `there is no time zone "${calendar.zone}"`);
  const [start, end] = [minuteOfDay(calendar.start), minuteOfDay(calendar.end)];
  if (start >= end) file.report(['calendar', 'end'], 'must be later than start, on the same day');
  return {
    zone: calendar.zone,
    days: calendar.days.map((day) => DAYS.indexOf(day) + 1),
    ...{ start, end },
    holidays: new Set(calendar.holidays ?? []),
    workdays: new Set(calendar.workdays ?? []),
  };
}

function checkActions(file: YamlFile, rule: RuleInFile, at: YamlPath, known: readonly string[]): void {
  for (const [index, pattern] of rule.match.actions.entries()) {
    const path = [...at, 'match', 'actions', index];
    if (!known.some((action) => actionFits(action, pattern)))
      file.report(path, `no part of the product writes "${pattern}"`);
    if (SELF_MADE.some((action) => actionFits(action, pattern)))
      file.report(path, `"${pattern}" is written by the alarms themselves: the rule would feed itself`);
    if (NEVER_SILENT.some((action) => actionFits(action, pattern))) checkNeverSilent(file, rule, at);
  }
}

function checkNeverSilent(file: YamlFile, rule: RuleInFile, at: YamlPath): void {
  if (rule.suppressible !== false)
    file.report([...at, 'id'], 'hears what is never silent, and MUST say "suppressible: false"');
  if (rule.threshold !== undefined)
    file.report([...at, 'threshold'], 'hears what is never silent, which alarms at the first act');
}

/** Each act that must never be silent has a rule that hears it whole. */
function checkAlwaysHeard(file: YamlFile, rules: readonly RuleInFile[]): void {
  for (const action of NEVER_SILENT) {
    const heard = rules.some(
      ({ match }) =>
        match.actions.some((pattern) => actionFits(action, pattern)) &&
        [match.outcomes, match.codes, match.objectTypes, match.facts, match.offHours].every(
          (narrowing) => narrowing === undefined,
        ),
    );
    if (!heard) file.report(['rules'], `no rule hears every "${action}"`);
  }
}

function checkThreshold(file: YamlFile, { threshold }: RuleInFile, at: YamlPath): void {
  if (threshold === undefined) return;
  const { count, sumOf, atLeast } = threshold;
  const path = [...at, 'threshold'];
  const counts = count !== undefined;
  const sums = sumOf !== undefined && atLeast !== undefined;
  if (counts === sums || (sumOf === undefined) !== (atLeast === undefined))
    file.report(path, 'needs either count, or sumOf with atLeast');
  if (durationMs(threshold.window) > durationMs('7d')) file.report([...path, 'window'], 'is longer than 7d');
}

function checkRecipients(file: YamlFile, rule: RuleInFile, at: YamlPath, known: ReadonlySet<string>): void {
  const check = (to: readonly string[], path: YamlPath): void => {
    for (const [index, id] of to.entries())
      if (!known.has(id)) file.report([...path, index], `channels.yaml has no recipient "${id}"`);
  };
  check(rule.to, [...at, 'to']);
  let previous = 0;
  for (const [index, { after, to }] of (rule.escalation ?? []).entries()) {
    const path = [...at, 'escalation', index];
    check(to, [...path, 'to']);
    if (durationMs(after) <= previous) file.report([...path, 'after'], 'must be later than the step before');
    previous = durationMs(after);
  }
}

function checkTexts(file: YamlFile, rule: RuleInFile, at: YamlPath, dictionary: Dictionary): void {
  for (const part of ['title', 'text'] as const) {
    for (const language of ['en', 'zh'] as const) {
      const path = [...at, 'message', part, language];
      for (const name of placeholdersIn(rule.message[part][language])) {
        const problem = placeholderProblem(name, dictionary);
        if (problem !== null) file.report(path, problem);
      }
    }
  }
}

function placeholderProblem(name: string, dictionary: Dictionary): string | null {
  const placeholder = PLACEHOLDERS.get(name);
  if (placeholder === undefined)
    return `"{${name}}" may not stand in an alarm's text; allowed: ${[...PLACEHOLDERS.keys()].join(', ')}`;
  const classification = dictionary.find(placeholder.term)?.classification;
  if (classification === undefined) return `"{${name}}": the dictionary has no term ${placeholder.term}`;
  return LEAST_CLASSIFIED.has(classification)
    ? null
    : `"{${name}}" shows ${placeholder.term}, which is ${classification}: alarms leave the house`;
}

function toRule(rule: RuleInFile): AlarmRule {
  const { id, name, severity, match, threshold, to, message } = rule;
  const facts: FactCondition[] = Object.entries(match.facts ?? {}).map(([fact, { equals, atLeast }]) => ({
    ...{ fact, equals: equals ?? null, atLeast: atLeast ?? null },
  }));
  return {
    ...{ id, name, severity, to, title: message.title, text: message.text },
    match: {
      actions: match.actions,
      outcomes: match.outcomes ?? [],
      codes: match.codes ?? [],
      objectTypes: match.objectTypes ?? [],
      facts,
      offHours: match.offHours ?? false,
    },
    per: rule.per ?? SUBJECTS[0],
    threshold:
      threshold === undefined
        ? ONE_ACT
        : {
            count: threshold.count ?? threshold.atLeast ?? 1,
            sumOf: threshold.sumOf ?? null,
            windowMs: durationMs(threshold.window),
          },
    foldMs: rule.fold === undefined ? 0 : durationMs(rule.fold),
    suppressible: rule.suppressible ?? true,
    escalation: (rule.escalation ?? []).map((step) => ({ afterMs: durationMs(step.after), to: step.to })),
  };
}
