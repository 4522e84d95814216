/**
 * Feeds the mapping engine with mappings and rows that nobody would write, and says what broke: it must not throw, must
 * end within its bounds, must send nothing but SELECTs whose values are parameters, and must account for each row.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import Libsql from 'libsql';
import { compileMapping } from '../../connectors/mapping/compile-mapping';
import { SafeSqliteDatabase } from '../../platform/database/sqlite-driver';
import { openPresetCopy } from '../presets/support/preset-copy';
import { grown, mutated } from './grammar';
import { COLUMNS, MARK, sourceRows, type SourceRow } from './hostile';

/** Most that one file may take to compile, and one row to be mapped: five JSONata expressions at their limit. */
const COMPILE_MS = 5_000;
const ROW_MS = 2_000;
const CANARY = 42;

export interface FuzzOptions {
  readonly seed: number;
  /** Mapping files that are compiled, and whose streams map rows. */
  readonly files: number;
  /** Mapping files that are synced from a database into an empty copy. */
  readonly syncs: number;
}

export interface FuzzResult {
  compiled: number;
  refused: number;
  rows: number;
  synced: number;
  read: number;
  /** Syncs that the copy refused to begin, or that failed with a code and a message. */
  failed: number;
  statements: number;
  slowestCompileMs: number;
  slowestRowMs: number;
  readonly broken: string[];
}

export async function fuzzMappings({ seed, files, syncs }: FuzzOptions): Promise<FuzzResult> {
  const result: FuzzResult = {
    ...{ compiled: 0, refused: 0, rows: 0, synced: 0, read: 0, failed: 0, statements: 0 },
    ...{ slowestCompileMs: 0, slowestRowMs: 0, broken: [] },
  };
  const inputs = fc.sample(fc.tuple(fc.oneof(grown, mutated), sourceRows), { seed, numRuns: files });
  for (const [text, rows] of inputs) compileAndMap(text, rows, result);
  const synced = fc.sample(fc.tuple(grown, sourceRows), { seed: seed + 1, numRuns: syncs * 20 });
  for (const [text, rows] of synced) {
    if (result.synced + result.failed >= syncs) break;
    if (compileMapping('mapping.yaml', text).problems.length === 0) await syncOnce(text, rows, result);
  }
  return result;
}

/** Time of a call in ms; what it throws is a break. */
function timed(what: string, text: string, result: FuzzResult, call: () => void): number {
  const from = performance.now();
  try {
    call();
  } catch (error) {
    result.broken.push(`${what} threw ${String(error)}: ${text.slice(0, 2_000)}`);
  }
  return performance.now() - from;
}

function compileAndMap(text: string, rows: readonly SourceRow[], result: FuzzResult): void {
  const took = timed('compiling', text, result, () => {
    const { mapping } = compileMapping('mapping.yaml', text);
    if (mapping === null) {
      result.refused += 1;
      return;
    }
    result.compiled += 1;
    for (const stream of mapping.streams)
      for (const row of rows) {
        const ms = timed('mapping', text, result, () => {
          const { kind } = stream.map(row);
          if (!['record', 'reject'].includes(kind)) result.broken.push(`${kind} of ${JSON.stringify(row)}`);
        });
        result.rows += 1;
        result.slowestRowMs = Math.max(result.slowestRowMs, ms);
        if (ms > ROW_MS) result.broken.push(`a row took ${Math.round(ms)} ms: ${text.slice(0, 2_000)}`);
      }
  });
  if (result.slowestCompileMs < took) result.slowestCompileMs = took;
  if (took > COMPILE_MS + rows.length * ROW_MS) result.broken.push(`a file took ${Math.round(took)} ms`);
}

async function syncOnce(text: string, rows: readonly SourceRow[], result: FuzzResult): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lg-fuzz-'));
  const file = path.join(folder, 'source.sqlite');
  fill(file, rows);
  mkdirSync(path.join(folder, 'fuzz'));
  writeFileSync(path.join(folder, 'fuzz', 'mapping.yaml'), text);
  const watch = watchStatements();
  try {
    const env = { LOTGRAPH_SOURCE_FUZZ_URL: `sqlite:${file}` };
    const copy = await openPresetCopy({ preset: 'fuzz', folder, env });
    try {
      const { state, read, changed, unchanged, rejected, errorCode, errorMessage } = await copy.sync();
      result.read += read;
      if (state === 'SUCCEEDED') result.synced += 1;
      else result.failed += 1;
      if (state !== 'SUCCEEDED' && (errorCode === null || errorMessage === null))
        result.broken.push(`${state} without a word: ${text}`);
      if (read !== changed + unchanged + rejected)
        result.broken.push(`${read} read, ${changed} + ${unchanged} + ${rejected} accounted for: ${text}`);
    } finally {
      await copy.close();
    }
  } catch (error) {
    result.broken.push(`the sync threw ${String(error)}: ${text}`);
  } finally {
    watch.stop();
  }
  for (const sql of watch.statements()) {
    result.statements += 1;
    if (!/^\s*(?:SELECT|PRAGMA)\b/iu.test(sql) || sql.includes(MARK)) result.broken.push(`sent ${sql}`);
  }
  result.broken.push(...changesOf(file, rows));
  rmSync(folder, { recursive: true, force: true });
}

function fill(file: string, rows: readonly SourceRow[]): void {
  const db = new Libsql(file);
  db.exec(`CREATE TABLE canary (n INTEGER); INSERT INTO canary VALUES (${CANARY});
    CREATE TABLE source_rows (no INTEGER PRIMARY KEY, ${COLUMNS.join(', ')})`);
  const insert = db.prepare(
    `INSERT INTO source_rows (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`,
  );
  for (const row of rows) insert.run(COLUMNS.map((name) => row[name]));
  db.close();
}

/** What a sync left different in the source. */
function changesOf(file: string, rows: readonly SourceRow[]): string[] {
  const db = new Libsql(file);
  const one = (sql: string): number => Number(Object.values(db.prepare(sql).get() as object)[0]);
  const isSame =
    one('SELECT n FROM canary') === CANARY &&
    one('SELECT count(*) FROM canary') === 1 &&
    one('SELECT count(*) FROM source_rows') === rows.length &&
    one('SELECT count(*) FROM sqlite_master') === 2;
  db.close();
  return isSame ? [] : ['the source was changed'];
}

/** Statements that reading sends, told by the driver that all sources of SQLite go through. */
function watchStatements(): { statements(): readonly string[]; stop(): void } {
  const sent: string[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the database that they belong to
  const { prepare, exec } = SafeSqliteDatabase.prototype;
  SafeSqliteDatabase.prototype.prepare = function watching(sql) {
    sent.push(sql);
    return prepare.call(this, sql);
  };
  SafeSqliteDatabase.prototype.exec = function watching(sql) {
    sent.push(sql);
    exec.call(this, sql);
  };
  return {
    // statements of the copy go through the same driver; those of the source name its table
    statements: () => sent.filter((sql) => /source_rows|canary/u.test(sql)),
    stop: () => {
      Object.assign(SafeSqliteDatabase.prototype, { prepare, exec });
    },
  };
}
