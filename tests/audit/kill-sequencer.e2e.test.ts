/** A sequencer that is killed at any moment loses no committed entry and leaves nothing half-done. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TEST_DIALECTS } from '../support/databases';
import { RUN_TYPESCRIPT } from '../support/run-typescript';
import { type TrailOnDisk, trailOnDisk } from './trail-on-disk';

const KILLS = Number(process.env['AUDIT_KILLS'] ?? 6);
const CHILD = path.join(__dirname, 'sequencing-child.ts');
jest.setTimeout(60_000 + KILLS * 20_000);

describe.each(TEST_DIALECTS)('a sequencer killed with SIGKILL on %s', (dialect) => {
  let trail: TrailOnDisk;
  beforeEach(async () => {
    trail = await trailOnDisk(dialect);
  });
  afterEach(() => trail.close());

  /** Runs the child until it has committed some entries, then kills it; gives what it told. */
  async function killedAfter(entries: number): Promise<string[]> {
    const child = spawn(process.execPath, [...RUN_TYPESCRIPT, CHILD, trail.url, trail.config.dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: path.join(__dirname, '../..'),
    });
    const told: string[] = [];
    const closed = once(child, 'close');
    for await (const line of createInterface({ input: child.stdout })) {
      told.push(line);
      if (told.length === entries) child.kill('SIGKILL');
    }
    await closed;
    // the last line may have been cut in two by the end of the pipe
    return told.filter((line) => line.length === 36);
  }

  test(`loses nothing and doubles nothing, ${KILLS} times over`, async () => {
    const committed: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      committed.push(...(await killedAfter(5 + ((kill * 37) % 90))));
      expect(await trail.verify()).toEqual([]);
    }
    await trail.sequencer.drain();
    const rows = await trail.database.reader.query<{ entry_id: string }[]>('SELECT entry_id FROM audit_log');
    const placed = new Set(rows.map((row) => row.entry_id));
    expect(placed.size).toBe(rows.length);
    expect(committed.filter((id) => !placed.has(id))).toEqual([]);
    expect(await trail.verify()).toEqual([]);
  });
});
