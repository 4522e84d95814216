/** Paths with values of a row in them: `Batch/{Batch.uid}`. */
import type { RawRow } from '../contract';
import { pathGetter } from '../mapping/columns';

/** The path, each value one segment of it; or the name that the row has no value for. */
export type FilledPath = { readonly path: string } | { readonly missing: string };

const PLACE = /\{([^}]+)\}/gu;

export function filledPath(template: string, row: RawRow): FilledPath {
  const values = new Map<string, string>();
  for (const [, name = ''] of template.matchAll(PLACE)) {
    const value = pathGetter(name)(row);
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return { missing: name };
    values.set(name, encodeURIComponent(String(value)));
  }
  return { path: template.replace(PLACE, (_, name: string) => values.get(name) ?? '') };
}
