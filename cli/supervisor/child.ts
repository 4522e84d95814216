/** One child process: started, watched, restarted with growing pauses when it crashes, stopped with its parent. */
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ChildSpec {
  readonly name: string;
  /** Compiled script. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Options of node itself. */
  readonly nodeOptions?: readonly string[];
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The child prints `ready …` on standard output once it serves; without it, it counts as ready when it runs. */
  readonly saysReady: boolean;
  readonly onMessage?: (message: unknown) => void;
  /** Told of crashes and restarts, in a sentence. */
  readonly say: (sentence: string) => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A child that lived so long starts anew with short pauses. */
const STEADY_MS = 60_000;
const STOP_GRACE_MS = 20_000;

export class Child {
  #process: ChildProcess | null = null;
  #stopping = false;
  #pauseMs = FIRST_PAUSE_MS;
  #restart: NodeJS.Timeout | null = null;

  constructor(private readonly spec: ChildSpec) {}

  /** Resolves when the child is ready; rejects when it ends before it ever was. */
  async start(): Promise<void> {
    const { name } = this.spec;
    await this.#run((code) => new Error(`${name} could not start (it ended with ${code})`));
  }

  /** Asks it to end, and makes it after a grace. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const running = this.#process;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGTERM');
    const force = setTimeout(() => running.kill('SIGKILL'), STOP_GRACE_MS);
    await ended;
    clearTimeout(force);
  }

  async #run(failure: (code: string) => Error): Promise<void> {
    const { script, args, nodeOptions, env, saysReady, onMessage } = this.spec;
    const startedAt = performance.now();
    const child = fork(script, [...(args ?? [])], {
      env: { ...process.env, ...env },
      execArgv: [...(nodeOptions ?? [])],
      stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
      // a group of its own: Ctrl-C reaches us alone, and we stop everything in order
      detached: process.platform !== 'win32',
    });
    this.#process = child;
    if (onMessage) child.on('message', onMessage);
    await new Promise<void>((resolve, reject) => {
      const state = { ready: false };
      const becomeReady = (): void => {
        state.ready = true;
        resolve();
      };
      if (child.stdout !== null) {
        createInterface({ input: child.stdout }).on('line', (line) => {
          if (line.startsWith('ready ')) becomeReady();
        });
      }
      child.once('spawn', () => {
        if (!saysReady) becomeReady();
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        const how = signal ?? `code ${code ?? 'unknown'}`;
        if (state.ready) this.#ended(how, performance.now() - startedAt);
        else reject(failure(how));
      });
    });
  }

  #ended(how: string, livedMs: number): void {
    if (this.#stopping) return;
    if (livedMs > STEADY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, pause * 2);
    this.spec.say(`${this.spec.name} ended with ${how}; starting it again in ${pause / 1000} s`);
    this.#restart = setTimeout(() => {
      this.#run((code) => new Error(code)).catch((error: unknown) => {
        this.#ended(error instanceof Error ? error.message : String(error), 0);
      });
    }, pause);
  }
}
