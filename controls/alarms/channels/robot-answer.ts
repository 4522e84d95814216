/**
 * Reads the answers of chat robots. All three say 200 for nearly everything and put what happened into the body, so an
 * answer counts as delivered only when the body says so in its vendor's own way.
 */
import { type Attempt, SENT, failed, throttled } from './channel';
import type { PostResult } from './http-post';

export interface RobotCodes {
  /** Field of the body that holds the code; 0 is success. */
  readonly field: 'errcode' | 'code';
  /** Too many messages, and how long the vendor then wants to be left alone. */
  readonly throttled: ReadonlyMap<number, number>;
  /** Sending again cannot help: a wrong key, a wrong signature. */
  readonly permanent: ReadonlySet<number>;
}

const DEFAULT_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** What an HTTP status says by itself; null when the body decides. */
export function attemptOfStatus(answer: PostResult): Attempt | null {
  if ('problem' in answer) return failed(answer.problem);
  const { status, retryAfterMs } = answer;
  if (status === 429)
    return throttled('HTTP_429', Math.min(retryAfterMs ?? DEFAULT_WAIT_MS, LONGEST_WAIT_MS));
  if (status >= 200 && status < 300) return null;
  // a refused redirect and most 4xx stay as they are; a busy server does not
  return failed(`HTTP_${status}`, status < 500 && status !== 408);
}

export function attemptOfRobot(answer: PostResult, codes: RobotCodes): Attempt {
  const byStatus = attemptOfStatus(answer);
  if (byStatus !== null || 'problem' in answer) return byStatus ?? failed('UNREACHABLE');
  const code = codeIn(answer.text, codes.field);
  if (code === null) return failed('NOT_THE_VENDOR'); // a captive portal or proxy answered
  if (code === 0) return SENT;
  const name = `${codes.field.toUpperCase()}_${code}`;
  const wait = codes.throttled.get(code);
  if (wait !== undefined) return throttled(name, wait);
  return failed(name, codes.permanent.has(code));
}

function codeIn(text: string, field: string): number | null {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
    const value = (body as Record<string, unknown>)[field];
    return typeof value === 'number' && Number.isInteger(value) ? value : null;
  } catch {
    return null;
  }
}
