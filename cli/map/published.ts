/** What the commands that publish mappings ask of a running gateway. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AskOptions, askGateway } from '../access/ask-gateway';

export interface Staged {
  readonly draft: string | null;
  readonly system: string | null;
  readonly baseNumber: number | null;
  readonly changes: readonly {
    readonly kind: 'ADDED' | 'REMOVED' | 'CHANGED';
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly problems: readonly string[];
  /** Questions that it leaves open, with line; it is not published with them. */
  readonly questions: readonly string[];
  readonly refusals: readonly { readonly code: string; readonly message: string }[];
}

export interface Impact {
  readonly state: 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED';
  readonly rowsTotal: number;
  readonly rowsDone: number;
  readonly rowsSame: number | null;
  readonly rowsChanged: number | null;
  readonly rowsRejected: number | null;
  readonly rowsWaiting: number | null;
  readonly rowsAccepted: number | null;
  readonly readAnew: readonly string[] | null;
  readonly changes: number | null;
  readonly regulatedChanges: number | null;
  readonly regulated: boolean | null;
  readonly fields:
    readonly { readonly field: string; readonly changes: number; readonly regulated: boolean }[] | null;
  readonly values:
    | readonly {
        readonly kind: string;
        readonly key: string;
        readonly field: string | null;
        readonly recordType: string;
        readonly before: string | null;
        readonly after: string | null;
        readonly regulated: boolean;
      }[]
    | null;
  readonly error: string | null;
}

interface Published {
  readonly mapping: { readonly number: number } | null;
  readonly signOff: { readonly id: string } | null;
  readonly refusals: readonly { readonly code: string; readonly message: string }[];
}

export const DEFAULT_USER = 'integration-engineer';
const POLL_MS = 1_000;
/** A worker takes an assessment up within seconds. */
const LONG_WAIT = 60;

const STAGED = `draft system baseNumber changes { kind path before after } problems questions refusals { code message }`;
const STAGE = `mutation StageMapping($text: String!) { result: stageMapping(text: $text) { ${STAGED} } }`;
const ROLL_BACK = `mutation RollbackMapping($system: String!, $number: Int!) {
  result: rollbackMapping(system: $system, number: $number) { ${STAGED} }
}`;
const IMPACT = `query MappingImpact($draft: ID!) { impact: mappingImpact(draft: $draft) {
  state rowsTotal rowsDone rowsSame rowsChanged rowsRejected rowsWaiting rowsAccepted readAnew
  changes regulatedChanges regulated fields { field changes regulated } error
  values(first: 20) { kind key field recordType before after regulated }
} }`;
const RESULT = 'mapping { number } signOff { id } refusals { code message }';
const PUBLISH = `mutation PublishMapping($draft: ID!, $reason: String!) {
  result: publishUnregulatedMapping(draft: $draft, reason: $reason) { ${RESULT} }
}`;
const PROPOSE = `mutation ProposeMapping($draft: ID!, $reason: String!) {
  result: publishMapping(draft: $draft, reason: $reason) { ${RESULT} }
}`;

export class MappingCalls {
  constructor(
    private readonly root: string,
    private readonly options: AskOptions,
  ) {}

  /** Hands a file in; what is wrong with it is told by the name that the caller knows it by. */
  async stage(file: string): Promise<Staged> {
    const staged = await this.#ask<Staged>(STAGE, { text: await readFile(file, 'utf8') });
    const name = path.relative(process.cwd(), file).split(path.sep).join('/');
    const named = (texts: readonly string[]) =>
      texts.map((text) => text.replace(/^mapping\.yaml(?=:)/u, name));
    return { ...staged, problems: named(staged.problems), questions: named(staged.questions) };
  }

  rollBack(system: string, number: number): Promise<Staged> {
    return this.#ask<Staged>(ROLL_BACK, { system, number });
  }

  /** Waits until the worker has looked at every row. */
  async impact(draft: string, onProgress: (done: number, total: number) => void): Promise<Impact> {
    for (let asked = 1; ; asked += 1) {
      if (asked === LONG_WAIT) console.error('nothing is assessed yet: does a worker run?');
      const { impact } = await askGateway<{ impact: Impact | null }>(this.root, this.options, DEFAULT_USER, {
        query: IMPACT,
        variables: { draft },
      });
      if (impact !== null && (impact.state === 'DONE' || impact.state === 'FAILED')) return impact;
      if (impact !== null) onProgress(impact.rowsDone, impact.rowsTotal);
      if (impact?.state === 'RUNNING') asked = LONG_WAIT;
      await sleep(POLL_MS);
    }
  }

  publish(draft: string, reason: string, regulated: boolean): Promise<Published> {
    return this.#ask<Published>(regulated ? PROPOSE : PUBLISH, { draft, reason });
  }

  async #ask<T>(query: string, variables: object): Promise<T> {
    const { result } = await askGateway<{ result: T }>(this.root, this.options, DEFAULT_USER, {
      query,
      variables,
    });
    return result;
  }
}

/** Shows what differs and what it would change; the draft and its impact, or null when it cannot be published. */
export async function showImpact(
  calls: MappingCalls,
  staged: Staged,
): Promise<{ readonly draft: string; readonly impact: Impact } | null> {
  for (const problem of staged.problems) console.error(problem);
  for (const question of staged.questions) console.error(question);
  for (const { code, message } of staged.refusals) console.error(`${code}: ${message}`);
  if (staged.draft === null) return null;
  console.log(`Compared with version ${staged.baseNumber ?? 0} of ${staged.system ?? ''}:`);
  for (const { kind, path, before, after } of staged.changes)
    console.log(`  ${kind.toLowerCase().padEnd(8)} ${path}: ${before ?? '–'} → ${after ?? '–'}`);
  const impact = await calls.impact(staged.draft, (done, total) => {
    if (process.stderr.isTTY) process.stderr.write(`\rassessing ${done} of ${total} rows`);
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  if (impact.state === 'FAILED') {
    console.error(impact.error ?? 'the assessment failed');
    return null;
  }
  showCounts(impact);
  return { draft: staged.draft, impact };
}

function showCounts(impact: Impact): void {
  console.log(
    `${impact.rowsTotal} rows: ${impact.rowsSame ?? 0} same, ${impact.rowsChanged ?? 0} changed, ` +
      `${impact.rowsRejected ?? 0} rejected, ${impact.rowsWaiting ?? 0} known only when the source is read; ` +
      `${impact.rowsAccepted ?? 0} rejected rows would be records.`,
  );
  for (const stream of impact.readAnew ?? []) console.log(`  ${stream} is read anew`);
  for (const { field, changes, regulated } of impact.fields ?? [])
    console.log(`  ${regulated ? 'regulated' : '         '} ${field}: ${changes}`);
  for (const { kind, recordType, field, key, before, after, regulated } of impact.values ?? [])
    console.log(
      `    ${regulated ? '!' : ' '} ${kind} ${recordType}${field === null ? '' : `.${field}`} of ${key}: ${before ?? '–'} → ${after ?? '–'}`,
    );
  console.log(
    impact.regulated === true
      ? 'Regulated values change or cannot be told: two people must sign.'
      : 'No regulated value changes: one person may publish it.',
  );
}

/** Publishes, or proposes it where two people must sign. Resolves to the exit code. */
export async function publishDraft(calls: MappingCalls, staged: Staged, reason: string): Promise<number> {
  const shown = await showImpact(calls, staged);
  if (shown === null) return 1;
  const { mapping, signOff, refusals } = await calls.publish(
    shown.draft,
    reason,
    shown.impact.regulated === true,
  );
  for (const { code, message } of refusals) console.error(`${code}: ${message}`);
  if (refusals.length > 0) return 1;
  console.log(
    signOff === null
      ? `Published version ${mapping?.number ?? ''} of ${staged.system ?? ''}.`
      : `Two people must sign, each with: lotgraph sign ${signOff.id}`,
  );
  return 0;
}
