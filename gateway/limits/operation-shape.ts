/** Measures a document's shape with fragments expanded, in time linear in its text. */
import {
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** Sums over all operations of a document; depth is the deepest. */
export interface OperationShape {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly fields: number;
}

const NOTHING: OperationShape = { depth: 0, aliases: 0, directives: 0, fields: 0 };
const ENDLESS: OperationShape = {
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
  return document.definitions
    .map((definition) => ('selectionSet' in definition ? measurer.definition(definition) : NOTHING))
    .reduce(besides, NOTHING);
}

class ShapeMeasurer {
  readonly #measured = new Map<string, OperationShape>();

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>) {}

  definition(node: {
    selectionSet: SelectionSetNode;
    directives?: readonly DirectiveNode[] | undefined;
  }): OperationShape {
    return besides(this.#selections(node.selectionSet), directivesOf(node));
  }

  #selections(set: SelectionSetNode): OperationShape {
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

  #fragment(name: string): OperationShape {
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

function directivesOf(node: { directives?: readonly DirectiveNode[] | undefined }): OperationShape {
  return { ...NOTHING, directives: node.directives?.length ?? 0 };
}

function besides(a: OperationShape, b: OperationShape): OperationShape {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
    fields: a.fields + b.fields,
  };
}

function below(own: OperationShape, inner: OperationShape): OperationShape {
  return { ...besides(own, inner), depth: own.depth + inner.depth };
}
