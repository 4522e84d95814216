/** `lotgraph quality`: how complete, valid, consistent and timely the data is, down to the rows that fail. */
import { InvalidInputError } from '../../platform/errors';
import type { WhoOptions } from '../identity/client';
import { type Hand, askGraph, handOf } from '../sign-off/graph';
import { textTable } from '../table';

const DEMO_USER = 'data-steward';

const PAGE = 100;

interface Page<N> {
  readonly nodes: readonly N[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Score {
  readonly id: string;
  readonly system: string;
  readonly stream: string;
  readonly term: string | null;
  readonly dimension: string;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly met: boolean | null;
  readonly standards: readonly { readonly leastPercent: string }[];
}

export interface ShowOptions extends WhoOptions {
  readonly system?: string;
  readonly stream?: string;
  readonly term?: string;
  readonly dimension?: string;
  readonly below?: boolean;
}

export interface ListOptions extends WhoOptions {
  readonly most: string;
}

/** The share, never rounded up to what it is not. */
export const shareOf = (numerator: number | null, denominator: number | null): string =>
  numerator === null || denominator === null || denominator === 0
    ? '-'
    : `${(Math.floor((numerator * 10_000) / denominator) / 100).toFixed(2)} %`;

const verdictOf = (met: boolean | null): string => (met === null ? '-' : met ? 'met' : 'BELOW');

export async function showScores(root: string, options: ShowOptions): Promise<void> {
  const { system, stream, term, dimension, below } = options;
  const filter = {
    ...(system === undefined ? {} : { system }),
    ...(stream === undefined ? {} : { stream }),
    ...(term === undefined ? {} : { term }),
    ...(dimension === undefined ? {} : { dimension: dimension.toUpperCase() }),
    ...(below === true ? { met: false } : {}),
  };
  const scores = await all<Score>(
    await handOf(root, options, DEMO_USER),
    `query ($first: Int!, $after: String, $filter: QualityScoreFilter) {
      list: qualityScores(first: $first, after: $after, filter: $filter) {
        nodes { id system stream term dimension numerator denominator met standards { leastPercent } }
        pageInfo { hasNextPage endCursor } } }`,
    { filter },
    Number.MAX_SAFE_INTEGER,
  );
  const order = (one: Score): string => [one.system, one.stream, one.dimension, one.term ?? ''].join(' ');
  const sorted = [...scores].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  if (sorted.length === 0) console.log('Nothing fits.');
  else
    console.log(
      textTable([
        ['score', 'system', 'stream', 'dimension', 'term', 'share', 'rows', 'asked', 'result'],
        ...sorted.map(({ id, numerator, denominator, met, standards, ...one }) => [
          ...[id, one.system, one.stream, one.dimension, one.term ?? 'whole rows'],
          shareOf(numerator, denominator),
          numerator === null ? '-' : `${numerator} / ${denominator}`,
          standards.map(({ leastPercent }) => `${leastPercent} %`).join(', ') || '-',
          verdictOf(met),
        ]),
      ]),
    );
}

interface Standard {
  readonly id: string;
  readonly dimension: string;
  readonly terms: readonly string[] | null;
  readonly systems: readonly string[] | null;
  readonly leastPercent: string;
  readonly severity: string;
  readonly owner: string | null;
}

export async function showStandards(root: string, options: WhoOptions): Promise<void> {
  const query = '{ qualityStandards { id dimension terms systems leastPercent severity owner } }';
  const { qualityStandards } = await askGraph<{ qualityStandards: readonly Standard[] }>(
    await handOf(root, options, DEMO_USER),
    query,
    {},
  );
  for (const { id, dimension, terms, systems, leastPercent, severity, owner } of qualityStandards)
    console.log(
      `${id}  ${severity}  ${owner ?? 'steward of the term'}  ${dimension} >= ${leastPercent} %  ${
        terms?.join(' ') ?? 'whole rows'
      }${systems === null ? '' : `  of ${systems.join(', ')}`}`,
    );
}

interface Measurement {
  readonly measuredAt: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly met: boolean | null;
}

export async function showHistory(root: string, id: string, options: ListOptions): Promise<void> {
  const measurements = await all<Measurement>(
    await handOf(root, options, DEMO_USER),
    `query ($id: ID!, $first: Int!, $after: String) { list: qualityHistory(score: $id, first: $first, after: $after) {
      nodes { measuredAt numerator denominator met } pageInfo { hasNextPage endCursor } } }`,
    { id },
    mostOf(options),
  );
  for (const { measuredAt, numerator, denominator, met } of measurements)
    console.log(
      `${measuredAt}  ${shareOf(numerator, denominator)}  ${numerator} / ${denominator}  ${verdictOf(met)}`,
    );
  if (measurements.length === 0) console.log('Nothing was measured.');
}

interface Failing {
  readonly key: string;
  readonly reason: string;
  readonly finding: string | null;
  readonly rejectedRow: string | null;
  readonly lot: { readonly id: string } | null;
}

export async function listFailures(root: string, id: string, options: ListOptions): Promise<void> {
  const failures = await all<Failing>(
    await handOf(root, options, DEMO_USER),
    `query ($id: ID!, $first: Int!, $after: String) { list: qualityFailures(score: $id, first: $first, after: $after) {
      nodes { key reason finding rejectedRow lot { id } } pageInfo { hasNextPage endCursor } } }`,
    { id },
    mostOf(options),
  );
  for (const { key, reason, finding, rejectedRow, lot } of failures)
    console.log(`${key}  ${reason}  ${finding ?? rejectedRow ?? ''}  ${lot?.id ?? ''}`.trimEnd());
  if (failures.length === 0) console.log('No row fails.');
  else if (failures.length === mostOf(options))
    console.log(`The first ${failures.length}; there may be more.`);
}

function mostOf({ most }: ListOptions): number {
  const rows = Number(most);
  if (!Number.isSafeInteger(rows) || rows < 1) throw new InvalidInputError('--most takes a number of rows');
  return rows;
}

/** Follows pages, short ones too, until there are as many as are wanted. */
async function all<N>(
  hand: Hand,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  most: number,
): Promise<N[]> {
  const nodes: N[] = [];
  for (let after: string | null = null; ;) {
    const first = Math.min(PAGE, most - nodes.length);
    const { list }: { list: Page<N> } = await askGraph(hand, query, { ...variables, first, after });
    nodes.push(...list.nodes);
    if (!list.pageInfo.hasNextPage || nodes.length >= most) return nodes;
    after = list.pageInfo.endCursor;
  }
}
