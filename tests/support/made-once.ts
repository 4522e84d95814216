/** Something costly that the suites of one test run share: the first worker that needs it makes it, the others wait. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;

/** The folder below `run` that `make` filled, by its name. Rejects when whoever made it failed. */
export async function madeOnce(
  run: string,
  make: (folder: string) => Promise<void>,
  name = make.name,
): Promise<string> {
  const folder = path.join(run, name);
  const [done, failed] = [path.join(run, `${name}.done`), path.join(run, `${name}.failed`)];
  if (claim(folder)) {
    try {
      await make(folder);
      writeFileSync(done, '');
    } catch (error) {
      writeFileSync(failed, String(error));
      throw error;
    }
  }
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(`another suite failed to make ${name}`);
    await sleep(POLL_MS);
  }
  return folder;
}

function claim(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
