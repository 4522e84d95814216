/** Holds the columns that a stream's mapping names against the header of a file before a row is read from it. */
import type { MappingProblem } from '../../platform/errors';
import { READER_COLUMNS } from '../mapping/check-source';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { FileFormat, FileSource, SourcePart } from '../mapping/document';
import type { DocumentPath } from '../mapping/mapping-file';
import { hintFrom } from '../mapping/schema-check';
import { formatOf } from './format';
import { misfit } from '../sql/table-check';

/** Takes the columns of the file of this name; throws when the mapping names others. */
export type HeaderCheck = (file: string, columns: readonly string[]) => void;

/** A check that throws LegacyUnavailableError (nonsense) whose cause names each missing column by file and line. */
export function headerCheck(
  mapping: CompiledMapping,
  stream: string,
  part: string,
  { distinctBy = [], set = {}, format: declared }: FileSource & SourcePart,
): HeaderCheck {
  const path = ['streams', stream, 'source', ...(part === '' ? [] : ['union', part])];
  const named: readonly (readonly [string, DocumentPath])[] = [
    ...(mapping.references.get(stream) ?? []),
    ...distinctBy.map((column, i) => [column, [...path, 'distinctBy', i]] as const),
  ];
  const wanted = named.filter(([column]) => !READER_COLUMNS.includes(column) && !Object.hasOwn(set, column));
  const format = (file: string) => formatOf(file, declared);
  return (file, columns) => {
    const problems: MappingProblem[] = wanted.flatMap(([name, at]) => {
      const column = isNested(format(file)) && !columns.includes(name) ? (name.split('.')[0] ?? name) : name;
      const times = columns.filter((one) => one === column).length;
      if (times === 1) return [];
      const message =
        times === 0
          ? `there is no column "${column}" in ${file}`
          : `"${column}" stands ${times} times in the header of ${file}`;
      return [mapping.problemAt(at, message, times === 0 ? hintFrom(column, columns) : undefined)];
    });
    if (problems.length > 0) throw misfit(mapping, problems);
  };
}

/** Formats whose rows hold objects in objects, reached by paths. */
const isNested = (format: FileFormat) => format === 'json' || format === 'ndjson';
