/**
 * Everything that an operation uses of the graph: fields through every fragment and on every type that an interface
 * may be, arguments, input fields in literals and defaults. `@skip` changes nothing: what stands in the text counts.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  getNamedType,
  getNullableType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql';
import { walkValue } from './argument-access';
import {
  type FieldType,
  type InputPlace,
  type Need,
  type OutputField,
  canBeMasked,
  isMutation,
  needsOfField,
  needsOfInput,
} from './field-access';

/** A place of the graph that an operation uses, and what that needs. */
export interface Use {
  readonly coordinate: string;
  readonly needs: readonly Need[];
  /** Whether null may stand for the value. Never for what is given: by it a hidden value could be guessed. */
  readonly maskable: boolean;
  /** Given to a mutation: the right to write the term is enough. */
  readonly writing: boolean;
}

/** What one operation of a document uses, apart from the values of its variables. */
export interface OperationUses {
  readonly uses: ReadonlyMap<string, Use>;
  readonly variables: readonly VariableUse[];
}

export interface VariableUse {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly writing: boolean;
}

/** The uses of the operation; of none when there is no such operation. The document must be valid. */
export function collectUses(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): OperationUses {
  const operation = getOperationAST(document, operationName);
  const collector = new UseCollector(schema, document);
  if (operation) collector.operation(operation);
  return { uses: collector.uses, variables: collector.variables };
}

/** The use of an input place. */
export function inputUse(coordinate: string, place: InputPlace, writing: boolean): Use {
  return { coordinate, needs: needsOfInput(place), maskable: false, writing };
}

class UseCollector {
  readonly uses = new Map<string, Use>();
  readonly variables: VariableUse[] = [];
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #defaults = new Map<string, ValueNode>();
  readonly #walked = new Set<string>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
  }

  operation(operation: OperationDefinitionNode): void {
    for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
      if (defaultValue) this.#defaults.set(variable.name.value, defaultValue);
    }
    this.#selections(operation.selectionSet, this.schema.getRootType(operation.operation));
  }

  #selections(set: SelectionSetNode, parent: GraphQLNamedType | null | undefined): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) this.#field(selection, parent);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition?.name.value;
        this.#selections(selection.selectionSet, on === undefined ? parent : this.schema.getType(on));
      } else this.#fragment(selection.name.value);
    }
  }

  /** Each fragment once: it uses the same wherever it is spread. */
  #fragment(name: string): void {
    const fragment = this.#fragments.get(name);
    if (fragment === undefined || this.#walked.has(name)) return;
    this.#walked.add(name);
    this.#selections(fragment.selectionSet, this.schema.getType(fragment.typeCondition.name.value));
  }

  #field(node: FieldNode, parent: GraphQLNamedType | null | undefined): void {
    const name = node.name.value;
    if (name.startsWith('__')) return; // introspection reaches no data
    const types = this.#typesAt(parent);
    let found: OutputField | undefined;
    for (const type of types) {
      const field = type.getFields()[name];
      if (field === undefined) continue;
      found ??= field;
      const coordinate = `${type.name}.${name}`;
      this.#note({
        coordinate,
        needs: needsOfField(type, field),
        maskable: canBeMasked(type, field),
        writing: false,
      });
      this.#arguments(coordinate, field, node, isMutation(type));
    }
    // a name that the schema does not have never passed validation; if it did, nobody may use it
    if (found === undefined) {
      const coordinate = `${parent?.name ?? ''}.${name}`;
      this.#note({ coordinate, needs: [{ kind: 'undeclared', id: '' }], maskable: false, writing: false });
    }
    const inner = found === undefined ? undefined : getNamedType(found.type);
    if (node.selectionSet) this.#selections(node.selectionSet, isCompositeType(inner) ? inner : undefined);
  }

  #typesAt(parent: GraphQLNamedType | null | undefined): readonly FieldType[] {
    if (isObjectType(parent)) return [parent];
    if (!isAbstractType(parent)) return [];
    const possible = this.schema.getPossibleTypes(parent);
    return isInterfaceType(parent) ? [parent, ...possible] : possible;
  }

  #arguments(coordinate: string, field: OutputField, node: FieldNode, writing: boolean): void {
    for (const argument of field.args) {
      const given = node.arguments?.find((one) => one.name.value === argument.name);
      if (given === undefined && argument.defaultValue === undefined) continue;
      this.#note(inputUse(`${coordinate}(${argument.name}:)`, argument, writing));
      if (given !== undefined) this.#value(argument.type, given.value, writing);
      else this.#values(argument.type, argument.defaultValue, writing);
    }
  }

  #value(type: GraphQLInputType, node: ValueNode, writing: boolean): void {
    if (node.kind === Kind.VARIABLE) {
      const name = node.name.value;
      this.variables.push({ name, type, writing });
      const fallback = this.#defaults.get(name);
      if (fallback) this.#value(type, fallback, writing);
      return;
    }
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const items = node.kind === Kind.LIST ? node.values : [node];
      for (const item of items) this.#value(nullable.ofType, item, writing);
    } else if (isInputObjectType(nullable) && node.kind === Kind.OBJECT) {
      for (const field of Object.values(nullable.getFields())) {
        const given = node.fields.find((one) => one.name.value === field.name);
        if (given === undefined && field.defaultValue === undefined) continue;
        this.#note(inputUse(`${nullable.name}.${field.name}`, field, writing));
        if (given !== undefined) this.#value(field.type, given.value, writing);
        else this.#values(field.type, field.defaultValue, writing);
      }
    }
  }

  #values(type: GraphQLInputType, value: unknown, writing: boolean): void {
    walkValue(type, value, (coordinate, place) => this.#note(inputUse(coordinate, place, writing)));
  }

  #note(use: Use): void {
    const known = this.uses.get(use.coordinate);
    // a value that is also given outside a mutation needs the right to read it
    if (known === undefined || (known.writing && !use.writing)) this.uses.set(use.coordinate, use);
  }
}
