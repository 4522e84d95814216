/**
 * Why rows are rejected. A sync stops at the first field that has no value; whoever mends a mapping wants to know of all
 * of them, so that a rejected row is looked at field by field, and each reason is told with its rows and one of them.
 */
import { Failure, show } from '../../transforms/transform';
import type { CompiledStream } from '../../mapping/compile-stream';
import type { TracedField } from '../../mapping/row-tracer';
import { examples, pathOf, percent, type CheckFinding, type Report } from './finding';
import type { CheckedRow } from './row-checks';

interface Problem {
  readonly field: string;
  readonly code: string;
  /** The message without the value that it is about. */
  readonly reason: string;
  readonly value: string | null;
}

interface Reason extends Omit<Problem, 'value'> {
  readonly values: Set<string>;
  /** One row that fails for it. */
  readonly row: string;
  count: number;
  /** Rows that were rejected at another field before this one. */
  behind: number;
}

/** Rejected rows beyond this share are an error; fewer are a warning. */
const MOST_REJECTED = 0.01;
/** Reasons of one field that are told one by one. */
const MOST_REASONS = 12;
/** Values that are kept of a reason, to show a few and count the others. */
const MOST_VALUES = 1000;

export function checkRejects(
  stream: CompiledStream,
  rows: readonly CheckedRow[],
  report: Report,
): CheckFinding[] {
  const fields = new Map<string, Map<string, Reason>>();
  rows.forEach((row, index) => {
    for (const problem of problemsOf(stream, row)) note(fields, problem, row, index);
  });
  return [...fields.values()].flatMap((reasons) => {
    const sorted = [...reasons.values()].sort((a, b) => b.count - a.count);
    const total = sorted.reduce((sum, { count }) => sum + count, 0);
    const severity = total / rows.length > MOST_REJECTED ? 'error' : 'warning';
    const told = sorted.slice(0, MOST_REASONS).map((one) => {
      const message = `${shareOf(one.count, rows.length)} rejected as ${one.code}: ${reasonText(one)}`;
      return report(severity, codeOf(one), pathOf(stream, one.field), message, { count: one.count });
    });
    return [...told, ...others(stream, sorted.slice(MOST_REASONS), report, severity)];
  });
}

/** Every field of a rejected row that has no value; the one that rejects it comes first. */
function problemsOf(stream: CompiledStream, { raw, mapped }: CheckedRow): Problem[] {
  if (mapped.kind !== 'reject') return [];
  const traced = stream.trace(raw).fields.flatMap((field) => problemOf(field) ?? []);
  const { code, field, message } = mapped;
  const first = traced.find((one) => one.field === field) ?? { code, field, reason: message, value: null };
  return [first, ...traced.filter((one) => one.field !== field)];
}

function problemOf({ name, raw, steps, result }: TracedField): Problem | null {
  if (!(result instanceof Failure)) return null;
  const { code, message } = result;
  // an unknown code is a reason of its own: each has to be entered in the table
  if (code === 'UNKNOWN_CODE') return { field: name, code, reason: message, value: null };
  const seen = [raw, ...steps.map((step) => (step.result instanceof Failure ? null : show(step.result)))];
  const [value] = seen
    .filter((text) => text !== null && text !== '')
    .filter(
      (text): text is string => message.endsWith(` ${text ?? ''}`) || message.startsWith(`${text ?? ''} `),
    )
    .sort((a, b) => b.length - a.length);
  return {
    field: name,
    code,
    reason: value === undefined ? message : without(message, value),
    value: value ?? null,
  };
}

const without = (message: string, value: string): string =>
  message.endsWith(` ${value}`)
    ? message.slice(0, -value.length - 1).replace(/[:,]$/u, '')
    : message.slice(value.length + 1);

function note(
  fields: Map<string, Map<string, Reason>>,
  { field, code, reason, value }: Problem,
  { mapped }: CheckedRow,
  index: number,
): void {
  const reasons = fields.get(`${field} ${code}`) ?? new Map<string, Reason>();
  fields.set(`${field} ${code}`, reasons);
  const row = mapped.key === null ? `number ${index + 1} of those read` : JSON.stringify(mapped.key);
  const known = reasons.get(reason) ?? { field, code, reason, row, values: new Set(), count: 0, behind: 0 };
  reasons.set(reason, known);
  known.count += 1;
  if (mapped.kind === 'reject' && mapped.field !== field) known.behind += 1;
  if (value !== null && known.values.size < MOST_VALUES) known.values.add(value);
}

const codeOf = ({ code }: Reason) => (code === 'UNKNOWN_CODE' || code === 'BAD_DATE' ? code : 'REJECTS');

const shareOf = (count: number, all: number) => `${count} of ${all} rows (${percent(count, all)}) are`;

function reasonText({ reason, values, row, behind }: Reason): string {
  const shown = values.size === 0 ? '' : `: ${examples(values, 3)}`;
  const earlier = behind === 0 ? '' : `; ${behind} of them at another field already`;
  return `${reason}${shown}; row ${row}${earlier}`;
}

function others(
  stream: CompiledStream,
  rest: readonly Reason[],
  report: Report,
  severity: CheckFinding['severity'],
): CheckFinding[] {
  const [first] = rest;
  if (first === undefined) return [];
  const count = rest.reduce((sum, one) => sum + one.count, 0);
  const message = `${count} more rows are rejected as ${first.code} for ${rest.length} other reasons: ${reasonText(first)}`;
  return [report(severity, codeOf(first), pathOf(stream, first.field), message, { count })];
}
