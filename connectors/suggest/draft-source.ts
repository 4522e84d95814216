/** Where the rows of a drafted stream come from, as YAML: a table with its joins, a union of its ends, files, or a list of an API. */
import type { OpenedSource } from '../inspect/source-profile';
import type { DraftedPart, DraftedStream } from './draft-stream';
import type { JoinDraft } from './reachable';
import { comment, flowList, scalar } from './yaml-text';

type Drafted = Pick<DraftedStream, 'resource' | 'joins' | 'unique' | 'parts' | 'where'>;

/** Lines of `source:`, indented to stand in a stream. */
export function sourceLines(stream: Drafted, connector: OpenedSource['connector']): string[] {
  const { resource, where, parts } = stream;
  const name = scalar(resource.name);
  if (connector === 'sql') {
    if (parts.length === 0) return ['    source:', ...tableLines(stream, stream.joins, '      ')];
    return ['    source:', '      union:', ...parts.flatMap((part) => partLines(stream, part))];
  }
  const only = where === null ? '' : `, where: [${where}]`;
  if (connector === 'file') {
    const [named] = (resource.encoding ?? 'utf-8').split(' ');
    const encoding = named === undefined || named === 'utf-8' ? '' : `, encoding: ${scalar(named)}`;
    const cut = resource.delimiter;
    const delimiter = cut === undefined || cut === ',' ? '' : `, delimiter: ${JSON.stringify(cut)}`;
    const source = `files: ${name}${encoding}${delimiter}${only}`;
    return unionOr(parts, source);
  }
  if (connector === 'odata') return unionOr(parts, `entitySet: ${name}${only}`);
  return restLines(stream, only);
}

/** A source on one line, or once for each part where its rows are read several times. */
function unionOr(parts: readonly DraftedPart[], source: string): string[] {
  if (parts.length === 0) return [`    source: { ${source} }`];
  return [
    '    source:',
    '      union:',
    ...parts.map((part) => `        ${part.name}: { ${source}, set: { ${setOf(part)} } }`),
  ];
}

function restLines({ resource, parts }: Drafted, only: string): string[] {
  const items = /^list at "(.*)"$/u.exec(resource.comment ?? '')?.[1];
  const [path = '', query] = resource.name.split('?');
  const pairs = [...new URLSearchParams(query)].map(
    ([param, value]) => `${scalar(param)}: ${JSON.stringify(value)}`,
  );
  const params = pairs.length === 0 ? '' : `, params: { ${pairs.join(', ')} }`;
  const asked =
    items === undefined
      ? 'items: the path of the list; paging: how to ask for more'
      : 'paging: how to ask for more';
  const lines = unionOr(parts, `path: ${scalar(path)}${params}, items: ${scalar(items ?? '')}${only}`);
  return [...lines.slice(0, -1), `${lines.at(-1) ?? ''} ${comment(`TODO ${asked}`)}`];
}

function partLines(stream: Drafted, part: DraftedPart): string[] {
  return [
    `        ${part.name}:`,
    ...tableLines(stream, part.joins, '          '),
    `          set: { ${setOf(part)} }`,
  ];
}

const setOf = ({ set }: DraftedPart) =>
  Object.entries(set)
    .map(([column, value]) => `${scalar(column)}: ${scalar(value)}`)
    .join(', ');

function tableLines(
  { resource, unique, where }: Drafted,
  joins: readonly JoinDraft[],
  indent: string,
): string[] {
  return [
    `${indent}table: ${scalar(resource.name)}`,
    ...(unique.length === 0 ? [] : [`${indent}unique: ${flowList(unique.map(scalar))}`]),
    ...(joins.length === 0
      ? []
      : [`${indent}joins:`, ...joins.map((join) => `${indent}  ${joinLine(join)}`)]),
    ...(where === null ? [] : [`${indent}where: [${where}]`]),
  ];
}

function joinLine({ table, as, on, inferred }: JoinDraft): string {
  const pairs = Object.entries(on).map(([column, equals]) => `${scalar(column)}: ${scalar(equals)}`);
  const line = `- { table: ${scalar(table)}, as: ${as}, on: { ${pairs.join(', ')} } }`;
  return inferred === undefined ? line : `${line} ${comment(`no foreign key, but ${inferred}`)}`;
}
