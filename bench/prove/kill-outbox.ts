/**
 * Kills the worker at every step of a command to a legacy system, on each database at hand: the command must have one
 * effect, and its outcome must be found out. `npm run prove -- kill-outbox --kills=100` (for each database).
 */
import 'reflect-metadata';
import { DEATHS, OutboxKills } from '../../tests/commands/outbox-kills';
import { TEST_DIALECTS } from '../../tests/support/databases';
import { option, say } from '../lib/report';

/** Times within sending at which the worker dies; the others die at once. */
const SPREAD_MS = 60;

async function main(): Promise<void> {
  const kills = Number(option('kills', '100'));
  for (const dialect of TEST_DIALECTS) {
    const world = await OutboxKills.open(dialect);
    let wrong = 0;
    try {
      for (let i = 0; i < kills; i += 1) {
        const [step, afterMs] = DEATHS[i % DEATHS.length] ?? ['while sending', 0];
        const after = afterMs === 0 ? 0 : Math.floor((i * 7) % SPREAD_MS);
        const found = await world.kill([step, after]);
        if (Object.keys(found).length === 0) continue;
        wrong += 1;
        say(`${dialect}, kill ${i + 1}, ${step} (${after} ms): ${JSON.stringify(found)}`);
      }
    } finally {
      await world.close();
    }
    say(`${dialect}: ${kills} kills; ${wrong === 0 ? 'each command had one effect' : `${wrong} went wrong`}`);
    if (wrong > 0) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
