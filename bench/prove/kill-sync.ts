/** Kills the worker hundreds of times during its first sync and compares the copy with an undisturbed one. */
import 'reflect-metadata';
import { TEST_DIALECTS } from '../../tests/support/databases';
import { compareKilledSync } from '../../tests/support/killed-sync';
import { option, say } from '../lib/report';

async function main(): Promise<void> {
  const kills = Number(option('kills', '100'));
  for (const dialect of TEST_DIALECTS) {
    const how = { kills, withinMs: 400, random: Math.random };
    const { hits, killed, undisturbed } = await compareKilledSync(dialect, how);
    const same = JSON.stringify(killed) === JSON.stringify(undisturbed);
    say(`${dialect}: ${kills} kills, ${hits} during a sync; the copy is ${same ? 'the same' : 'DIFFERENT'}`);
    if (!same) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
