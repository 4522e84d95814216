/**
 * JSONata in a thread of its own. A mapping's chain is synchronous and an expression may never end, so the caller
 * waits on shared memory for a bounded time, and a thread that does not answer, or that runs out of its memory, is ended.
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { RawValue } from '../contract';

/** Memory that all expressions of a process share; a JSONata value never leaves it but as JSON. */
const HEAP_MB = 64;
/** Longest that a new thread may take to load the library. */
const START_MS = 5_000;
/** An expression that did not end this often is not tried again: a thread a row would stop the sync. */
const MOST_TIMEOUTS = 5;
/** Longest JSON that an expression may give. */
const MOST_RESULT = 64 * 1024;

/**
 * Text of the thread: plain JavaScript, since it is compiled by nobody. What an expression could not give again for
 * the same row (the time, chance) or could reach beyond it (evaluating text) is taken away.
 */
const THREAD = `
const { workerData: { path, port, flag } } = require('node:worker_threads');
const jsonata = require(path);
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
port.on('message', async ({ text, value, variables }) => {
  let answer;
  try {
    const result = await compiled(text).evaluate(value, variables);
    const json = result === undefined ? 'null' : JSON.stringify(result);
    answer = json === undefined ? { error: 'the result is no value' } : json.length > ${MOST_RESULT} ? { error: 'the result is too large' } : { json };
  } catch (error) {
    answer = { error: String(error && error.message || error) };
  }
  port.postMessage(answer);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
Atomics.store(flag, 0, 1);
Atomics.notify(flag, 0);
`;

export type Evaluated = { readonly value: RawValue } | { readonly error: string };

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly flag: Int32Array;
}

/** Evaluates expressions one at a time; `close` ends the thread. */
export class JsonataRunner {
  #thread: Thread | null = null;
  readonly #timeouts = new Map<string, number>();

  /** The expression's value of `value`, or why there is none. Never throws; blocks for `timeoutMs` at most. */
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
    if (thread === null) return { error: 'the thread for expressions did not start' };
    Atomics.store(thread.flag, 0, 0);
    thread.port.postMessage({ text, value, variables });
    Atomics.wait(thread.flag, 0, 0, timeoutMs);
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
    thread?.port.close();
    void thread?.worker.terminate();
  }

  #start(): Thread | null {
    if (this.#thread !== null) return this.#thread;
    const { port1, port2 } = new MessageChannel();
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(THREAD, {
      eval: true,
      workerData: { path: require.resolve('jsonata'), port: port2, flag },
      transferList: [port2],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 },
    });
    // running out of memory is told by an event; the answer that never came has said so already
    worker.on('error', () => undefined);
    worker.unref();
    port1.unref();
    this.#thread = { worker, port: port1, flag };
    if (Atomics.wait(flag, 0, 0, START_MS) !== 'timed-out') return this.#thread;
    this.close();
    return null;
  }
}
