/** Where in the graph each term is used, read from the composed schema that is committed with the code. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  Kind,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  parse,
} from 'graphql';
import { termIdOf } from './build-subgraph';

const SUPERGRAPH = path.join('schema', 'generated', 'supergraph.graphql');

export type Coordinates = ReadonlyMap<string, readonly string[]>;

/** Coordinates by term id. Empty when the schema has not been composed yet. */
export async function loadCoordinates(root: string): Promise<Coordinates> {
  const sdl = await readFile(path.join(root, SUPERGRAPH), 'utf8').catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  });
  return sdl === null ? new Map() : coordinatesIn(parse(sdl, { noLocation: true }));
}

/** `Lot.expiresOn`, `Query.lot(number:)`, `LotFilter.expiresBefore`, by the term that each carries. */
export function coordinatesIn(document: DocumentNode): Coordinates {
  const coordinates = new Map<string, string[]>();
  const note = (node: FieldDefinitionNode | InputValueDefinitionNode, coordinate: string): void => {
    const term = termIdOf(node.directives);
    if (term !== undefined) coordinates.set(term, [...(coordinates.get(term) ?? []), coordinate]);
  };
  for (const type of document.definitions) {
    if (
      type.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      type.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
      type.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION
    )
      continue;
    for (const field of type.fields ?? []) {
      const coordinate = `${type.name.value}.${field.name.value}`;
      note(field, coordinate);
      if (field.kind === Kind.FIELD_DEFINITION)
        for (const argument of field.arguments ?? [])
          note(argument, `${coordinate}(${argument.name.value}:)`);
    }
  }
  for (const list of coordinates.values()) list.sort();
  return coordinates;
}
