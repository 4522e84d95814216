/** What the tests of this folder share: small mappings, compiled values, a collected stream. */
import { FixedClock } from '../platform/clock';
import { silentLogger } from '../platform/log';
import type { LegacySystem, MappedRow, RawRow, RawValue, SourceBatch, Stream, Watermark } from './contract';
import { compileMapping, requireMapping, type CompiledMapping } from './mapping/compile-mapping';
import { compileValue } from './mapping/compile-field';
import type { FieldSpec } from './mapping/document';
import { openSystem } from './open-system';
import type { Failure } from './transforms/transform';
import { type CodeTable } from './transforms/transform';

export const NOW = '2026-06-01T00:00:00.000Z';

const STATES: CodeTable = { entries: { A: 'ACTIVE' }, unknown: 'keep' };

/** Compiles a value on its own; throws when it reports a problem. */
export function valueReader(
  spec: FieldSpec,
  timeZone = 'Asia/Shanghai',
): (row: RawRow) => RawValue | Failure {
  const { read } = compileValue(spec, {
    timeZone,
    codeTable: (name) => (name === 'states' ? STATES : null),
    column: (name) => (row) => row[name] ?? null,
    problem: (message) => {
      throw new Error(message);
    },
  });
  return (row) => read(row, { row, field: 'field', notes: [] });
}

/** What a chain makes of one value; a list stands for several columns. */
export function runSteps(steps: readonly unknown[], input: RawValue, timeZone?: string): RawValue | Failure {
  const names = Array.isArray(input) ? input.map((_, i) => `c${i}`) : [];
  const from: string | string[] = Array.isArray(input) ? names : 'value';
  const row: Record<string, RawValue> = { factor: 12, unit: 'Box', value: input };
  if (Array.isArray(input)) for (const [i, value] of input.entries()) row[`c${i}`] = value;
  return valueReader({ from, apply: steps as string[] }, timeZone)(row);
}

export const systemPart = (id: string, kind: string): string => `
language: 1
system: { id: ${id}, name: { en: Test, zh: 测试 }, kind: ${kind}, timeZone: Asia/Shanghai }
`;

export function openTest(yaml: string, env: Record<string, string>): LegacySystem {
  return openCompiled(requireMapping('mapping.yaml', yaml), env);
}

function openCompiled(mapping: CompiledMapping, env: Record<string, string>): LegacySystem {
  return openSystem(mapping, { env, clock: new FixedClock(NOW), logger: silentLogger });
}

/** Problems of a mapping, one line each: `line:column path: message`. */
export function problemsOf(yaml: string): string[] {
  return compileMapping('mapping.yaml', yaml).problems.map(
    (p) => `${p.line}:${p.column} ${p.path}: ${p.message}`,
  );
}

export function streamNamed(system: LegacySystem, name: string): Stream {
  const stream = system.streams.find((candidate) => candidate.name === name);
  if (stream === undefined) throw new Error(`no stream ${name}`);
  return stream;
}

export interface Collected {
  readonly batches: readonly SourceBatch[];
  readonly rows: readonly RawRow[];
  readonly mapped: readonly MappedRow[];
  readonly watermark: Watermark | null;
}

export async function collect(
  stream: Stream,
  since: Watermark | null = null,
  batchSize = 100,
  signal: AbortSignal = new AbortController().signal,
): Promise<Collected> {
  const batches: SourceBatch[] = [];
  for await (const batch of stream.read({ since, batchSize, signal })) batches.push(batch);
  const rows = batches.flatMap((batch) => batch.rows);
  return {
    batches,
    rows,
    mapped: rows.map((row) => stream.map(row)),
    watermark: batches.at(-1)?.watermark ?? null,
  };
}

/** Keys of the records among mapped rows. */
export const keysOf = (mapped: readonly MappedRow[]): (string | null)[] => mapped.map(({ key }) => key);
