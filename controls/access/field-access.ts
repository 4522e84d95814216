/**
 * What a place in a schema needs of its caller, read from `@term` and `@access`, and what a profile decides there. The
 * gateway, the subgraphs and `explain` all judge by this one file.
 */
import {
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLObjectType,
  type GraphQLInterfaceType,
  Kind,
  getNamedType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { type AccessDecision, type AccessProfile, strictest } from '../../platform/access';

export type FieldType = GraphQLObjectType | GraphQLInterfaceType;
export type OutputField = GraphQLField<unknown, unknown>;
export type InputPlace = GraphQLArgument | GraphQLInputField;

/** What one directive asks for. */
export type Need =
  | { readonly kind: 'term'; readonly id: string }
  | { readonly kind: 'write'; readonly id: string }
  | { readonly kind: 'rule'; readonly id: string }
  /** Nothing is declared, so nobody may. */
  | { readonly kind: 'undeclared'; readonly id: '' };

const UNDECLARED: Need = { kind: 'undeclared', id: '' };

interface Declared {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** The value of a directive's only argument. */
function directiveValue(node: Declared | null | undefined, directive: string): string | null {
  const found = node?.directives?.find(({ name }) => name.value === directive);
  const value = found?.arguments?.[0]?.value;
  return value?.kind === Kind.STRING ? value.value : null;
}

/** What selecting a field needs: its term, its rule, the rule of its type, and the rule of what it returns. */
export function needsOfField(type: FieldType, field: OutputField): readonly Need[] {
  const term = directiveValue(field.astNode, 'term');
  const rule = directiveValue(field.astNode, 'access');
  const own: Need[] = [];
  if (term !== null) own.push({ kind: isMutation(type) ? 'write' : 'term', id: term });
  if (rule !== null) own.push({ kind: 'rule', id: rule });
  if (own.length === 0) return [UNDECLARED];
  return [...own, ...needsOfType(type), ...needsOfType(getNamedType(field.type))];
}

/** What giving an argument or an input field needs. */
export function needsOfInput(place: InputPlace): readonly Need[] {
  const term = directiveValue(place.astNode, 'term');
  const rule = directiveValue(place.astNode, 'access');
  const needs: Need[] = [];
  if (term !== null) needs.push({ kind: 'term', id: term });
  if (rule !== null) needs.push({ kind: 'rule', id: rule });
  return needs.length === 0 ? [UNDECLARED] : needs;
}

export const isMutation = (type: FieldType): boolean => type.name === 'Mutation';

/** The rule of a type with fields; other types need nothing. */
export function needsOfType(type: unknown): Need[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const rule = ruleNameOf(type);
  return rule === null ? [] : [{ kind: 'rule', id: rule }];
}

/** A type's rule; extensions of a type may declare it too. */
function ruleNameOf(type: FieldType): string | null {
  for (const node of [type.astNode, ...type.extensionASTNodes]) {
    const rule = directiveValue(node, 'access');
    if (rule !== null) return rule;
  }
  return null;
}

/** Decision of a profile about one need. A rule has no mask. */
export function decide(profile: AccessProfile, need: Need): AccessDecision {
  switch (need.kind) {
    case 'term':
      return profile.term(need.id);
    case 'write':
      return profile.write(need.id) === 'READ' ? 'READ' : 'DENY';
    case 'rule':
      return profile.rule(need.id) === 'READ' ? 'READ' : 'DENY';
    case 'undeclared':
      return 'DENY';
  }
}

/** Decision about selecting a field; a mask where null cannot stand is a refusal. */
export function decideField(profile: AccessProfile, type: FieldType, field: OutputField): AccessDecision {
  const decision = strictest(needsOfField(type, field).map((need) => decide(profile, need)));
  return decision === 'MASK' && !canBeMasked(type, field) ? 'DENY' : decision;
}

/** Null cannot stand in a non-null field, nor in a key, by which the parts of an answer are joined. */
export function canBeMasked(type: FieldType, field: OutputField): boolean {
  return !isNonNullType(field.type) && !keyFieldsOf(type).has(field.name);
}

/**
 * Decision about giving a value: by filter, order or argument a masked value could be guessed, so that masked is
 * refused. What may be written by a mutation may be given to it.
 */
export function decideInput(profile: AccessProfile, place: InputPlace, writing: boolean): AccessDecision {
  const allowed = needsOfInput(place).every(
    (need) =>
      decide(profile, need) === 'READ' ||
      (writing && need.kind === 'term' && profile.write(need.id) === 'READ'),
  );
  return allowed ? 'READ' : 'DENY';
}

/** Names in the `@key` directives of a type. */
export function keyFieldsOf(type: FieldType): ReadonlySet<string> {
  const nodes: readonly Declared[] = [type.astNode, ...type.extensionASTNodes].filter((node) => node != null);
  const keys = nodes.flatMap(({ directives = [] }) =>
    directives
      .filter(({ name }) => name.value === 'key' || name.value === 'join__type')
      .flatMap((directive) => directive.arguments ?? [])
      .filter(({ name }) => name.value === 'fields' || name.value === 'key')
      .map(({ value }) => (value.kind === Kind.STRING ? value.value : '')),
  );
  return new Set(keys.flatMap((fields) => fields.split(/[\s{}]+/).filter(Boolean)));
}
