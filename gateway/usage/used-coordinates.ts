/** What of the graph an operation uses: fields, arguments, and fields of inputs, in the document and in its variables. */
import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  print,
  stripIgnoredCharacters,
  visit,
  visitWithTypeInfo,
} from 'graphql';

export interface UsedCoordinates {
  readonly coordinates: ReadonlySet<string>;
  /** Variables whose values name fields of inputs. */
  readonly inputs: readonly { readonly name: string; readonly type: GraphQLInputType }[];
}

export function usedCoordinates(document: DocumentNode, schema: GraphQLSchema): UsedCoordinates {
  const coordinates = new Set<string>();
  const inputs: { name: string; type: GraphQLInputType }[] = [];
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: ({ name }) => {
        const parent = types.getParentType();
        if (parent && !name.value.startsWith('__')) coordinates.add(`${parent.name}.${name.value}`);
      },
      Argument: ({ name }) => {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        if (parent && field) coordinates.add(`${parent.name}.${field.name}(${name.value}:)`);
      },
      ObjectField: ({ name }) => {
        const parent = getNamedType(types.getParentInputType());
        if (parent) coordinates.add(`${parent.name}.${name.value}`);
      },
      Variable: ({ name }) => {
        const type = types.getInputType();
        if (type && isInputObjectType(getNamedType(type))) inputs.push({ name: name.value, type });
      },
    }),
  );
  return { coordinates, inputs };
}

/** Fields of inputs that the variables' values name. */
export function usedByVariables(
  inputs: UsedCoordinates['inputs'],
  variables: Readonly<Record<string, unknown>>,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name, type } of inputs) walk(variables[name], type, found);
  return found;
}

function walk(value: unknown, type: GraphQLInputType, found: Set<string>): void {
  const nullable = getNullableType(type);
  if (value === null || value === undefined) return;
  if (isListType(nullable)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
      walk(one, nullable.ofType, found);
  } else if (isInputObjectType(nullable) && typeof value === 'object') {
    for (const field of Object.values(nullable.getFields())) {
      const inner = (value as Record<string, unknown>)[field.name];
      if (inner === undefined) continue;
      found.add(`${nullable.name}.${field.name}`);
      walk(inner, field.type, found);
    }
  }
}

/** The text of an operation without its literals, which may be values of somebody's data; one text for all of them. */
export function withoutLiterals(document: DocumentNode): string {
  const bare = visit(document, {
    StringValue: (node) => ({ ...node, value: '', block: false }),
    IntValue: (node) => ({ ...node, value: '0' }),
    FloatValue: (node) => ({ ...node, value: '0' }),
    ListValue: (node) =>
      node.values.every(({ kind }) => kind === Kind.STRING) ? { ...node, values: [] } : undefined,
  });
  return stripIgnoredCharacters(print(bare));
}
