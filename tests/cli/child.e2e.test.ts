/** Children are watched: restarted when they crash, stopped when told to, gone when their parent is. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Child } from '../../cli/supervisor/child';
import { findFreePorts } from '../../cli/supervisor/free-ports';

const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-child-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeChild(mode: string): {
  child: Child;
  said: string[];
  messages: unknown[];
  pids: () => number[];
} {
  const file = path.join(folder, `${mode}-${Math.random()}`);
  const said: string[] = [];
  const messages: unknown[] = [];
  const child = new Child({
    name: 'fixture',
    script: path.join(__dirname, 'child-fixture.js'),
    args: [mode, file],
    saysReady: true,
    say: (sentence) => said.push(sentence),
    onMessage: (message) => messages.push(message),
  });
  const pids = (): number[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => /^\d+$/.test(line))
      .map(Number);
  return { child, said, messages, pids };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('a child is ready when it says so, and stops when told to', async () => {
  const { child, pids, messages } = makeChild('live');
  await child.start();
  await until(() => messages.length > 0);
  const [pid = 0] = pids();
  expect(isAlive(pid)).toBe(true);
  await child.stop();
  expect(isAlive(pid)).toBe(false);
});

test('a child that crashes is started again, and that is said', async () => {
  const { child, pids, said } = makeChild('live');
  await child.start();
  process.kill(pids()[0] ?? 0, 'SIGKILL');
  await until(() => pids().length === 2);
  expect(said).toEqual(['fixture ended with SIGKILL; starting it again in 0.5 s']);
  await child.stop();
  expect(pids().some(isAlive)).toBe(false);
});

test('a child that never becomes ready fails the start', async () => {
  await expect(makeChild('fail').child.start()).rejects.toThrow(
    'fixture could not start (it ended with code 3)',
  );
});

test('a child that was stopped while it waited to restart stays away', async () => {
  const { child, pids } = makeChild('live');
  await child.start();
  process.kill(pids()[0] ?? 0, 'SIGKILL');
  await until(() => !isAlive(pids()[0] ?? 0));
  await child.stop();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(pids()).toHaveLength(1);
});

test('free ports are different ones', async () => {
  const ports = await findFreePorts(5);
  expect(new Set(ports).size).toBe(5);
});
