/**
 * Feeds the mapping engine with mappings and rows that nobody would write. `--files=3000 --syncs=200 --seed=1`
 * The seed is told, so that what broke can be had again.
 */
import 'reflect-metadata';
import { fuzzMappings } from '../../tests/fuzz/fuzz-run';
import { option, say } from '../lib/report';

async function main(): Promise<void> {
  const number = (name: string, otherwise: number): number => Number(option(name, String(otherwise)));
  const seed = number('seed', Date.now() % 1_000_000);
  const { broken, ...counts } = await fuzzMappings({
    seed,
    files: number('files', 3_000),
    syncs: number('syncs', 200),
  });
  say(`seed ${seed}: ${JSON.stringify(counts)}`);
  for (const one of broken) say(`BROKEN ${one}`);
  say(broken.length === 0 ? 'nothing broke' : `${broken.length} broke`);
  if (broken.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
