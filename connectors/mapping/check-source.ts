/** What a schema cannot say about a source: aliases that exist, conditions that a database can answer. */
import { below, type CompileContext } from '../transforms/transform';
import { checkFile } from './check-file';
import { checkOData, checkPivotColumns, checkRest } from './check-rest';
import { checkSql, checkSqlWatermark } from './check-sql';
import { compileCondition } from './conditions';
import {
  partsOf,
  type FileSource,
  type MappingDocument,
  type ODataSource,
  type RestSource,
  type SourcePart,
  type SqlSource,
  type StreamSpec,
} from './document';
import type { DocumentPath } from './mapping-file';

/** Columns that a reader adds to each row itself. */
export const READER_COLUMNS = ['#part', '#file', '#line', '#modified', '#index'];

export function checkSource(
  spec: StreamSpec,
  document: MappingDocument,
  references: ReadonlyMap<string, DocumentPath>,
  context: CompileContext,
): void {
  for (const [name, part] of partsOf(spec.source)) {
    const at = below(context, 'source', ...(name === '' ? [] : ['union', name]));
    for (const [i, condition] of (part.where ?? []).entries()) {
      compileCondition(condition, below(at, 'where', i));
    }
    if (document.connector.type === 'sql') {
      checkSql(part as SqlSource & SourcePart, references, at);
      checkSqlWatermark(spec, part as SqlSource & SourcePart, context);
    }
    if (document.connector.type === 'rest' || document.connector.type === 'odata')
      checkPivotColumns(part as RestSource, references, at);
    if (document.connector.type === 'rest') checkRest(part as RestSource, spec, at);
    if (document.connector.type === 'odata') checkOData(part as ODataSource, at);
    if (document.connector.type === 'file') checkFile(part as FileSource, name, at);
  }
}
