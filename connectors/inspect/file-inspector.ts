/** Looks at a folder of files: which belong together by their names, and what the newest of each shows. */
import path from 'node:path';
import { LegacyUnavailableError, NotFoundError } from '../../platform/errors';
import type { RawRow } from '../contract';
import { parseLines } from '../file/csv-rows';
import { decode } from '../file/encoding';
import { findFiles, readChanged } from '../file/folder';
import { formatOf } from '../file/format';
import { readRows } from '../file/rows';
import type { FileSource } from '../mapping/document';
import { UNREADABLE } from '../mapping/row-mapper';
import { profileRows, profileValues, uniqueOf } from './json-columns';
import type { ResourceInfo, ResourceProfile, SourceInspector } from './source-profile';

const MAX_BYTES = 64 * 1024 * 1024;
/** Enough to tell a person, who sees it beside the encoding; a mapping that detects asks for more. */
const LEAST_LIKENESS = 10;
/** Lines that are tried to find what parts them. */
const TRIED_LINES = 50;
const DELIMITERS = [',', ';', '\t', '|'] as const;
const KNOWN = /\.(?:csv|tsv|tab|txt|xlsx|xlsm|json|ndjson|jsonl)$/iu;

/** `system` is the name that errors carry. */
export function inspectFiles(folder: string, system = 'source'): SourceInspector {
  const groups = async () => {
    try {
      return groupsOf(await findFiles(folder, '*'));
    } catch (cause) {
      throw new LegacyUnavailableError(system, `${system}: the folder cannot be read`, {
        retryable: true,
        cause,
      });
    }
  };
  return {
    resources: async () =>
      [...(await groups())].map(([name, files]): ResourceInfo => ({
        ...{ name, kind: 'file', rows: null, rowsExact: false },
        comment: files.length === 1 ? null : `${files.length} files, the last of them ${files.at(-1) ?? ''}`,
      })),
    profile: async (name, { sampleRows }) => {
      const newest = (await groups()).get(name)?.at(-1);
      if (newest === undefined) throw new NotFoundError(`there is no file of the name "${name}"`);
      return await profileFile(system, name, path.join(folder, newest), newest, sampleRows);
    },
  };
}

/** Files whose names differ by digits alone hold the same thing at different times. */
function groupsOf(names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names.filter((one) => KNOWN.test(one))) {
    const glob = name.replace(/\d[\d_-]*\d|\d/gu, '*').replace(/\*(?:[_-]?\*)+/gu, '*');
    groups.set(glob, [...(groups.get(glob) ?? []), name]);
  }
  for (const [glob, files] of groups) {
    const [only] = files;
    if (files.length > 1 || only === undefined || only === glob) continue;
    groups.delete(glob);
    groups.set(only, files);
  }
  return groups;
}

async function profileFile(
  system: string,
  name: string,
  file: string,
  base: string,
  sampleRows: number,
): Promise<ResourceProfile> {
  const unavailable = (what: string, cause?: unknown) =>
    new LegacyUnavailableError(system, `${system}: ${base} ${what}`, {
      ...{ retryable: true, nonsense: true, cause },
    });
  const limits = { maxBytes: MAX_BYTES, settleMs: 0, now: 0 };
  const content = await readChanged(file, undefined, limits).catch((cause: unknown) => {
    throw unavailable(cause instanceof RangeError ? 'is larger than is looked at' : 'cannot be read', cause);
  });
  if (content === null || content === 'UNSETTLED') throw unavailable('is being written');
  let detected: Detected;
  try {
    detected = detect(base, content.bytes);
  } catch (cause) {
    throw unavailable('has an encoding that nothing shows', cause);
  }
  const header: string[] = [];
  const rows = await readRows(system, base, content, detected.source, (_file, names) => {
    header.push(...names);
  });
  const sample = spread(
    rows.filter((row) => !(UNREADABLE in row)),
    sampleRows,
  );
  const isNested = detected.source.format === 'json' || detected.source.format === 'ndjson';
  const columns = isNested
    ? profileRows(sample)
    : header.map((column) =>
        profileValues(
          column,
          sample.map((row) => row[column] ?? null),
        ),
      );
  return {
    ...{ name, kind: 'file', comment: null, rows: rows.length, rowsExact: true },
    ...{ columns, unique: uniqueOf(columns), ...detected.shown },
  };
}

interface Detected {
  readonly source: FileSource;
  readonly shown: Pick<ResourceProfile, 'encoding' | 'delimiter'>;
}

/** How a file is read, and what shows it. Throws where nothing shows its encoding. */
function detect(base: string, bytes: Buffer): Detected {
  const format = formatOf(base, undefined);
  if (format === 'xlsx') return { source: { files: base, format }, shown: {} };
  const { text, encoding, evidence } = decode(bytes, 'detect', LEAST_LIKENESS);
  const shown = { encoding: `${encoding} (${evidence})` };
  if (format === 'json' || format === 'ndjson') return { source: { files: base, format, encoding }, shown };
  const delimiter = delimiterIn(text);
  return { source: { files: base, format, encoding, delimiter }, shown: { ...shown, delimiter } };
}

/** Rows from both ends: how a file ends is not how it begins. */
function spread(rows: readonly RawRow[], wanted: number): readonly RawRow[] {
  if (rows.length <= wanted) return rows;
  const head = Math.ceil(wanted / 2);
  return [...rows.slice(0, head), ...rows.slice(rows.length - (wanted - head))];
}

/** What parts most lines into the same number of columns, of which there are several; a comma where nothing does. */
function delimiterIn(text: string): string {
  const head = text.split(/\r?\n/u, TRIED_LINES).join('\n');
  const tried = DELIMITERS.map((delimiter) => {
    const widths = widthsOf(head, delimiter);
    const width = widths[0] ?? 1;
    const same = widths.filter((one) => one === width).length;
    return { delimiter, fit: width < 2 ? 0 : (same / widths.length) * 1000 + width };
  });
  return tried.reduce((best, one) => (one.fit > best.fit ? one : best)).delimiter;
}

function widthsOf(text: string, delimiter: string): number[] {
  try {
    return parseLines(text, delimiter).map(({ record }) => record.length);
  } catch {
    return [];
  }
}
