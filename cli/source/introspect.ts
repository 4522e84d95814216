/** `lotgraph source introspect`: what a source holds, before there is a mapping. Reads only. */
import { openSource } from '../../connectors/inspect/open-source';
import type { ColumnProfile, ResourceInfo, ResourceProfile } from '../../connectors/inspect/source-profile';
import { commandSignal, openOptions, wholeNumber } from '../map/open-mapping';
import { textTable } from '../table';
import { httpOptions, type HttpCommandOptions } from './http-options';

export interface IntrospectOptions extends HttpCommandOptions {
  readonly resource?: readonly string[];
  readonly all?: boolean;
  readonly sample: string;
  readonly json?: boolean;
}

const MOST_ROWS = 10_000;

/** Resolves to the exit code: 0. Without a resource named it lists what there is. */
export async function introspectCommand(
  root: string,
  reference: string,
  options: IntrospectOptions,
): Promise<number> {
  const signal = commandSignal();
  const sampleRows = wholeNumber('--sample', options.sample, MOST_ROWS);
  const http = httpOptions(options);
  const source = openSource(reference, { ...openOptions(root), http });
  try {
    const resources = await source.inspector.resources(signal);
    const named = options.resource ?? (options.all === true ? resources.map(({ name }) => name) : []);
    if (named.length === 0) {
      console.log(options.json === true ? JSON.stringify(resources, null, 2) : listText(resources));
      return 0;
    }
    const profiles: ResourceProfile[] = [];
    for (const name of named) {
      const profile = await source.inspector.profile(name, { sampleRows }, signal);
      if (options.json === true) profiles.push(profile);
      else console.log(profileText(profile));
    }
    if (options.json === true) console.log(JSON.stringify(profiles, null, 2));
    return 0;
  } finally {
    await source.close();
  }
}

const rowsText = ({ rows, rowsExact }: ResourceInfo) =>
  rows === null ? '?' : rowsExact ? String(rows) : `~${rows}`;

function listText(resources: readonly ResourceInfo[]): string {
  const lines = resources.map((resource) => [
    ...[resource.name, resource.kind, rowsText(resource), resource.comment ?? ''],
  ]);
  return `${textTable([['name', 'kind', 'rows', 'comment'], ...lines])}\n~ is an estimate of the source; ? is not counted. --resource NAME shows columns.`;
}

function profileText(profile: ResourceProfile): string {
  const head = `\n${profile.name} (${profile.kind}, ${rowsText(profile)} rows)${profile.comment === null ? '' : `: ${profile.comment}`}`;
  const file = [
    profile.encoding,
    profile.delimiter === undefined ? undefined : JSON.stringify(profile.delimiter),
  ];
  const detected = file.filter((part) => part !== undefined).join(', ');
  const unique = profile.unique.map((set) => set.join(' + ')).join('; ');
  const cells = [
    ['column', 'type', 'key', 'null', 'distinct', 'patterns', 'samples', 'comment'],
    ...profile.columns.map(columnCells),
  ];
  return [
    head,
    ...(detected === '' ? [] : [`  detected: ${detected}`]),
    ...(unique === '' ? [] : [`  unique: ${unique}`]),
    textTable(cells, '  '),
  ].join('\n');
}

const SHOWN = 3;

function columnCells(column: ColumnProfile): string[] {
  const { keyPart, references, nullRate, distinct, sampled, patterns, samples } = column;
  const key = [
    ...(keyPart > 0 ? [`pk${keyPart}`] : []),
    ...(references === null ? [] : [`→ ${references.resource}.${references.column}`]),
  ].join(' ');
  return [
    ...[column.name, column.type + (column.nullable === false ? ' not null' : ''), key],
    nullRate === null ? '' : `${Math.round(nullRate * 100)}%`,
    distinct === null ? '' : `${distinct}/${sampled}`,
    patterns
      .slice(0, SHOWN)
      .map(({ pattern, share }) => `${pattern} ${Math.round(share * 100)}%`)
      .join(', '),
    samples.slice(0, SHOWN).join(' | '),
    column.comment ?? '',
  ];
}
