// Faults on request: what tests ask a system to do wrong, and for how long.
import { HttpError, isRecord, textOf } from './http';

const REQUEST_MODES = [
  'slow',
  'hang',
  '429',
  '500',
  'halfPage',
  'wrongContentType',
  'reset',
  'down',
] as const;
const COMMAND_MODES = ['refuse', 'hang', 'lieOk', 'lieFail'] as const;
const SQL_MODES = ['hang', 'nonsense', 'down'] as const;

export type Target = 'requests' | 'commands' | 'sql';

export interface Fault {
  readonly id: number;
  readonly target: Target;
  readonly mode: string;
  readonly delayMs: number | null;
  readonly pathPattern: string | null;
  /** How many more times; null = until cleared. */
  times: number | null;
  readonly options: Readonly<Record<string, unknown>>;
}

const MODES: Record<Target, readonly string[]> = {
  requests: REQUEST_MODES,
  commands: COMMAND_MODES,
  sql: SQL_MODES,
};

const isTarget = (value: string): value is Target => value in MODES;

export class Faults {
  private list: Fault[] = [];
  private waiting: (() => void)[] = [];
  private lastId = 0;

  /** Thrown as HTTP 400 when target or mode is not one of ours. */
  add(body: Record<string, unknown>): Fault {
    const target = textOf(body['target']) ?? 'requests';
    const mode = textOf(body['mode']) ?? '';
    if (!isTarget(target) || !MODES[target].includes(mode)) {
      throw new HttpError(400, { error: `no mode ${mode} for target ${target}`, modes: MODES });
    }
    const pathPattern = textOf(body['pathPattern']) ?? null;
    const fault: Fault = {
      id: (this.lastId += 1),
      target,
      mode,
      delayMs: typeof body['delayMs'] === 'number' ? body['delayMs'] : null,
      pathPattern,
      times: typeof body['times'] === 'number' ? body['times'] : null,
      options: isRecord(body) ? body : {},
    };
    if (pathPattern !== null) new RegExp(pathPattern);
    this.list.push(fault);
    return fault;
  }

  all(): readonly Fault[] {
    return this.list;
  }

  /** The first fault that matches; it is used up by one. */
  take(target: Target, path: string): Fault | null {
    const fault = this.list.find(
      (candidate) =>
        candidate.target === target &&
        (candidate.pathPattern === null || new RegExp(candidate.pathPattern).test(path)),
    );
    if (!fault) return null;
    if (fault.times !== null) {
      fault.times -= 1;
      if (fault.times <= 0) this.list = this.list.filter((other) => other !== fault);
    }
    return fault;
  }

  /** Resolves when the faults are cleared, or after `delayMs`. */
  wait(delayMs: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = delayMs === null ? null : setTimeout(resolve, delayMs);
      this.waiting.push(() => {
        if (timer) clearTimeout(timer);
        resolve();
      });
    });
  }

  clear(): void {
    this.list = [];
    for (const wake of this.waiting.splice(0)) wake();
  }
}
