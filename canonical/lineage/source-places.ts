/** Where in a legacy system a reference of a mapping leads: which table, address, set or file, and which column. */
import type { ODataSource, SourcePart, StreamSpec } from '../../connectors/mapping/document';
import { partsOf } from '../../connectors/mapping/document';
import { BASE, splitReference } from '../../connectors/mapping/references';

export interface SourcePlace {
  /** Table, path, entity set or file pattern. */
  readonly resource: string;
  readonly column: string;
}

/** Every place that a reference can lead to: one for each part of a union. Columns that the reader adds lead nowhere. */
export function placesOf(spec: StreamSpec, reference: string): SourcePlace[] {
  if (reference.startsWith('#')) return [];
  const places = partsOf(spec.source).flatMap(([, part]) => placeIn(part, reference));
  return [...new Map(places.map((place) => [`${place.resource}.${place.column}`, place])).values()];
}

function placeIn(part: SourcePart, reference: string): SourcePlace[] {
  if (part.set !== undefined && Object.hasOwn(part.set, reference)) return [];
  if ('table' in part) {
    const { alias, column } = splitReference(reference);
    if (alias === BASE) return [{ resource: part.table, column }];
    const join = part.joins?.find(({ as }) => as === alias);
    if (join !== undefined) return [{ resource: join.table, column }];
    const pivot = part.pivot?.find(({ as }) => as === alias);
    const values = pivot === undefined ? [] : [pivot.value].flat();
    if (pivot !== undefined) return values.map((value) => ({ resource: pivot.table, column: value }));
    return [{ resource: part.table, column: reference }];
  }
  const entity =
    'entitySet' in part ? part.joins?.find(({ as }) => reference.startsWith(`${as}.`)) : undefined;
  if (entity !== undefined && 'entitySet' in part)
    return [{ resource: setOf(part, entity.entitySet), column: reference.slice(entity.as.length + 1) }];
  const object =
    'items' in part && 'path' in part
      ? part.joins?.find(({ as }) => reference.startsWith(`${as}.`))
      : undefined;
  if (object !== undefined) return [{ resource: object.path, column: reference.slice(object.as.length + 1) }];
  const pivot = 'pivot' in part ? part.pivot.find(({ as }) => reference.startsWith(`${as}.`)) : undefined;
  if (pivot !== undefined)
    return [pivot.value]
      .flat()
      .map((value) => ({ resource: resourceOf(part), column: `${pivot.path}.${value}` }));
  return [{ resource: resourceOf(part), column: reference }];
}

/** What a part of a source reads. */
function resourceOf(part: SourcePart): string {
  if ('table' in part) return part.table;
  if ('entitySet' in part) return setOf(part, part.entitySet);
  return 'files' in part ? part.files : part.path;
}

/** A set by the service that it is of, where the connection leads to several. */
const setOf = ({ service }: ODataSource, entitySet: string): string =>
  service === undefined ? entitySet : `${service}/${entitySet}`;
