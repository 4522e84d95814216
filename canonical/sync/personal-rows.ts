/** Seals what rows say of persons before anything else looks at them: no later step, and no table, sees it in clear. */
import type { LegacySystem, PersonalColumn, RawRow, SourceBatch, Stream } from '../../connectors/contract';
import type { SourcePersons } from '../../controls/audit/source-persons';
import type { Database } from '../../platform/database/database';
import { GatewayError } from '../../platform/errors';

export interface PersonalDependencies {
  readonly database: Database;
  readonly persons: SourcePersons | undefined;
}

/** The stream, whose rows come sealed. Thrown when it speaks of persons and there are no keys for them: INTERNAL. */
export function sealedStream(system: LegacySystem, stream: Stream, deps: PersonalDependencies): Stream {
  const columns = stream.personal ?? [];
  if (columns.length === 0) return stream;
  const { persons, database } = deps;
  if (persons === undefined)
    throw new GatewayError(
      'INTERNAL',
      `${system.id}.${stream.name} speaks of persons, who have no keys here`,
    );
  return {
    ...stream,
    async *read(options): AsyncGenerator<SourceBatch> {
      for await (const batch of stream.read(options))
        yield { ...batch, rows: await sealRows(database, persons, system.id, columns, batch.rows) };
    },
  };
}

async function sealRows(
  database: Database,
  persons: SourcePersons,
  system: string,
  columns: readonly PersonalColumn[],
  rows: readonly RawRow[],
): Promise<RawRow[]> {
  const said = rows.map((row) =>
    columns.flatMap((column) => {
      const found = column.read(row);
      return found === null ? [] : [{ column, ...found }];
    }),
  );
  const names = new Set(said.flatMap((row) => row.map(({ subject }) => subject)));
  if (names.size === 0) return [...rows];
  // keys first, in a transaction of their own: a batch that fails leaves a key without words, never words without one
  const seal = await database.write((manager) => persons.sealer(manager, system, names));
  return rows.map((row, index) =>
    (said[index] ?? []).reduce<RawRow>(
      (sealed, { column, subject, words }) => column.write(sealed, seal(subject, words)),
      row,
    ),
  );
}
