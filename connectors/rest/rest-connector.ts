import type { OpenOptions } from '../open-system';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { SystemConnection } from '../system';
export function connectRest(_m: CompiledMapping, _a: string, _o: OpenOptions): SystemConnection {
  throw new Error('not yet');
}
