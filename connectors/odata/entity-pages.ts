/**
 * Pages of an entity set. The service counts what it lists, and reading goes on until that many came: by the links that
 * it gives, and by `$skip` where it gives none. A list that ends early is an error, never a loss.
 */
import { DateTime } from 'luxon';
import type { RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { ODataSource } from '../mapping/document';
import type { Deadline } from '../resilience/deadline';
import type { HttpClient, JsonRequest } from '../rest/http-client';
import type { Page, PageStart } from '../rest/list-reader';
import type { CheckedEntity } from './entity-check';
import { alternativesOf, both, filterText, sinceFact, type Alternatives, type SinceTime } from './filter';
import type { ODataModel } from './metadata';
import { rootOf } from './metadata-reader';
import { isObject, plainEntity } from './values';

/** Pages of one nested list that are followed: more is a service that never ends. */
const MOST_NESTED_PAGES = 10_000;

const COUNT: Readonly<Record<2 | 4, readonly [string, string]>> = {
  2: ['$inlinecount', 'allpages'],
  4: ['$count', 'true'],
};

export interface EntityQuery {
  readonly client: HttpClient;
  readonly source: ODataSource;
  readonly version: 2 | 4;
  /** False: the service does not count; a list ends where it names no next page. */
  readonly counts: boolean;
  readonly model: ODataModel;
  readonly entity: CheckedEntity;
  /** Of times that the service takes without an offset. */
  readonly zone: string;
  /** `unmarked`: only entities that do not say when they changed; `marked`: only those that do. Default all. */
  readonly only?: 'marked' | 'unmarked';
}

interface RawPage {
  readonly items: readonly RawValue[];
  readonly total: number | null;
  readonly next: string | null;
}

export class EntityPages {
  readonly #fixed: Alternatives;
  #total: number | null = null;
  #since: number | null = null;

  constructor(private readonly query: EntityQuery) {
    const { source, entity, version } = query;
    this.#fixed = alternativesOf(source.where ?? [], entity.type, version);
  }

  async page(start: PageStart, deadline: Deadline): Promise<Page> {
    const { client } = this.query;
    const path = start.next ?? this.#path(start);
    const page = await client.ask(this.#request(path), deadline, (answer) => this.#read(answer));
    if (page.next !== null && page.next === start.next)
      throw client.nonsense('a page names itself as the next one');
    const whole = () => Promise.all(page.items.map((item) => this.#whole(item, deadline)));
    if (!this.query.counts) return { items: await whole(), isLast: page.next === null, next: page.next };
    const before = this.#total;
    this.#total = page.total ?? (start.next === null ? null : before);
    if (this.#total === null) throw client.nonsense('the answer does not say how many entities there are');
    // an entity that went away moved the others to the front, and one of them past what is asked for next
    const isSameList = start.offset > 0 && start.next === null && start.since === this.#since;
    this.#since = start.since;
    if (isSameList && this.#total < (before ?? 0))
      throw client.nonsense('entities went away while the list was read');
    const left = Math.max(0, this.#total - start.offset);
    if (page.items.length === 0 && left > 0 && page.next === null)
      throw client.nonsense(`the list ended ${left} entities before its count`);
    const items = await whole();
    return { items, isLast: page.next === null && items.length >= left, next: page.next };
  }

  #request(path: string): JsonRequest {
    // without this, V4 writes decimals as numbers that lose digits
    const accept = this.query.version === 4 ? 'application/json;IEEE754Compatible=true' : 'application/json';
    return { method: 'GET', path, accept };
  }

  #path({ offset, since }: PageStart): string {
    const { source, version } = this.query;
    const filter = filterText(both([this.#fixed, this.#changed(since)]));
    const expand = source.expand ?? [];
    const options: (readonly [string, string | null])[] = [
      ...Object.entries(source.params ?? {}).map(([name, value]) => [name, String(value)] as const),
      ['$filter', filter],
      ['$select', this.#select()],
      ['$expand', expand.length === 0 ? null : version === 2 ? expand.join(',') : nestedExpand(expand)],
      ['$orderby', this.#order()],
      ['$top', source.size === undefined ? null : String(source.size)],
      ['$skip', offset === 0 ? null : String(offset)],
      ...(this.query.counts ? [COUNT[version]] : []),
    ];
    const given = options.filter((option): option is [string, string] => option[1] !== null);
    // not as a form: services differ in what they take a plus for
    return `${rootOf(source.service)}${source.entitySet}?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
  }

  /** V2 lists what comes along among what is selected; V4 does not. */
  #select(): string | null {
    const { source, version } = this.query;
    if (source.select === undefined) return null;
    return [...source.select, ...(version === 2 ? (source.expand ?? []) : [])].join(',');
  }

  /** In the order of change where one property tells it, and always in one order. */
  #order(): string | null {
    const { type, marks } = this.query.entity;
    const keys = type.key.flatMap((name) => type.properties.get(name) ?? []);
    const names = [...(marks.length === 1 ? marks : []), ...keys]
      .filter(({ sortable }) => sortable)
      .map(({ name }) => name);
    return names.length === 0 ? null : [...new Set(names)].map((name) => `${name} asc`).join(',');
  }

  /** The first property that has a value tells when an entity changed; one that has none is asked for each time. */
  #changed(since: number | null): Alternatives {
    const { entity, version, zone, only } = this.query;
    const unmarked = entity.marks.map(({ name }) => `${name} eq null`);
    if (only === 'unmarked') return [unmarked];
    const mark = entity.marks[0];
    if (mark === undefined) return null;
    if (since === null) return only === 'marked' ? [[`${mark.name} ne null`]] : null;
    const time = sinceTime(since, zone);
    const changed = entity.marks.map((one, i) => [...unmarked.slice(0, i), sinceFact(one, time, version)]);
    return only === 'marked' || !entity.marks.every(({ nullable }) => nullable)
      ? changed
      : [...changed, unmarked];
  }

  #read(answer: RawValue): RawPage {
    const { client, version } = this.query;
    const body = version === 2 && isObject(answer) ? (answer['d'] ?? null) : answer;
    const [list, total, next] =
      version === 2
        ? [Array.isArray(body) ? body : valueAt(body, 'results'), '__count', '__next']
        : [valueAt(body, 'value'), '@odata.count', '@odata.nextLink'];
    if (!Array.isArray(list)) throw client.nonsense('the answer holds no list of entities');
    const at = (name: string) => (isObject(body) ? (body[name] ?? null) : null);
    return { items: list, total: countOf(at(total)), next: this.#link(at(next)) };
  }

  #link(link: RawValue): string | null {
    if (typeof link !== 'string' || link === '') return null;
    // a link without a host or a slash in front starts at the service
    const isRelative = !/^(?:[a-z][a-z0-9+.-]*:|\/)/iu.test(link);
    const root = isRelative ? rootOf(this.query.source.service) : '';
    return this.query.client.pathOf(`${root}${link}`, true);
  }

  /** The entity with all of what comes along: a nested list may be cut into pages too. */
  async #whole(item: RawValue, deadline: Deadline): Promise<RawValue> {
    const { entity, model } = this.query;
    if (!isObject(item)) return item;
    return plainEntity(await this.#filled(item, deadline), entity.type, model);
  }

  async #filled(item: { [key: string]: RawValue }, deadline: Deadline): Promise<{ [key: string]: RawValue }> {
    const filled: { [key: string]: RawValue } = { ...item };
    for (const [name, value] of Object.entries(item)) {
      const nested = this.#nested(item, name, value);
      if (nested !== null) filled[name] = await this.#rest(nested.list, nested.next, deadline);
      else if (isObject(value) && !('__deferred' in value) && name !== '__metadata')
        filled[name] = await this.#filled(value, deadline);
    }
    return filled;
  }

  #nested(
    item: { [key: string]: RawValue },
    name: string,
    value: RawValue,
  ): { list: readonly RawValue[]; next: string | null } | null {
    if (this.query.version === 4)
      return Array.isArray(value)
        ? { list: value, next: this.#link(item[`${name}@odata.nextLink`] ?? null) }
        : null;
    if (!isObject(value) || !Array.isArray(value['results'])) return null;
    return { list: value['results'], next: this.#link(value['__next'] ?? null) };
  }

  async #rest(list: readonly RawValue[], link: string | null, deadline: Deadline): Promise<RawValue[]> {
    const { client } = this.query;
    const found = [...list];
    let next = link;
    for (let pages = 0; next !== null; pages += 1) {
      if (pages >= MOST_NESTED_PAGES) throw client.nonsense('a nested list does not end');
      const page: RawPage = await client.ask(this.#request(next), deadline, (answer) => this.#read(answer));
      found.push(...page.items);
      next = page.next;
    }
    return await Promise.all(
      found.map(async (one) => (isObject(one) ? await this.#filled(one, deadline) : one)),
    );
  }
}

/** `to_A/to_B` as V4 nests it: `to_A($expand=to_B)`. */
function nestedExpand(paths: readonly string[]): string {
  const tree = new Map<string, string[]>();
  for (const path of paths) {
    const [first = '', ...rest] = path.split('/');
    tree.set(first, [...(tree.get(first) ?? []), ...(rest.length === 0 ? [] : [rest.join('/')])]);
  }
  return [...tree]
    .map(([name, below]) => (below.length === 0 ? name : `${name}($expand=${nestedExpand(below)})`))
    .join(',');
}

function countOf(value: RawValue): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/u.test(value) ? Number(value) : null;
}

function sinceTime(since: number, zone: string): SinceTime {
  const fraction = since % 1000 === 0 ? '' : '.SSS';
  return {
    instant: DateTime.fromMillis(since, { zone: 'utc' }).toFormat(`yyyy-MM-dd'T'HH:mm:ss${fraction}'Z'`),
    wall: DateTime.fromMillis(since, { zone }).toFormat(`yyyy-MM-dd'T'HH:mm:ss${fraction}`),
  };
}
