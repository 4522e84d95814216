/** `lotgraph documents list|check|register`: the operations that apps may run by id. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { apiSchemaOf } from '../../platform/graphql/api-schema';
import { checkDocuments } from '../../gateway/documents/check-documents';
import { readDocuments } from '../../gateway/documents/document-file';
import { compareWithManifest, writeManifest } from '../../gateway/documents/manifest';
import { DEFAULT_LIMITS } from '../../gateway/limits/limits';
import { commandConfig } from '../command-config';

const SUPERGRAPH = 'schema/generated/supergraph.graphql';

/** Prints id, app and name of each document. Resolves to the exit code. */
export function listDocuments(root: string): number {
  const { documents, problems } = readDocuments(folderOf(root));
  for (const { id, app, name } of documents) console.log(`${id}  ${app}/${name}`);
  return report(problems);
}

/** Says what does not fit the schema, the limits or the manifest. Resolves to the exit code. */
export async function checkDocumentsCommand(root: string): Promise<number> {
  const folder = folderOf(root);
  const { documents, problems } = readDocuments(folder);
  const all = [...problems, ...(await misfits(root)), ...compareWithManifest(folder, documents)];
  if (all.length === 0) console.log(`${documents.length} documents fit the schema and the limits.`);
  return report(all);
}

/** Writes the manifest, unless a document does not fit. Resolves to the exit code. */
export async function registerDocuments(root: string): Promise<number> {
  const folder = folderOf(root);
  const { documents, problems } = readDocuments(folder);
  const all = [...problems, ...(await misfits(root))];
  if (all.length > 0) return report(all);
  writeManifest(folder, documents);
  console.log(`Registered ${documents.length} documents; a running gateway knows them after its next start.`);
  return 0;
}

async function misfits(root: string): Promise<string[]> {
  const schema = await apiSchemaOf(readFileSync(path.join(root, SUPERGRAPH), 'utf8'));
  return checkDocuments(readDocuments(folderOf(root)).documents, schema, DEFAULT_LIMITS);
}

function folderOf(root: string): string {
  return commandConfig(root).reading.documentsDir;
}

function report(problems: readonly string[]): number {
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}
