/** `lotgraph sync`: reads the source systems once, shows how it goes, and sums up. */
import 'reflect-metadata';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { runSync } from '../worker/run-sync';
import { commandConfig } from './command-config';
import { withDemoSources } from './demo-sources';

type Summary = Awaited<ReturnType<typeof runSync>>[number];
type Progress = Parameters<NonNullable<Parameters<typeof runSync>[0]['onProgress']>>[0];

/** Resolves to the exit code: 0, or 1 when a system could not be read whole. */
export async function syncCommand(root: string, system: string | undefined): Promise<number> {
  const config = commandConfig(root);
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const bars = new ProgressBars();
  const summaries = await runSync({
    ...{ config, root, system, env: withDemoSources(config, process.env) },
    signal: abort.signal,
    onProgress: (progress) => bars.show(progress),
  });
  bars.close();
  console.log(summaryTable(summaries));
  return summaries.every((summary) => summary.state === 'SUCCEEDED') ? 0 : 1;
}

/** One bar a stream. How many rows will come is not known, so a bar is full when its stream is done. */
class ProgressBars {
  readonly #multi = new MultiBar(
    {
      format: '{name} {bar} {read} read, {changed} changed, {rejected} rejected',
      hideCursor: true,
      barsize: 20,
    },
    Presets.shades_grey,
  );
  readonly #bars = new Map<string, SingleBar>();

  show({ system, stream, read, changed, rejected, done }: Progress): void {
    if (!process.stderr.isTTY) return;
    const name = `${system} ${stream}`.padEnd(28);
    const bar = this.#bars.get(name) ?? this.#multi.create(100, 0);
    this.#bars.set(name, bar);
    // nears the end without reaching it while rows keep coming
    bar.update(done ? 100 : Math.round(100 * (1 - 1 / (1 + read / 5000))), { name, read, changed, rejected });
  }

  close(): void {
    this.#multi.stop();
  }
}

/** A table of what each system brought. */
export function summaryTable(summaries: readonly Summary[]): string {
  const rows = [
    ['system', 'state', 'read', 'changed', 'unchanged', 'rejected', 'seconds'],
    ...summaries.map((s) => [
      ...[s.system, s.state, String(s.read), String(s.changed), String(s.unchanged), String(s.rejected)],
      (s.durationMs / 1000).toFixed(1),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const failures = summaries.flatMap((s) =>
    s.errorMessage === null ? [] : [`${s.system}: ${s.errorMessage}`],
  );
  return [...lines, ...failures].join('\n');
}
