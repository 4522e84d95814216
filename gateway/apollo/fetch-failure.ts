/** Turns the failure of one call into errors at the fields that it would have filled. */
import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { SubgraphOperation } from '../../controls/serving/execute-subgraph';
import { presentError, type PresentedError } from '../../controls/serving/present-error';
import type { Language } from '../../platform/request';

/** Of a long list, the first fields carry an error; `fields` in the extensions tells how many there are. */
const MOST_ERRORS = 20;

type Path = readonly (string | number)[];

/** One error for each field that stays empty; its path starts at the subgraph operation's own root. */
export function failureErrors(
  failure: unknown,
  call: { subgraph: string; operation: SubgraphOperation; document: DocumentNode; language: Language },
): PresentedError[] {
  const { error } = presentError(failure, call.language);
  const paths = emptyPaths(call.operation, call.document);
  return paths.slice(0, MOST_ERRORS).map((path) => ({
    ...error,
    path,
    extensions: {
      ...error.extensions,
      subgraph: call.subgraph,
      ...(paths.length > 1 ? { fields: paths.length } : {}),
    },
  }));
}

function emptyPaths(operation: SubgraphOperation, document: DocumentNode): Path[] {
  const root = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (root === undefined) return [[]];
  const representations = operation.variables?.['representations'];
  if (!Array.isArray(representations))
    return [...responseKeys(root.selectionSet, document)].map((key) => [key]);
  const entities = root.selectionSet.selections.find(
    (s) => s.kind === Kind.FIELD && s.name.value === '_entities',
  );
  if (entities?.kind !== Kind.FIELD || entities.selectionSet === undefined) return [[]];
  const selections = entities.selectionSet;
  return representations.flatMap((representation: { __typename?: string }, index) =>
    [...responseKeys(selections, document, representation.__typename)].map((key) => [
      '_entities',
      index,
      key,
    ]),
  );
}

/** Names under which the selections answer, for values of type `typename` where that is known. */
function responseKeys(
  selectionSet: SelectionSetNode,
  document: DocumentNode,
  typename?: string,
): Set<string> {
  const keys = new Set<string>();
  const fragments = selectionSet.selections.filter((selection) => selection.kind !== Kind.FIELD);
  const conditions = fragments.map((selection) =>
    selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(document, selection.name.value),
  );
  const exact = conditions.filter((fragment) => fragment?.typeCondition?.name.value === typename);
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) keys.add(selection.alias?.value ?? selection.name.value);
  }
  // a fragment on an interface names no exact type: then every fragment may apply
  for (const fragment of exact.length > 0 ? exact : conditions) {
    for (const key of fragment ? responseKeys(fragment.selectionSet, document, typename) : []) keys.add(key);
  }
  keys.delete('__typename');
  return keys;
}

function fragmentOf(document: DocumentNode, name: string): FragmentDefinitionNode | undefined {
  return document.definitions.find(
    (definition): definition is FragmentDefinitionNode =>
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
  );
}
