/** Something costly that the suites of one test run share: the first worker that needs it makes it, the others wait. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;

export interface Shared {
  /** Folder of the test run. */
  readonly run: string;
  readonly name: string;
  make(folder: string): Promise<void>;
}

/** The folder below that of the run that `make` filled. Rejects when whoever made it failed. */
export async function madeOnce(shared: Shared): Promise<string> {
  await makeUnlessBegun(shared);
  while (!isMade(shared)) {
    if (existsSync(markOf(shared, 'failed'))) throw new Error(`another suite failed to make ${shared.name}`);
    await sleep(POLL_MS);
  }
  return folderOf(shared);
}

/** Makes it, unless that was begun; waits for nobody. */
export async function makeUnlessBegun(shared: Shared): Promise<void> {
  const folder = folderOf(shared);
  if (!claim(folder)) return;
  try {
    await shared.make(folder);
    writeFileSync(markOf(shared, 'done'), '');
  } catch (error) {
    writeFileSync(markOf(shared, 'failed'), String(error));
    throw error;
  }
}

export const isMade = (shared: Shared): boolean => existsSync(markOf(shared, 'done'));

const folderOf = ({ run, name }: Shared): string => path.join(run, name);

const markOf = (shared: Shared, mark: 'done' | 'failed'): string => `${folderOf(shared)}.${mark}`;

function claim(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
