/** Whether the copy is still to be derived under the mapping in force: until then it is nothing to compare a draft with. */
import type { EntityManager } from 'typeorm';
import type { CompiledMapping } from '../../connectors/mapping/compile-mapping';
import { readingOf } from '../../connectors/mapping/reading';
import { SourceStreamRow } from '../entities/source.entity';
import { MappingDerivationRow } from './mapping.entity';

/** `base` is the mapping in force; null when none is. Streams that wait for their source stand as they are, and do not count. */
export async function isPending(
  manager: EntityManager,
  system: string,
  base: CompiledMapping | null,
): Promise<boolean> {
  if (base === null) return false;
  if (await manager.existsBy(MappingDerivationRow, { system, state: 'RUNNING' })) return true;
  const rows = await manager.findBy(SourceStreamRow, { system });
  return rows.some((row) => {
    if (row.mappingVersion === base.version) return false;
    const stream = base.streams.find(({ name }) => name === row.name);
    return stream === undefined || row.readingRows === readingOf(base, stream).rows;
  });
}
