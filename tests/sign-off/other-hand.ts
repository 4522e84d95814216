/** Starts and orders processes that work on sign-offs beside this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { RUN_TYPESCRIPT } from '../support/run-typescript';
import type { Order } from './hand-process';

const ROOT = path.resolve(__dirname, '../..');

export interface Done<T> {
  readonly did: T;
  /** Statements of writes that the order took. */
  readonly statements: number;
}

export class OtherHand {
  private constructor(private readonly child: ChildProcess) {}

  static async start(databaseUrl: string, dataDir: string): Promise<OtherHand> {
    const script = path.join(__dirname, 'hand-process.ts');
    const child = spawn(process.execPath, [...RUN_TYPESCRIPT, script, databaseUrl, dataDir], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const hand = new OtherHand(child);
    await hand.#message();
    return hand;
  }

  /** What came of an order; null when the process died of it. */
  async order<T>(order: Order): Promise<Done<T> | null> {
    const answer = this.#message();
    this.child.send(order);
    return (await answer) as Done<T> | null;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  #message(): Promise<unknown> {
    return new Promise((resolve) => {
      const settle = (value: unknown): void => {
        this.child.off('message', settle);
        this.child.off('exit', died);
        resolve(value);
      };
      const died = (): void => settle(null);
      this.child.once('message', settle);
      this.child.once('exit', died);
    });
  }
}
