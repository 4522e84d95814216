/** Where a fact came from, by the key of its record. */
import { SourceRefType } from '../../../canonical/graph/source.type';
import type { LotsContext } from '../context';

/** The source of a golden row whose key is its record's; null when the record is not known. */
export async function sourceOf(context: LotsContext, recordPk: number | null): Promise<SourceRefType | null> {
  if (recordPk === null) return null;
  const source = await context.loaders.source.load(recordPk);
  return source === null ? null : SourceRefType.from(source);
}
