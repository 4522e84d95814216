/** Finds what an operation reads, or asks by, of restricted terms; a document is walked once and remembered. */
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isInputObjectType,
  isListType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { GuardedOperation } from '../operation-guard';
import { argumentCoordinate, type RestrictedCoordinates } from './restricted-coordinates';

/** What the document alone tells; values of variables are looked at with each request. */
interface DocumentReads {
  readonly coordinates: ReadonlySet<string>;
  /** Variables, and the input types that their values are of. */
  readonly variables: readonly { readonly name: string; readonly type: GraphQLInputType }[];
}

export class RestrictedReads {
  #remembered = new WeakMap<DocumentNode, Map<string, DocumentReads>>();

  constructor(readonly restricted: RestrictedCoordinates) {}

  /** The restricted coordinates that the operation touches, sorted; empty for most. */
  of(operation: GuardedOperation): readonly string[] {
    if (this.restricted.size === 0) return [];
    const { coordinates, variables } = this.#ofDocument(operation);
    const found = new Set(coordinates);
    for (const { name, type } of variables) this.#walkValue(operation.variables[name], type, found);
    return [...found].sort();
  }

  #ofDocument({ document, operationName, schema }: GuardedOperation): DocumentReads {
    const byName = this.#remembered.get(document) ?? new Map<string, DocumentReads>();
    this.#remembered.set(document, byName);
    const known = byName.get(operationName ?? '');
    if (known !== undefined) return known;
    const reads = this.#walkDocument(onlyOperation(document, operationName), schema);
    byName.set(operationName ?? '', reads);
    return reads;
  }

  #walkDocument(document: DocumentNode, schema: GraphQLSchema): DocumentReads {
    const coordinates = new Set<string>();
    const variables: { name: string; type: GraphQLInputType }[] = [];
    const note = (coordinate: string): void => {
      if (this.restricted.has(coordinate)) coordinates.add(coordinate);
    };
    const types = new TypeInfo(schema);
    const visitor = visitWithTypeInfo(types, {
      Field: ({ name }) => typesAt(types, schema).forEach((type) => note(`${type}.${name.value}`)),
      Argument: ({ name }) => {
        const field = types.getFieldDef();
        for (const type of typesAt(types, schema)) {
          if (field) note(argumentCoordinate(type, field.name, name.value));
        }
      },
      ObjectField: ({ name }) => {
        const parent = getNamedType(types.getParentInputType());
        if (parent) note(`${parent.name}.${name.value}`);
      },
      Variable: ({ name }) => {
        const type = types.getInputType();
        if (type && isInputObjectType(getNamedType(type))) variables.push({ name: name.value, type });
      },
    });
    visit(document, visitor);
    return { coordinates, variables };
  }

  #walkValue(value: unknown, type: GraphQLInputType, found: Set<string>): void {
    const nullable = getNullableType(type);
    if (value === null || value === undefined) return;
    if (isListType(nullable)) {
      const items: unknown[] = Array.isArray(value) ? value : [value];
      for (const item of items) this.#walkValue(item, nullable.ofType, found);
    } else if (isInputObjectType(nullable) && typeof value === 'object') {
      for (const field of Object.values(nullable.getFields())) {
        const inner = (value as Record<string, unknown>)[field.name];
        if (inner === undefined) continue;
        const coordinate = `${nullable.name}.${field.name}`;
        if (this.restricted.has(coordinate)) found.add(coordinate);
        this.#walkValue(inner, field.type, found);
      }
    }
  }
}

/** Names of the types that a field may belong to here: an interface's field is a field of all that implement it. */
function typesAt(types: TypeInfo, schema: GraphQLSchema): string[] {
  const parent = types.getParentType();
  if (!parent) return [];
  return isAbstractType(parent)
    ? [parent.name, ...schema.getPossibleTypes(parent).map(({ name }) => name)]
    : [parent.name];
}

/** The document without the operations that are not run; fragments stay, whoever uses them. */
function onlyOperation(document: DocumentNode, name: string | undefined): DocumentNode {
  if (name === undefined) return document;
  const definitions = document.definitions.filter(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || definition.name?.value === name,
  );
  return { ...document, definitions };
}
