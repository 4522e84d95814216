/**
 * Kills processes before and after each statement of proposing, signing and executing, on each database at hand: every
 * act must have been done once and whole, with one command. `npm run prove -- kill-sign-off --kills=200`.
 */
import 'reflect-metadata';
import { killSignOff, raceApprovals } from '../../tests/sign-off/races';
import { TEST_DIALECTS } from '../../tests/support/databases';
import { option, say } from '../lib/report';

async function main(): Promise<void> {
  const kills = Number(option('kills', '200'));
  for (const dialect of TEST_DIALECTS) {
    const race = await raceApprovals(dialect, 200);
    const once = race.executed === 1 && race.runs === 1 && race.commands === 1 && race.failed.length === 0;
    say(
      `${dialect}: 200 approvals at once: ${race.executed} executed, ${race.refused} refused, ${race.commands} command`,
    );
    const { kills: done, wrong } = await killSignOff(dialect, kills);
    say(
      `${dialect}: ${done} kills; ${wrong.length === 0 ? 'each act done once and whole' : wrong.join('\n')}`,
    );
    if (!once || wrong.length > 0) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
