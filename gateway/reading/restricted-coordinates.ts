/** Which places of the graph show, or are filtered by, a term of class `restricted`, or of one that is derived from such. */
import { Kind, parse, type ConstDirectiveNode, type DefinitionNode } from 'graphql';
import { attributeTerms, splitTerm } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';

/** `Type.field`, `Input.field` or `Type.field(argument:)` → ids of the restricted terms that it can show. */
export type RestrictedCoordinates = ReadonlyMap<string, readonly string[]>;

/** Reads them from a supergraph, whose places carry `@term`. */
export function restrictedCoordinates(supergraphSdl: string, dictionary: Dictionary): RestrictedCoordinates {
  const restricted = restrictedTerms(dictionary);
  const found = new Map<string, readonly string[]>();
  const note = (
    coordinate: string,
    node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  ): void => {
    const term = termOf(node.directives);
    if (term === undefined) return;
    const shown = [term, ...attributesBehind(term, dictionary)].filter((id) => restricted.has(id));
    if (shown.length > 0) found.set(coordinate, shown);
  };
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    for (const field of fieldsOf(definition)) {
      note(`${field.type}.${field.node.name.value}`, field.node);
      for (const argument of 'arguments' in field.node ? (field.node.arguments ?? []) : []) {
        note(argumentCoordinate(field.type, field.node.name.value, argument.name.value), argument);
      }
    }
  }
  return found;
}

export function argumentCoordinate(type: string, field: string, argument: string): string {
  return `${type}.${field}(${argument}:)`;
}

function fieldsOf(definition: DefinitionNode) {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return (definition.fields ?? []).map((node) => ({ type: definition.name.value, node }));
    default:
      return [];
  }
}

function termOf(directives: readonly ConstDirectiveNode[] = []): string | undefined {
  const value = directives
    .find(({ name }) => name.value === 'term')
    ?.arguments?.find(({ name }) => name.value === 'id')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** Terms without a field of their own, which the list of their entity may show. */
function attributesBehind(term: string, dictionary: Dictionary): string[] {
  const { recordType, field } = splitTerm(term);
  return field === 'attributes' ? attributeTerms(dictionary, recordType).map(({ id }) => id) : [];
}

/** What is derived from a restricted term is as restricted, at any distance. */
function restrictedTerms(dictionary: Dictionary): ReadonlySet<string> {
  const terms = dictionary.list();
  const restricted = new Set(
    terms.filter(({ classification }) => classification === 'restricted').map(({ id }) => id),
  );
  for (let before = -1; before < restricted.size;) {
    before = restricted.size;
    for (const { id, derivedFrom } of terms) {
      if (derivedFrom.some((source) => restricted.has(source))) restricted.add(id);
    }
  }
  return restricted;
}
