/** The text of a draft: YAML that compiles, with evidence beside each line and a TODO for all that is not certain. */
import type { OpenedSource, ResourceProfile } from '../inspect/source-profile';
import { sourceLines } from './draft-source';
import type { DraftedField, DraftedStream } from './draft-stream';
import { comment, flowList, scalar } from './yaml-text';

export interface DraftHead {
  readonly system: string;
  readonly kind: string;
  readonly zone: string;
  readonly reference: string;
  readonly connector: OpenedSource['connector'];
  /** Version of the service, where it is OData. */
  readonly odata?: number;
  /** How it is signed in to, as YAML flow text. */
  readonly login?: string;
}

/** `leftOut`: why a stream stands as a comment, by its name. */
export function draftText(
  head: DraftHead,
  streams: readonly DraftedStream[],
  leftOut: ReadonlyMap<string, string>,
  unrecognised: readonly ResourceProfile[] = [],
): string {
  const kept = streams.filter(({ name }) => !leftOut.has(name));
  return [
    '# yaml-language-server: $schema=../mapping.schema.json',
    '# A draft from what the source shows. Numbers are confidences from 0 to 1, with their evidence behind them.',
    '# Every TODO is a question for people who know the system; `lotgraph map check` lists those that are left.',
    'language: 1',
    '',
    'system:',
    `  id: ${scalar(head.system)}`,
    `  name: { en: ${scalar(head.system)}, zh: ${scalar(head.system)} } # TODO its names in English and Chinese`,
    `  kind: ${head.kind}`,
    `  timeZone: ${head.zone}`,
    '',
    'connector:',
    `  type: ${head.connector}`,
    `  connection: ${head.reference}`,
    ...(head.odata === undefined ? [] : [`  version: ${head.odata}`]),
    ...(head.login === undefined ? [] : [`  login: ${head.login}`]),
    ...codeLines(kept),
    '',
    kept.length === 0 ? 'streams: {} # TODO nothing could be drafted for certain' : 'streams:',
    ...streams.flatMap((stream) => {
      const why = leftOut.get(stream.name);
      const lines = streamLines(stream, head.connector);
      if (why === undefined) return [...lines, ''];
      return [
        `  ${comment(`TODO ${stream.name} was left out: ${why}`)}`,
        ...lines.map((line) => `  ${`# ${line.slice(2)}`.trimEnd()}`),
        '',
      ];
    }),
    ...unrecognised.map(unrecognisedLine),
    ...untold(streams),
  ].join('\n');
}

/** What was looked for and is not there is said: an empty genealogy looks like one without edges. */
function untold(streams: readonly DraftedStream[]): string[] {
  return streams.some(({ classified }) => classified.recordType === 'transformation')
    ? []
    : [
        '',
        `  ${comment('no table says in words that are known what went into what: no genealogy is drafted')}`,
      ];
}

/** What nobody recognised is not passed over in silence. */
function unrecognisedLine({ name, columns }: ResourceProfile): string {
  const listed = columns.map((column) => column.name).join(', ');
  return `  ${comment(`TODO ${name}: no word says what its rows are; map it or take this line out; it has ${listed}`)}`;
}

function codeLines(streams: readonly DraftedStream[]): string[] {
  const codes = streams.flatMap((stream) => stream.codes);
  if (codes.length === 0) return [];
  return [
    '',
    'codes:',
    ...codes.flatMap(({ name, entries, todos, unknown }) => [
      `  ${name}:`,
      '    entries:',
      ...entries.map(([code, target]) => `      ${JSON.stringify(code)}: ${target}`),
      ...todos.map((todo) => `      ${comment(`TODO ${todo}`)}`),
      `    unknown: ${unknown}`,
    ]),
  ];
}

function streamLines(stream: DraftedStream, connector: DraftHead['connector']): string[] {
  const { name, resource, classified, key, watermark, voids, sign, fields, todos, personal } = stream;
  const rows =
    resource.rows === null
      ? 'rows not counted'
      : `${resource.rowsExact ? '' : 'about '}${resource.rows} rows`;
  const said = resource.comment === null ? '' : ` (${resource.comment})`;
  return [
    `  ${comment(`${resource.name}${said}: ${rows}; ${classified.recordType} ${shown(classified.score)}: ${classified.evidence}`)}`,
    `  ${name}:`,
    `    recordType: ${classified.recordType}`,
    ...sourceLines(stream, connector),
    ...(key === null ? [`    ${comment('TODO key: nothing tells the rows apart')}`] : [`    key: ${key}`]),
    ...(watermark === null
      ? []
      : [
          `    watermark: { from: ${scalar(watermark.reference)}, overlap: 5m } ${comment(reasons(watermark.confidence, watermark.evidence))}`,
        ]),
    ...todos.map((todo) => `    ${comment(`TODO ${todo}`)}`),
    ...(voids.length === 0
      ? []
      : [
          '    void:',
          ...voids.map(
            ({ column, value, evidence }) =>
              `      - { when: { column: ${scalar(column)}, equals: ${JSON.stringify(value)} }, reason: deleted } ${comment(evidence)}`,
          ),
        ]),
    ...(sign === null
      ? []
      : sign.lines === null
        ? sign.todos.map((todo) => `    ${comment(`TODO sign: ${todo}`)}`)
        : [
            ...sign.remarks.map((remark) => `    ${comment(`sign: ${remark}`)}`),
            ...sign.todos.map((todo) => `    ${comment(`TODO sign: ${todo}`)}`),
            '    sign:',
            ...sign.lines.map((line) => `      ${line}`),
          ]),
    '    fields:',
    ...fields.flatMap(fieldLines),
    ...(personal.length === 0
      ? []
      : [
          `    personal: ${flowList(personal.map((column) => `{ column: ${scalar(column)} }`))} ${comment('names of people')}`,
        ]),
  ];
}

function fieldLines({
  name,
  spec,
  confidence,
  evidence,
  todos,
  alternatives,
  required,
}: DraftedField): string[] {
  const others = alternatives.map((one) =>
    comment(`or ${name}: ${one.reference} (${reasons(one.confidence, one.evidence)})`),
  );
  const questions = todos.map((todo) => comment(`TODO ${name}: ${todo}`));
  if (spec === null)
    return required || questions.length > 0 ? [...questions, ...others].map((line) => `      ${line}`) : [];
  const why = comment(reasons(confidence, evidence));
  return [`      ${name}: ${spec} ${why}`, ...[...questions, ...others].map((line) => `      ${line}`)];
}

const shown = (confidence: number) => confidence.toFixed(2);
const reasons = (confidence: number | null, evidence: readonly string[]) =>
  [...(confidence === null ? [] : [shown(confidence)]), evidence.join('; ')].join(' ');
