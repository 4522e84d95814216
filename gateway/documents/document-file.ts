/** Reads the documents of apps: `<app>/<name>.graphql`, each with one named operation. */
import { GraphQLError, Kind, parse, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../../controls/integrity/digest';

/** The app whose documents are for all. */
export const SHARED = 'shared';

export interface RegisteredDocument {
  /** `sha256:…` of the text. */
  readonly id: string;
  readonly app: string;
  /** Name of its operation. */
  readonly name: string;
  /** Path below the folder, for messages. */
  readonly file: string;
  readonly text: string;
  readonly document: DocumentNode;
}

export interface DocumentFiles {
  readonly documents: readonly RegisteredDocument[];
  /** `file:line: what is wrong`. */
  readonly problems: readonly string[];
}

/** Reads every document below a folder; one that is not there holds none. */
export function readDocuments(folder: string): DocumentFiles {
  const documents: RegisteredDocument[] = [];
  const problems: string[] = [];
  for (const file of graphqlFiles(folder)) {
    try {
      documents.push(readDocument(folder, file));
    } catch (error) {
      problems.push(problemAt(file, error));
    }
  }
  return { documents, problems: [...problems, ...twice(documents)] };
}

/** `file:line: message` of a GraphQL error, or of any other. */
export function problemAt(file: string, error: unknown): string {
  const line = error instanceof GraphQLError ? (error.locations?.[0]?.line ?? 1) : 1;
  return `${file}:${line}: ${error instanceof Error ? error.message : String(error)}`;
}

function graphqlFiles(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.graphql'))
    .sort();
}

function readDocument(folder: string, file: string): RegisteredDocument {
  const [app, ...rest] = file.split('/');
  if (app === undefined || rest.length !== 1) throw new Error('must stand in the folder of its app');
  // a checkout with other line ends holds the same document
  const text = readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n');
  const document = parse(text);
  const [operation, ...others] = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.name === undefined || others.length > 0)
    throw new Error('must hold one operation, with a name');
  return { id: digestOf(text), app, name: operation.name.value, file, text, document };
}

/** A name is how people speak of a document, so that an app has it once; old versions get names of their own. */
function twice(documents: readonly RegisteredDocument[]): string[] {
  const seen = new Map<string, string>();
  return documents.flatMap(({ app, name, file, id }) => {
    const keys = [`${app}/${name}`, id];
    const other = keys.map((key) => seen.get(key)).find((found) => found !== undefined);
    for (const key of keys) seen.set(key, seen.get(key) ?? file);
    return other === undefined ? [] : [`${file}:1: ${name} stands already in ${other}`];
  });
}
