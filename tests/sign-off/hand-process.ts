/**
 * A process of its own that works on sign-offs in another's database: it is told over IPC what to do, and can be made
 * to die by SIGKILL at the n-th statement of its next write. Started by `other-hand.ts` alone.
 */
import 'reflect-metadata';
import type { EntityManager, QueryRunner } from 'typeorm';
import { systemClock } from '../../platform/clock';
import { Database } from '../../platform/database/database';
import { SIGN_OFF_TABLES, SignOffWorld, signOffConfig, type Hand } from './sign-off-world';

export type Order =
  | { readonly do: 'propose'; readonly hand: Hand; readonly counter: string; readonly value: number }
  | { readonly do: 'sign'; readonly hand: Hand; readonly id: string; readonly ticket: string }
  | { readonly do: 'race'; readonly id: string; readonly tries: readonly { hand: Hand; ticket: string }[] }
  /** Dies when that many statements of writes were sent: before the next one, or after it. */
  | { readonly do: 'die'; readonly statements: number; readonly when: 'before' | 'after' };

export type Told = { readonly ready: true } | { readonly did: unknown };

/** The database, with each statement of its writes counted. */
class Mortal {
  #left = Number.POSITIVE_INFINITY;
  #when: 'before' | 'after' = 'before';
  sent = 0;

  dieAt(statements: number, when: 'before' | 'after'): void {
    this.#left = statements;
    this.#when = when;
  }

  wrap(database: Database): Database {
    const write = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
      database.write((manager) => {
        if (manager.queryRunner) this.#count(manager.queryRunner);
        return work(manager);
      });
    return new Proxy(database, {
      get: (target, key) => {
        if (key === 'write') return write;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Every statement goes through the runner, those that end the transaction too. */
  #count(runner: QueryRunner & { counted?: boolean }): void {
    if (runner.counted === true) return;
    runner.counted = true;
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
    runner.query = (async (...args: unknown[]) => {
      this.sent += 1;
      this.#left -= 1;
      if (this.#left <= 0 && this.#when === 'before') process.kill(process.pid, 'SIGKILL');
      const result = await query(...args);
      if (this.#left <= 0) process.kill(process.pid, 'SIGKILL');
      return result;
    }) as never;
  }
}

async function main(): Promise<void> {
  const [url = '', dataDir = ''] = process.argv.slice(2);
  const mortal = new Mortal();
  const database = mortal.wrap(await Database.open({ url, ...SIGN_OFF_TABLES, migrate: false }));
  const world = new SignOffWorld({ database, config: signOffConfig(dataDir), clock: systemClock });
  const obey = async (order: Order): Promise<unknown> => {
    switch (order.do) {
      case 'die':
        mortal.dieAt(order.statements, order.when);
        return mortal.sent;
      case 'propose':
        return await world.proposed(order.hand, order.counter, order.value);
      case 'sign':
        return await world.sign(order.hand, order.id, { ticket: order.ticket });
      case 'race':
        return await Promise.all(
          order.tries.map(({ hand, ticket }) =>
            world.sign(hand, order.id, { ticket }).catch((error: unknown) => String(error)),
          ),
        );
    }
  };
  process.on('message', (order: Order) => {
    const sent = mortal.sent;
    void obey(order).then((did) => process.send?.({ did, statements: mortal.sent - sent }));
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
