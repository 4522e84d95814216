/** Declared types that cannot carry what a field holds: a binary fraction is no exact quantity. */
import { recordTypeDefinition } from '../../../schema/records/record-types';
import { openSource } from '../../inspect/open-source';
import type { ResourceProfile } from '../../inspect/source-profile';
import type { CompiledMapping } from '../../mapping/compile-mapping';
import { partsOf, type FieldSpec, type SqlSource } from '../../mapping/document';
import type { OpenOptions } from '../../open-system';
import type { CheckFinding, Report } from './finding';

const BINARY = /^(?:FLOAT|DOUBLE|REAL)/u;

/** Looks at the declared columns of the tables of a SQL mapping; other connectors declare no types. */
export async function checkColumns(
  mapping: CompiledMapping,
  { env }: OpenOptions,
  report: Report,
  signal: AbortSignal,
): Promise<CheckFinding[]> {
  const { connector } = mapping.document;
  if (connector.type !== 'sql') return [];
  const source = openSource(connector.connection, { env });
  try {
    const profiles = new Map<string, ResourceProfile>();
    const found: CheckFinding[] = [];
    for (const { name, recordType, spec } of mapping.streams) {
      const { fields } = recordTypeDefinition(recordType);
      const quantities = [
        ...Object.entries(spec.fields)
          .filter(([field]) => fields[field]?.kind === 'quantity')
          .map(([field, value]) => [['fields', field], columnOf(value)] as const),
        ...(spec.sign === undefined ? [] : [[['sign'], columnOf(spec.sign.quantity)] as const]),
      ];
      for (const [, part] of partsOf(spec.source)) {
        const { table } = part as SqlSource;
        if (!profiles.has(table))
          profiles.set(table, await source.inspector.profile(table, { sampleRows: 0 }, signal));
        for (const [at, column] of quantities) {
          const type = profiles.get(table)?.columns.find((one) => one.name === column)?.type ?? '';
          if (!BINARY.test(type)) continue;
          const message = `${table}.${column ?? ''} is ${type}: a binary fraction, which may not be the number that was typed`;
          found.push(report('warning', 'INEXACT_TYPE', ['streams', name, ...at], message));
        }
      }
    }
    return found;
  } finally {
    await source.close();
  }
}

/** The one own column that a value is read from; null where it is more than that. */
function columnOf(value: FieldSpec): string | null {
  const from = typeof value === 'string' ? value : value.from;
  return typeof from === 'string' ? from : null;
}
