/** Holds the columns that a stream's mapping names against the header of a file before a row is read from it. */
import type { MappingProblem } from '../../platform/errors';
import { READER_COLUMNS } from '../mapping/check-source';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { FileSource, SourcePart } from '../mapping/document';
import type { DocumentPath } from '../mapping/mapping-file';
import { hintFrom } from '../mapping/schema-check';
import { misfit } from '../sql/table-check';

/** Takes the columns of the file of this name; throws when the mapping names others. */
export type HeaderCheck = (file: string, columns: readonly string[]) => void;

/** A check that throws LegacyUnavailableError (nonsense) whose cause names each missing column by file and line. */
export function headerCheck(
  mapping: CompiledMapping,
  stream: string,
  part: string,
  { distinctBy = [], set = {} }: FileSource & SourcePart,
): HeaderCheck {
  const path = ['streams', stream, 'source', ...(part === '' ? [] : ['union', part])];
  const named: readonly (readonly [string, DocumentPath])[] = [
    ...(mapping.references.get(stream) ?? []),
    ...distinctBy.map((column, i) => [column, [...path, 'distinctBy', i]] as const),
  ];
  const wanted = named.filter(([column]) => !READER_COLUMNS.includes(column) && !Object.hasOwn(set, column));
  return (file, columns) => {
    const problems: MappingProblem[] = wanted
      .filter(([column]) => !columns.includes(column))
      .map(([column, at]) =>
        mapping.problemAt(at, `there is no column "${column}" in ${file}`, hintFrom(column, columns)),
      );
    if (problems.length > 0) throw misfit(mapping, problems);
  };
}
