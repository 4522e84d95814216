/**
 * A simulated SAP Gateway: several OData V2 services below one address, with its envelope and its habits. Values are
 * written as V2 writes them, pages are cut by a ceiling of the server, and brackets in a filter are refused.
 */
import { ApiServer, type ApiAnswer, type ApiRequest } from '../../../connectors/rest/api-server';

/** `date` is an Edm.DateTime that SAP shows as a date; times and instants are ISO texts. */
export type PropertyType = 'text' | 'flag' | 'date' | 'instant' | 'time' | 'decimal' | 'double' | 'integer';
export type EntityValue = string | number | boolean | null | readonly Entity[] | Entity;
export interface Entity {
  readonly [name: string]: EntityValue;
}

export interface EntitySet {
  readonly key: readonly string[];
  readonly properties: Readonly<Record<string, PropertyType>>;
  /** Navigation → the set that it leads to; entities hold what comes along under its name. */
  readonly navigations?: Readonly<Record<string, { readonly set: string; readonly many: boolean }>>;
  readonly entities: Entity[];
}

export type Services = Readonly<Record<string, Readonly<Record<string, EntitySet>>>>;

const ROOT = '/sap/opu/odata/sap/';

export class GatewayServer {
  /** Entities that a page holds, whatever is asked. */
  ceiling = 5;
  /** How many questions are answered by 429 before the next one is answered. */
  throttled = 0;
  readonly api: ApiServer;

  constructor(
    private readonly services: Services,
    private readonly authorization: string,
  ) {
    this.api = new ApiServer((request) => this.#answer(request));
  }

  /** Address of the folder of the services. */
  async start(): Promise<string> {
    return new URL(ROOT, await this.api.start()).href;
  }

  #answer(request: ApiRequest): ApiAnswer {
    const { path, query, headers, method } = request;
    if (headers.authorization !== this.authorization) return { status: 401, body: {} };
    if (method !== 'GET') return { status: 403, body: fault('CSRF token validation failed') };
    if (this.throttled > 0) {
      this.throttled -= 1;
      return { status: 429, headers: { 'retry-after': '0' }, body: {} };
    }
    const [service = '', set = '', ...rest] = path.startsWith(ROOT) ? path.slice(ROOT.length).split('/') : [];
    const sets = this.services[service];
    if (sets === undefined || rest.length > 0) return { status: 404, body: fault('no service found') };
    if (set === '') return { body: { d: { EntitySets: Object.keys(sets) } } };
    if (set === '$metadata')
      return { headers: { 'content-type': 'application/xml' }, text: metadataOf(service, sets) };
    const found = sets[set];
    if (found === undefined) return { status: 404, body: fault(`Resource not found for segment '${set}'`) };
    try {
      return { body: { d: this.#page(request, `${service}/${set}`, found, sets, query) } };
    } catch (error) {
      return { status: 400, body: fault((error as Error).message) };
    }
  }

  #page(
    { headers }: ApiRequest,
    path: string,
    set: EntitySet,
    sets: Readonly<Record<string, EntitySet>>,
    query: URLSearchParams,
  ): Record<string, unknown> {
    const filter = query.get('$filter');
    if (filter !== null && /[()]/u.test(filter.replace(/startswith\([^()]*\)/gu, '')))
      throw new Error('Invalid parenthesis in $filter');
    const found = set.entities.filter((entity) => filter === null || fits(entity, set, filter));
    for (const part of (query.get('$orderby') ?? '').split(',').filter(Boolean).reverse()) {
      const name = part.split(' ')[0] ?? '';
      found.sort((a, b) => order(a[name], b[name]));
    }
    const from = Number(query.get('$skiptoken') ?? query.get('$skip') ?? 0);
    const asked = Math.min(Number(query.get('$top') ?? Infinity), this.ceiling);
    const items = found.slice(from, from + asked);
    const next = new URLSearchParams(query);
    next.delete('$skip');
    next.set('$skiptoken', String(from + items.length));
    const expand = (query.get('$expand') ?? '').split(',').filter(Boolean);
    const select = query.get('$select')?.split(',') ?? null;
    return {
      results: items.map((entity) => selected(written(entity, set, sets, expand), select)),
      ...(query.get('$inlinecount') === 'allpages' ? { __count: String(found.length) } : {}),
      ...(from + items.length < found.length && !query.has('$top')
        ? { __next: `http://${headers.host ?? ''}${ROOT}${path}?${next.toString()}` }
        : {}),
    };
  }
}

const fault = (value: string) => ({ error: { code: '005056A509B11EE1', message: { lang: 'en', value } } });

/** A value as it is compared; what comes along is never compared. */
const plain = (value: EntityValue | undefined): string =>
  value === null || value === undefined || typeof value === 'object' ? '' : String(value);

const order = (a: EntityValue | undefined, b: EntityValue | undefined): number =>
  plain(a) < plain(b) ? -1 : plain(a) > plain(b) ? 1 : 0;

function fits(entity: Entity, set: EntitySet, filter: string): boolean {
  return filter.split(' or ').some((facts) => facts.split(' and ').every((fact) => holds(entity, set, fact)));
}

function holds(entity: Entity, set: EntitySet, fact: string): boolean {
  const [, name = '', operator = '', literal = ''] = /^(\w+) (eq|ne|ge) (.+)$/u.exec(fact) ?? [];
  const type = set.properties[name];
  if (type === undefined) throw new Error(`Invalid filter: ${fact}`);
  const value = entity[name] ?? null;
  if (literal === 'null') return (value === null) === (operator === 'eq');
  const prefix = { date: 'datetime', instant: 'datetimeoffset' }[type as string] ?? '';
  const wanted = type === 'flag' ? literal : new RegExp(`^${prefix}'(.*)'$`, 'u').exec(literal)?.[1];
  if (wanted === undefined) throw new Error(`Invalid literal: ${literal}`);
  if (operator === 'eq') return plain(value) === wanted.replaceAll("''", "'");
  return value !== null && Date.parse(plain(value)) >= Date.parse(type === 'date' ? `${wanted}Z` : wanted);
}

/** What comes along is selected too, by the first step of its path. */
function selected(
  entity: Record<string, unknown>,
  select: readonly string[] | null,
): Record<string, unknown> {
  const names = select?.map((path) => path.split('/')[0]);
  return Object.fromEntries(
    Object.entries(entity).filter(([name]) => name === '__metadata' || names?.includes(name) !== false),
  );
}

/** An entity as V2 writes it; what was not asked to come along is a link. */
function written(
  entity: Entity,
  set: EntitySet,
  sets: Readonly<Record<string, EntitySet>>,
  expand: readonly string[],
): Record<string, unknown> {
  const properties = Object.entries(set.properties).map(
    ([name, type]) => [name, writtenValue(entity[name] ?? null, type)] as const,
  );
  const links = Object.entries(set.navigations ?? {}).map(([name, { set: target, many }]) => {
    const deeper = expand
      .filter((path) => path.split('/')[0] === name)
      .map((path) => path.split('/').slice(1).join('/'));
    if (deeper.length === 0) return [name, { __deferred: { uri: `x/${name}` } }] as const;
    const to = sets[target];
    if (to === undefined) throw new Error(`no set ${target}`);
    const write = (one: Entity) => written(one, to, sets, deeper.filter(Boolean));
    const value = entity[name] ?? null;
    if (many) return [name, { results: ((value ?? []) as readonly Entity[]).map(write) }] as const;
    return [name, value === null ? null : write(value as Entity)] as const;
  });
  return { __metadata: { uri: 'x', type: 'x' }, ...Object.fromEntries<unknown>([...properties, ...links]) };
}

function writtenValue(value: EntityValue, type: PropertyType): EntityValue {
  if (value === null) return type === 'text' ? '' : null;
  switch (type) {
    case 'date':
      return `/Date(${Date.parse(`${value as string}T00:00:00Z`)})/`;
    case 'instant':
      return `/Date(${Date.parse(value as string)}+0000)/`;
    case 'time':
      return `PT${(value as string).replace(':', 'H').replace(':', 'M')}S`;
    case 'double':
      return Number(value).toExponential(16);
    default:
      return value;
  }
}

const EDM: Readonly<Record<PropertyType, string>> = {
  text: 'Type="Edm.String"',
  flag: 'Type="Edm.Boolean"',
  date: 'Type="Edm.DateTime" Precision="0" sap:display-format="Date"',
  instant: 'Type="Edm.DateTimeOffset" Precision="7"',
  time: 'Type="Edm.Time" Precision="0"',
  decimal: 'Type="Edm.Decimal" Precision="13" Scale="3"',
  double: 'Type="Edm.Double"',
  integer: 'Type="Edm.Int32"',
};

function metadataOf(service: string, sets: Readonly<Record<string, EntitySet>>): string {
  const links = Object.entries(sets).flatMap(([name, set]) =>
    Object.entries(set.navigations ?? {}).map(([navigation, to]) => ({ name, navigation, ...to })),
  );
  const types = Object.entries(sets).map(([name, { key, properties }]) => {
    const listed = Object.entries(properties).map(
      ([property, type]) =>
        `<Property Name="${property}" ${EDM[type]} Nullable="${String(!key.includes(property))}"/>`,
    );
    const navigations = links
      .filter((link) => link.name === name)
      .map(
        ({ navigation }) =>
          `<NavigationProperty Name="${navigation}" Relationship="${service}.${name}_${navigation}" FromRole="From" ToRole="To"/>`,
      );
    const refs = key.map((one) => `<PropertyRef Name="${one}"/>`).join('');
    return `<EntityType Name="${name}Type"><Key>${refs}</Key>${[...listed, ...navigations].join('')}</EntityType>`;
  });
  const associations = links.map(
    ({ name, navigation, set, many }) =>
      `<Association Name="${name}_${navigation}"><End Type="${service}.${name}Type" Multiplicity="1" Role="From"/>
       <End Type="${service}.${set}Type" Multiplicity="${many ? '*' : '0..1'}" Role="To"/></Association>`,
  );
  const entitySets = Object.keys(sets).map(
    (name) => `<EntitySet Name="${name}" EntityType="${service}.${name}Type"/>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:sap="http://www.sap.com/Protocols/SAPData">
<edmx:DataServices xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" m:DataServiceVersion="2.0">
<Schema Namespace="${service}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
${types.join('\n')}
${associations.join('\n')}
<EntityContainer Name="${service}_Entities" m:IsDefaultEntityContainer="true">${entitySets.join('')}</EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`;
}
