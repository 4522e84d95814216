/** Looks at an OData service: its metadata, and a page of each entity set that is asked about. */
import { NotFoundError } from '../../platform/errors';
import type { RawRow, RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { ODataModel, ODataProperty, ODataType } from '../odata/metadata';
import { MetadataReader } from '../odata/metadata-reader';
import { isObject, plainEntity } from '../odata/values';
import { Deadline } from '../resilience/deadline';
import type { HttpClient } from '../rest/http-client';
import { figuresOf } from './column-values';
import { uniqueOf } from './json-columns';
import type { ColumnProfile, ColumnReference, ResourceInfo, SourceInspector } from './source-profile';

const INSPECT_MS = 60_000;
const MOST_ROWS = 1000;

/** `system` is the name that errors carry. */
export function inspectOData(client: HttpClient, version: 2 | 4, system = 'source'): SourceInspector {
  const metadata = new MetadataReader(client);
  const deadlineFor = (signal: AbortSignal) => new Deadline(system, INSPECT_MS, signal);
  return {
    resources: async (signal) => {
      const model = await metadata.read({}, deadlineFor(signal));
      return [...model.sets].map(([name, { label }]) => infoOf(name, label, null));
    },
    profile: async (name, { sampleRows }, signal) => {
      const deadline = deadlineFor(signal);
      const model = await metadata.read({}, deadline);
      const set = model.sets.get(name);
      const type = model.types.get(set?.type ?? '');
      if (set === undefined || type === undefined)
        throw new NotFoundError(`there is no entity set "${name}"`);
      const { rows, total } =
        sampleRows === 0
          ? { rows: [], total: null }
          : await sampleOf(client, { name, type, model, version }, Math.min(sampleRows, MOST_ROWS), deadline);
      const columns = [...type.properties.values()].map((property) => profileOf(property, type, model, rows));
      return {
        ...infoOf(name, set.label, total),
        ...{ columns, unique: [...(type.key.length === 0 ? [] : [[...type.key]]), ...uniqueOf(columns)] },
      };
    },
  };
}

function infoOf(name: string, comment: string | null, rows: number | null): ResourceInfo {
  return { name, kind: 'entitySet', comment, rows, rowsExact: rows !== null };
}

function profileOf(
  property: ODataProperty,
  type: ODataType,
  model: ODataModel,
  rows: readonly RawRow[],
): ColumnProfile {
  const { name, type: declared, nullable, label, isDate } = property;
  return {
    ...{ name, type: isDate ? `${declared} (date)` : declared, nullable, comment: label },
    keyPart: type.key.indexOf(name) + 1,
    references: referenceOf(name, type, model),
    ...figuresOf(rows.map((row) => row[name] ?? null)),
  };
}

/** Where a navigation says that this property equals the key of another set. */
function referenceOf(name: string, type: ODataType, model: ODataModel): ColumnReference | null {
  for (const navigation of type.navigations.values()) {
    const column = navigation.keys[name];
    const resource = [...model.sets].find(([, set]) => set.type === navigation.target)?.[0];
    if (!navigation.many && column !== undefined && resource !== undefined) return { resource, column };
  }
  return null;
}

interface Asked {
  readonly name: string;
  readonly type: ODataType;
  readonly model: ODataModel;
  readonly version: 2 | 4;
}

async function sampleOf(
  client: HttpClient,
  { name, type, model, version }: Asked,
  wanted: number,
  deadline: Deadline,
): Promise<{ rows: RawRow[]; total: number | null }> {
  const count = version === 2 ? '$inlinecount=allpages' : '$count=true';
  const request = { method: 'GET' as const, path: `${name}?$top=${wanted}&${count}` };
  return await client.ask(request, deadline, (answer) => {
    const body = version === 2 ? valueAt(answer, 'd') : answer;
    const list = Array.isArray(body) ? body : valueAt(body, version === 2 ? 'results' : 'value');
    if (!Array.isArray(list)) throw client.nonsense('the answer holds no list of entities');
    const at = (key: string): RawValue => (isObject(body) ? (body[key] ?? null) : null);
    const total = Number(at(version === 2 ? '__count' : '@odata.count') ?? Number.NaN);
    const rows = list.flatMap((item) => (isObject(item) ? [plainEntity(item, type, model)] : []));
    return { rows, total: Number.isNaN(total) ? null : total };
  });
}
