/** What each source system is called and what kind it is, from the head of its mapping file. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { LocalizedText } from '../../../platform/errors';

export interface SystemName {
  readonly name: LocalizedText;
  readonly kind: string;
}

const MAPPINGS = path.join('schema', 'mappings');

/** By system id. A file that is not there or cannot be read names nothing: the copy is shown all the same. */
export async function loadSystemNames(root: string): Promise<ReadonlyMap<string, SystemName>> {
  const folder = path.join(root, MAPPINGS);
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const names = new Map<string, SystemName>();
  for (const file of files.filter((name) => path.basename(name) === 'mapping.yaml').sort()) {
    const head = await headOf(path.join(folder, file));
    if (head !== null && !names.has(head.id)) names.set(head.id, head);
  }
  return names;
}

async function headOf(file: string): Promise<(SystemName & { id: string }) | null> {
  try {
    const content = parse(await readFile(file, 'utf8')) as { system?: Partial<SystemName> & { id?: string } };
    const { id, name, kind } = content.system ?? {};
    return id !== undefined && name !== undefined && kind !== undefined ? { id, name, kind } : null;
  } catch {
    return null; // the mapping compiler reports what is wrong with a mapping
  }
}
