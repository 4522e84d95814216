/**
 * The manifest of registered documents, `manifest.json`: id → app, name and file. Editing a file registers nothing:
 * the gateway runs only what the manifest names, and does not start where the two differ.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RegisteredDocument } from './document-file';

const FILE = 'manifest.json';

/** The text of the manifest of these documents. */
function manifestOf(documents: readonly RegisteredDocument[]): string {
  const entries = [...documents]
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ id, app, name, file }) => [id, { app, name, file }] as const);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

export function writeManifest(folder: string, documents: readonly RegisteredDocument[]): void {
  writeFileSync(path.join(folder, FILE), manifestOf(documents));
}

/** One problem for each document that the manifest does not name, or names and is not there. */
export function compareWithManifest(folder: string, documents: readonly RegisteredDocument[]): string[] {
  const named = readManifest(folder);
  const found = new Set(documents.map(({ id }) => id));
  return [
    ...documents
      .filter(({ id, file }) => named.get(id) !== file)
      .map(({ file }) => `${file}:1: is not registered as it stands: run \`lotgraph documents register\``),
    ...[...named]
      .filter(([id]) => !found.has(id))
      .map(([id, file]) => `${FILE}:1: ${id} (${file}) is not there`),
  ];
}

function readManifest(folder: string): ReadonlyMap<string, string> {
  const file = path.join(folder, FILE);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return new Map();
  const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { file: string }>;
  return new Map(Object.entries(content).map(([id, entry]) => [id, entry.file]));
}
