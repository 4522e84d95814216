/** The object and input types that an SDL document declares or extends, in one shape. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
} from 'graphql';

export type DeclaredField = FieldDefinitionNode | InputValueDefinitionNode;

export interface DeclaredType {
  readonly name: string;
  readonly input: boolean;
  readonly directives: readonly ConstDirectiveNode[];
  readonly fields: readonly DeclaredField[];
}

/** Types with fields, in the order of the document. */
export function declaredTypes(document: DocumentNode): DeclaredType[] {
  return document.definitions.flatMap((definition) => {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION:
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      case Kind.INPUT_OBJECT_TYPE_EXTENSION:
        return [
          {
            name: definition.name.value,
            input: definition.kind.startsWith('InputObject'),
            directives: definition.directives ?? [],
            fields: definition.fields ?? [],
          },
        ];
      default:
        return [];
    }
  });
}
