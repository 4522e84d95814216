/**
 * Entities as plain rows. What V2 and V4 write differently becomes the same text, by the type that the metadata
 * declares: times as ISO, decimals and long integers as digits. Links, etags and what was not asked for are left out.
 */
import type { RawValue } from '../contract';
import type { ODataModel, ODataType } from './metadata';

const MS_DATE = /^\/Date\((-?\d{1,16})(?:[+-]0{1,4})?\)\/$/u;
const DURATION = /^PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(\.\d+)?S)?$/u;

type Entity = Readonly<Record<string, RawValue>>;

export const isObject = (value: RawValue | undefined): value is { [key: string]: RawValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An entity or complex value of a type; a property that the metadata does not know is kept as it is. */
export function plainEntity(
  entity: Entity,
  type: ODataType | null,
  model: ODataModel,
): Record<string, RawValue> {
  const row: Record<string, RawValue> = {};
  for (const [name, value] of Object.entries(entity)) {
    if (name === '__metadata' || name.includes('@')) continue;
    if (isObject(value) && '__deferred' in value) continue;
    const navigation = type?.navigations.get(name);
    const target = model.types.get(navigation?.target ?? '') ?? null;
    if (navigation !== undefined) row[name] = plainLinked(value, target, model);
    else row[name] = plainValue(value, type?.properties.get(name) ?? null, model);
  }
  return row;
}

function plainLinked(value: RawValue, target: ODataType | null, model: ODataModel): RawValue {
  const list = isObject(value) && Array.isArray(value['results']) ? value['results'] : value;
  if (Array.isArray(list)) return list.map((one) => (isObject(one) ? plainEntity(one, target, model) : one));
  return isObject(list) ? plainEntity(list, target, model) : list;
}

function plainValue(
  value: RawValue,
  property: { readonly type: string; readonly isDate: boolean } | null,
  model: ODataModel,
): RawValue {
  if (value === null || property === null) return value;
  const element = /^Collection\((.+)\)$/u.exec(property.type)?.[1];
  if (element !== undefined) {
    const list = isObject(value) && Array.isArray(value['results']) ? value['results'] : value;
    const type = { type: element, isDate: property.isDate };
    return Array.isArray(list) ? list.map((one) => plainValue(one, type, model)) : list;
  }
  if (isObject(value)) return plainEntity(value, model.types.get(property.type) ?? null, model);
  switch (property.type) {
    case 'Edm.DateTime':
      return wallTime(value, property.isDate);
    case 'Edm.DateTimeOffset':
      return instant(value);
    case 'Edm.Time':
      return timeOfDay(value);
    case 'Edm.Decimal':
    case 'Edm.Int64':
      return typeof value === 'number' ? digits(value) : value;
    default:
      return value;
  }
}

/** `/Date(…)/` of a type without a zone is the time on the wall, counted as if it were UTC. */
function wallTime(value: RawValue, isDate: boolean): RawValue {
  const text = isoOf(value);
  return text === null ? value : isDate ? text.slice(0, 10) : text.replace(/(?:\.000)?Z$/u, '');
}

/**
 * Offsets other than zero stay as they were written: services disagree on whether the count before them is UTC, and
 * that is for the mapping to say.
 */
const instant = (value: RawValue): RawValue => isoOf(value) ?? value;

function isoOf(value: RawValue): string | null {
  const ms = typeof value === 'string' ? MS_DATE.exec(value)?.[1] : undefined;
  if (ms === undefined) return null;
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function timeOfDay(value: RawValue): RawValue {
  const match = typeof value === 'string' ? DURATION.exec(value) : null;
  if (match === null || value === 'PT') return value;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  const two = (part: string) => part.padStart(2, '0');
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${fraction}`;
}

/** A number as a person would write it; JSON never carries more digits than a double holds to here. */
function digits(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
}
