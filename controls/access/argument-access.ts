/** Walks the values that a field is given, by their types: what a caller may not read cannot be filtered or ordered by. */
import {
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { AccessProfile } from '../../platform/access';
import { type InputPlace, type OutputField, decideInput } from './field-access';

/** True when nothing that the field could ever be given is closed to the profile. */
export function argumentsAreOpen(profile: AccessProfile, field: OutputField, writing: boolean): boolean {
  const seen = new Set<unknown>();
  const open = (place: InputPlace): boolean => {
    if (decideInput(profile, place, writing) !== 'READ') return false;
    const type = getNamedType(place.type);
    if (!isInputObjectType(type) || seen.has(type)) return true;
    seen.add(type);
    return Object.values(type.getFields()).every(open);
  };
  return field.args.every(open);
}

/** Coordinates of the given values that the profile closes; `values` are those that the resolver would see. */
export function closedArguments(
  profile: AccessProfile,
  coordinate: string,
  field: OutputField,
  values: Readonly<Record<string, unknown>>,
  writing: boolean,
): string[] {
  const closed: string[] = [];
  for (const argument of field.args) {
    if (!Object.hasOwn(values, argument.name)) continue;
    const place = `${coordinate}(${argument.name}:)`;
    if (decideInput(profile, argument, writing) !== 'READ') closed.push(place);
    walkValue(argument.type, values[argument.name], (name, inner) => {
      if (decideInput(profile, inner, writing) !== 'READ') closed.push(name);
    });
  }
  return closed;
}

/** Calls `visit` for every input field that a value holds, or gets by default. */
export function walkValue(
  type: GraphQLInputType,
  value: unknown,
  visit: (coordinate: string, place: GraphQLInputField) => void,
): void {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const item of items) walkValue(nullable.ofType, item, visit);
    return;
  }
  if (!isInputObjectType(nullable) || typeof value !== 'object' || value === null) return;
  for (const [name, field] of Object.entries(nullable.getFields())) {
    if (!Object.hasOwn(value, name) && field.defaultValue === undefined) continue;
    visit(`${nullable.name}.${name}`, field);
    const inner = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : field.defaultValue;
    walkValue(field.type, inner, visit);
  }
}
