/**
 * JSONata in a process of its own. A mapping's chain is synchronous and an expression may never end, so the caller waits on
 * shared memory for a bounded time, and a process that does not answer, or that runs out of its memory, is killed. A
 * thread would not do: V8 ends the whole process when a thread outgrows its heap while it is being ended. One thread
 * is there all the same, to hear the process while the caller waits.
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { RawValue } from '../contract';

/** Memory that all expressions of a process share; a JSONata value never leaves it but as JSON. */
const HEAP_MB = 64;
/** Longest that a new process may take to load the library. */
const START_MS = 10_000;
/** What it may take beside the expression's own time to hand over the value and the answer. */
const HANDOVER_MS = 50;
/** An expression that did not end this often is not tried again: a process a row would stop the sync. */
const MOST_TIMEOUTS = 5;
/** Longest JSON that an expression may give. */
const MOST_RESULT = 64 * 1024;

/** Ends the process when its parent is gone, also while an expression never ends. */
const WATCHDOG = `
const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);
`;

/**
 * Text of the process: plain JavaScript, since it is compiled by nobody. What an expression could not give again for
 * the same row (the time, chance) or could reach beyond it (evaluating text) is taken away.
 */
const PROCESS = `
const { Worker } = require('node:worker_threads');
const jsonata = require(process.argv[1]);
new Worker(${JSON.stringify(WATCHDOG)}, { eval: true }).unref();
const known = new Map();
const refuse = (name) => () => { throw new Error('$' + name + ' is not given to a mapping'); };
const compiled = (text) => {
  let expression = known.get(text);
  if (expression === undefined) {
    expression = jsonata(text);
    for (const name of ['now', 'millis', 'random', 'shuffle', 'eval']) expression.registerFunction(name, refuse(name));
    if (known.size > 500) known.clear();
    known.set(text, expression);
  }
  return expression;
};
process.on('disconnect', () => process.exit());
process.on('message', async ({ text, value, variables }) => {
  let answer;
  try {
    const result = await compiled(text).evaluate(value, variables);
    const json = result === undefined ? 'null' : JSON.stringify(result);
    answer = json === undefined ? { error: 'the result is no value' } : json.length > ${MOST_RESULT} ? { error: 'the result is too large' } : { json };
  } catch (error) {
    answer = { error: String(error && error.message || error) };
  }
  process.send(answer);
});
process.send({ ready: true });
`;

/** Text of the thread: hands questions to the process and answers back, and wakes the caller, also when it died. */
const THREAD = `
const { spawn } = require('node:child_process');
const { workerData: { library, program, port, flag } } = require('node:worker_threads');
const wake = () => { Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); };
const child = spawn(process.execPath, ['--max-old-space-size=${HEAP_MB}', '-e', program, library], {
  stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: {},
});
Atomics.store(flag, 1, child.pid || 0);
child.on('message', (answer) => {
  if (!answer.ready) port.postMessage(answer);
  wake();
});
const gone = () => { Atomics.store(flag, 1, 0); wake(); };
child.on('exit', gone);
child.on('error', gone);
port.on('message', (question) => child.send(question, () => undefined));
`;

export type Evaluated = { readonly value: RawValue } | { readonly error: string };

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  /** Whether there is something to hear, and the id of the process (0: there is none). */
  readonly flag: Int32Array;
}

/** Evaluates expressions one at a time; `close` ends the process. */
export class JsonataRunner {
  #thread: Thread | null = null;
  readonly #timeouts = new Map<string, number>();

  /** The expression's value of `value`, or why there is none. Never throws; blocks for `timeoutMs` and the handing over at most. */
  evaluate(
    text: string,
    value: RawValue,
    variables: Readonly<Record<string, RawValue>>,
    timeoutMs: number,
  ): Evaluated {
    const timeouts = this.#timeouts.get(text) ?? 0;
    if (timeouts >= MOST_TIMEOUTS) {
      return {
        error: `did not end within its time ${MOST_TIMEOUTS} times, and is not tried again until a restart`,
      };
    }
    const thread = this.#start();
    if (thread === null) return { error: 'the process for expressions did not start' };
    Atomics.store(thread.flag, 0, 0);
    thread.port.postMessage({ text, value, variables });
    Atomics.wait(thread.flag, 0, 0, timeoutMs + HANDOVER_MS);
    const answer = receiveMessageOnPort(thread.port)?.message as
      { json?: string; error?: string } | undefined;
    if (answer === undefined) {
      this.#timeouts.set(text, timeouts + 1);
      this.close();
      return { error: `did not end within ${timeoutMs} ms or its memory` };
    }
    if (answer.json === undefined) return { error: answer.error ?? 'no result' };
    return { value: JSON.parse(answer.json) as RawValue };
  }

  close(): void {
    const thread = this.#thread;
    this.#thread = null;
    if (thread === null) return;
    kill(Atomics.load(thread.flag, 1));
    thread.port.close();
    void thread.worker.terminate();
  }

  #start(): Thread | null {
    if (this.#thread !== null) return this.#thread;
    const { port1, port2 } = new MessageChannel();
    const flag = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(THREAD, {
      eval: true,
      workerData: { library: require.resolve('jsonata'), program: PROCESS, port: port2, flag },
      transferList: [port2],
      env: {},
    });
    // the answer that never comes says so already
    worker.on('error', () => undefined);
    worker.unref();
    port1.unref();
    this.#thread = { worker, port: port1, flag };
    const isHeard = Atomics.wait(flag, 0, 0, START_MS) !== 'timed-out';
    if (isHeard && Atomics.load(flag, 1) !== 0) return this.#thread;
    this.close();
    return null;
  }
}

/** A process that ended in the meantime is none. */
function kill(id: number): void {
  if (id === 0) return;
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // it went by itself
  }
}
