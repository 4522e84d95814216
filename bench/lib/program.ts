/** TypeScript programs of the project as processes of their own, each on a core of its own where that can be had. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(__dirname, '../..');
const TICKS_PER_SECOND = 100;
const STOP_WITHIN_MS = 5000;

export interface Program {
  readonly child: ChildProcess;
  /** Addresses of its ready lines, in order. */
  readonly urls: readonly string[];
  /** Ms of processor time that it has used since it started; NaN where the system does not tell. */
  cpuMs(): number;
  /** Bytes of memory that it holds now; NaN where the system does not tell. */
  memory(): number;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** Path of the main file in the project. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Core that it may run on; any where `taskset` is missing or there is but one. */
  readonly core?: number;
  /** Ready lines to wait for: `ready NAME URL`. */
  readonly readyLines?: number;
}

/** True when processes can be held to a core. */
export const canPin = ((): boolean => {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return availableParallelism() > 1;
  } catch {
    return false;
  }
})();

/** Starts a program. Rejects when it ends before it said that it is ready. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const pin = options.core !== undefined && canPin ? ['taskset', '-c', String(options.core)] : [];
  const node = ['-r', '@swc-node/register', path.join(ROOT, options.script), ...(options.args ?? [])];
  const [command = '', ...args] = [...pin, process.execPath, ...node];
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    serialization: 'advanced', // figures may be NaN
  });
  const urls = await readyUrls(child, options);
  return {
    child,
    urls,
    cpuMs: () => cpuMsOf(child.pid),
    memory: () => memoryOf(child.pid),
    stop: () => stop(child),
  };
}

async function readyUrls(child: ChildProcess, { script, readyLines = 0 }: ProgramOptions): Promise<string[]> {
  const urls: string[] = [];
  if (child.stdout === null || readyLines === 0) return urls;
  const lines = createInterface({ input: child.stdout });
  return await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with exit code ${String(code)}`)));
    child.once('error', reject);
    lines.on('line', (line) => {
      const [word, , url] = line.split(' ');
      if (word !== 'ready' || url === undefined) return;
      urls.push(url);
      if (urls.length === readyLines) resolve(urls);
    });
  });
}

/** Its own threads included; they run on the same core. */
function cpuMsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000;
  } catch {
    return Number.NaN;
  }
}

function memoryOf(pid: number | undefined): number {
  try {
    const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1];
    return Number(kb) * 1024;
  } catch {
    return Number.NaN;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(kill);
}
