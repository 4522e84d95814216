/** Measures a document's shape with fragments expanded, in time linear in its text. */
import {
  Kind,
  OperationTypeNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** Sums over all operations of a document; depth is the deepest. */
interface SelectionShape {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly fields: number;
}

export interface OperationShape extends SelectionShape {
  readonly operations: number;
  /** Fields at the root of the mutation that has most of them. */
  readonly mutations: number;
}

const NOTHING: SelectionShape = { depth: 0, aliases: 0, directives: 0, fields: 0 };
const ENDLESS: SelectionShape = {
  depth: Infinity,
  aliases: Infinity,
  directives: Infinity,
  fields: Infinity,
};

/** Each fragment is measured once, so that fragments of fragments cost nothing extra; a cycle is endless. */
export function measureShape(document: DocumentNode): OperationShape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measurer = new ShapeMeasurer(fragments);
  const shape = document.definitions
    .map((definition) => ('selectionSet' in definition ? measurer.definition(definition) : NOTHING))
    .reduce(besides, NOTHING);
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const mutations = Math.max(
    0,
    ...operations.map((operation) =>
      'operation' in operation && operation.operation === OperationTypeNode.MUTATION
        ? measurer.rootFields(operation.selectionSet)
        : 0,
    ),
  );
  return { ...shape, operations: operations.length, mutations };
}

class ShapeMeasurer {
  readonly #measured = new Map<string, SelectionShape>();
  readonly #roots = new Map<string, number>();

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>) {}

  definition(node: {
    selectionSet: SelectionSetNode;
    directives?: readonly DirectiveNode[] | undefined;
  }): SelectionShape {
    return besides(this.#selections(node.selectionSet), directivesOf(node));
  }

  /** Fields of a selection itself, those of its fragments included. */
  rootFields(set: SelectionSetNode): number {
    return set.selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + 1;
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + this.rootFields(selection.selectionSet);
      return sum + this.#rootFieldsOf(selection.name.value);
    }, 0);
  }

  #rootFieldsOf(name: string): number {
    const known = this.#roots.get(name);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    if (fragment === undefined) return 0;
    this.#roots.set(name, Infinity); // until it is counted: a cycle is endless
    const count = this.rootFields(fragment.selectionSet);
    this.#roots.set(name, count);
    return count;
  }

  #selections(set: SelectionSetNode): SelectionShape {
    let total = NOTHING;
    for (const selection of set.selections) {
      total = besides(total, directivesOf(selection));
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        total = besides(total, this.#fragment(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        total = besides(total, this.#selections(selection.selectionSet));
      else {
        const own = { ...NOTHING, depth: 1, fields: 1, aliases: selection.alias === undefined ? 0 : 1 };
        // introspection is deep by nature, reaches no data, and has a depth rule of its own in graphql-js
        const meta = selection.name.value.startsWith('__');
        const inner = selection.selectionSet ? this.#selections(selection.selectionSet) : NOTHING;
        total = besides(total, meta ? { ...besides(own, inner), depth: 1 } : below(own, inner));
      }
    }
    return total;
  }

  #fragment(name: string): SelectionShape {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    if (fragment === undefined) return NOTHING; // validation names the unknown fragment
    this.#measured.set(name, ENDLESS);
    const shape = this.definition(fragment);
    this.#measured.set(name, shape);
    return shape;
  }
}

function directivesOf(node: { directives?: readonly DirectiveNode[] | undefined }): SelectionShape {
  return { ...NOTHING, directives: node.directives?.length ?? 0 };
}

function besides(a: SelectionShape, b: SelectionShape): SelectionShape {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
    fields: a.fields + b.fields,
  };
}

function below(own: SelectionShape, inner: SelectionShape): SelectionShape {
  return { ...besides(own, inner), depth: own.depth + inner.depth };
}
