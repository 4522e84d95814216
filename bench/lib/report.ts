/** One line of a benchmark: what was measured, against what, and the goal. */
export interface BenchRow {
  readonly name: string;
  readonly ours: number;
  readonly other: number;
  readonly unit: string;
  /** ours ÷ other. */
  readonly ratio: number;
  readonly goal: string;
}

/** Prints rows as JSON lines with `--json`, else as a table. */
export function report(rows: readonly BenchRow[]): void {
  if (process.argv.includes('--json')) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  console.table(
    rows.map((row) => ({
      name: row.name,
      ours: Number(row.ours.toPrecision(4)),
      other: Number(row.other.toPrecision(4)),
      unit: row.unit,
      ratio: Number(row.ratio.toFixed(3)),
      goal: row.goal,
    })),
  );
}

/** Says how it goes without getting into the rows. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Value of `--name=value`, or the default. */
export function option(name: string, otherwise: string): string {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return found === undefined ? otherwise : found.slice(name.length + 3);
}

/** The middle one; of an even count the upper of the two. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
