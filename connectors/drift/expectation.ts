/**
 * What a mapping expects of its source, told where it says so: columns with the types that the source declares, and
 * fields of answers that declare none.
 */
import { MappingError, type MappingProblem } from '../../platform/errors';
import type { SourceExpectation, Stream } from '../contract';
import { READER_COLUMNS } from '../mapping/check-source';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { CompiledStream } from '../mapping/compile-stream';
import { partsOf } from '../mapping/document';
import type { SystemConnection } from '../system';

/** What the stream expects; its places are those of the mapping's text. */
export function expectationOf(
  mapping: CompiledMapping,
  stream: CompiledStream,
  connection: SystemConnection,
): SourceExpectation {
  const set = new Set(partsOf(stream.spec.source).flatMap(([, part]) => Object.keys(part.set ?? {})));
  const named = [...(mapping.references.get(stream.name) ?? [])].filter(
    ([name]) => !READER_COLUMNS.includes(name) && !set.has(name),
  );
  const places = new Map(named);
  return {
    names: [...places.keys()],
    problemAt: (name, message, hint) =>
      mapping.problemAt(places.get(name) ?? ['streams', stream.name], message, hint),
    ...(connection.types === undefined
      ? {}
      : {
          types: async (signal: AbortSignal) => {
            const found = new Map<string, string>();
            for (const [part, source] of partsOf(stream.spec.source))
              for (const [name, type] of (await connection.types?.(stream, part, source, signal)) ?? [])
                found.set(part === '' ? name : `${part}/${name}`, type);
            return found;
          },
        }),
  };
}

/** What a source that is not what its mapping says was found to lack; null when the error is about something else. */
export function misfitProblems(error: unknown): readonly MappingProblem[] | null {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof MappingError ? cause.problems : null;
}

/** Columns of another type than when the mapping was first read with. */
export function retyped(
  stream: Pick<Stream, 'expects'>,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): MappingProblem[] {
  const { expects } = stream;
  if (expects === undefined) return [];
  return [...before].flatMap(([name, type]) => {
    const found = now.get(name);
    if (found === undefined || found === type) return [];
    const column = name.slice(name.indexOf('/') + 1);
    return [
      expects.problemAt(
        column,
        `"${column}" was ${type}, and is ${found} now`,
        'see what it holds, then publish',
      ),
    ];
  });
}
