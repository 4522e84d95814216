/**
 * One document, one act: a person who signs or proposes answers for one thing at a time, so no document may hold two
 * of these mutations, whatever they are called by: alias, fragment, second operation, left out by @skip or not.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { GatewayError } from '../../platform/errors';

/** Throws SIGN_OFF_ONE_ACT when the document names more than one mutation of `acts`, or one more than once. */
export function requireOneAct(document: DocumentNode, acts: ReadonlySet<string>): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let found = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.MUTATION)
      continue;
    found += countActs(definition.selectionSet, { acts, fragments, open: new Set() });
    if (found > 1) throw new GatewayError('SIGN_OFF_ONE_ACT');
  }
}

interface Count {
  readonly acts: ReadonlySet<string>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments being expanded: one that spreads itself counts no further, validation refuses it. */
  readonly open: Set<string>;
}

/** Stops at two, so that fragments within fragments cost nothing. */
function countActs(set: SelectionSetNode, count: Count): number {
  let found = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) found += count.acts.has(selection.name.value) ? 1 : 0;
    else if (selection.kind === Kind.INLINE_FRAGMENT) found += countActs(selection.selectionSet, count);
    else found += countInFragment(selection.name.value, count);
    if (found > 1) return found;
  }
  return found;
}

function countInFragment(name: string, count: Count): number {
  const fragment = count.fragments.get(name);
  if (fragment === undefined || count.open.has(name)) return 0;
  count.open.add(name);
  const found = countActs(fragment.selectionSet, count);
  count.open.delete(name);
  return found;
}
