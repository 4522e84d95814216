/** `lotgraph dictionary export`: has the gateway make the files, and writes them after their hashes were checked. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../../controls/integrity/digest';
import { type AskOptions, askGateway } from '../access/ask-gateway';

export interface ExportOptions extends AskOptions {
  readonly format: 'odcs' | 'openlineage' | 'xlsx';
  readonly out: string;
}

interface Exported {
  readonly exportDictionary: {
    readonly files: readonly {
      readonly name: string;
      readonly hash: string;
      readonly rows: number;
      readonly content: string;
    }[];
  };
}

const EXPORT = `mutation Export($format: ExportFormat!) {
  exportDictionary(format: $format) { files { name hash rows content } }
}`;

/** Resolves to the exit code. */
export async function exportCommand(root: string, options: ExportOptions): Promise<number> {
  const { exportDictionary } = await askGateway<Exported>(root, options, 'data-steward', {
    query: EXPORT,
    variables: { format: options.format.toUpperCase() },
  });
  mkdirSync(options.out, { recursive: true });
  for (const { name, hash, rows, content } of exportDictionary.files) {
    const bytes = Buffer.from(content, 'base64');
    if (digestOf(bytes) !== hash) {
      console.error(`${name} did not arrive as it was made; nothing of it is written.`);
      return 1;
    }
    // the gateway names files, never folders
    const file = path.join(options.out, path.basename(name));
    writeFileSync(file, bytes);
    console.log(`${file}  ${rows} rows  ${hash}`);
  }
  return 0;
}
