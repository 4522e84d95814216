/** A small OData service for tests, of either version: filters, order, pages by link, and a gateway's dislikes. */
import { ApiServer, type ApiAnswer, type ApiRequest } from '../rest/api-server';

export interface TestBatch {
  readonly Material: string;
  readonly Batch: string;
  readonly Plant: string;
  /** Ms since the epoch, or null. */
  changed: number | null;
  /** Calendar date, or null. */
  readonly expires: string | null;
  readonly quantity: string;
  readonly time: string;
  readonly charcs: readonly { readonly CharcInternalID: string; readonly CharcValue: string }[];
}

const NS = 'TEST';

export class ODataServer {
  batches: TestBatch[] = [];
  /** Entities that the service puts into one page, whatever is asked. */
  pageSize = 1000;
  nestedSize = 1000;
  /** Changes an answer before it is sent. */
  spoil: (body: Record<string, unknown>) => void = () => undefined;
  metadata: string;
  readonly api: ApiServer;

  constructor(private readonly version: 2 | 4) {
    this.metadata = version === 2 ? METADATA_2 : METADATA_4;
    this.api = new ApiServer((request) => this.#answer(request));
  }

  /** Query options of the questions for entities. */
  get asked(): Record<string, string>[] {
    return this.api.requests
      .filter(({ path }) => path === '/api/BatchSet')
      .map(({ query }) => Object.fromEntries(query));
  }

  #answer(request: ApiRequest): ApiAnswer {
    const { path, query } = request;
    if (path === '/api/$metadata')
      return { headers: { 'content-type': 'application/xml' }, text: this.metadata };
    if (path === '/api/') return { body: {} };
    const nested = /^\/api\/BatchSet\('([^']+)'\)\/to_Charc$/u.exec(path)?.[1];
    if (nested !== undefined) return { body: this.#nestedPage(nested, Number(query.get('$skiptoken') ?? 0)) };
    if (path !== '/api/BatchSet') return { status: 404 };
    // gateways answer brackets with an error
    if (/[()]/u.test((query.get('$filter') ?? '').replace(/startswith\([^)]*\)/gu, '')))
      return { status: 400 };
    const body = this.#page(query);
    this.spoil((this.version === 2 ? body['d'] : body) as Record<string, unknown>);
    return { body };
  }

  #page(query: URLSearchParams): Record<string, unknown> {
    const found = this.batches.filter((batch) => this.#fits(batch, query.get('$filter')));
    for (const part of (query.get('$orderby') ?? '').split(',').reverse()) {
      const name = part.split(' ')[0] ?? '';
      found.sort((a, b) => compare(valueOf(a, name), valueOf(b, name)));
    }
    const from = Number(query.get('$skiptoken') ?? query.get('$skip') ?? 0);
    const asked = Number(query.get('$top') ?? Infinity);
    const items = found.slice(from, from + Math.min(asked, this.pageSize));
    const isCut = asked > this.pageSize && from + items.length < found.length;
    const link = new URLSearchParams(query);
    link.set('$skiptoken', String(from + items.length));
    const next = isCut ? `BatchSet?${link.toString()}` : undefined;
    const withCharcs = (query.get('$expand') ?? '') === 'to_Charc';
    const entities = items.map((batch) => this.#entity(batch, withCharcs));
    return this.version === 2
      ? {
          d: {
            results: entities,
            __count: String(found.length),
            ...(next === undefined ? {} : { __next: next }),
          },
        }
      : {
          '@odata.count': found.length,
          value: entities,
          ...(next === undefined ? {} : { '@odata.nextLink': next }),
        };
  }

  #entity(batch: TestBatch, withCharcs: boolean): Record<string, unknown> {
    const { Material, Batch, Plant, changed, expires, quantity, time } = batch;
    const common = { Material, Batch, Plant, Empty: null };
    if (this.version === 4)
      return {
        ...{ '@odata.etag': 'W/"1"', ...common, Expires: expires, Quantity: quantity, At: time },
        Changed: changed === null ? null : new Date(changed).toISOString(),
        ...(withCharcs ? this.#nestedPage(Batch, 0, 'to_Charc') : {}),
      };
    return {
      ...{ __metadata: { uri: 'x', etag: '1' }, ...common, Quantity: quantity },
      Expires: expires === null ? null : `/Date(${Date.parse(expires)})/`,
      Changed: changed === null ? null : `/Date(${changed}+0000)/`,
      At: `PT${time.replace(':', 'H').replace(':', 'M')}S`,
      to_Charc: withCharcs ? this.#nestedPage(Batch, 0)['d'] : { __deferred: { uri: 'x' } },
    };
  }

  #nestedPage(batch: string, from: number, as = 'value'): Record<string, unknown> {
    const all = this.batches.find(({ Batch }) => Batch === batch)?.charcs ?? [];
    const list = all.slice(from, from + this.nestedSize);
    const to = from + list.length;
    const next = to < all.length ? `BatchSet('${batch}')/to_Charc?$skiptoken=${to}` : undefined;
    if (this.version === 2) return { d: { results: list, ...(next === undefined ? {} : { __next: next }) } };
    const link = as === 'value' ? '@odata.nextLink' : `${as}@odata.nextLink`;
    return { [as]: list, ...(next === undefined ? {} : { [link]: next }) };
  }

  #fits(batch: TestBatch, filter: string | null): boolean {
    if (filter === null) return true;
    return filter.split(' or ').some((facts) => facts.split(' and ').every((fact) => holds(batch, fact)));
  }
}

function valueOf(batch: TestBatch, name: string): string | number {
  return name === 'Changed' ? (batch.changed ?? -1) : batch[name as 'Plant' | 'Batch' | 'Material'];
}

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

function holds(batch: TestBatch, fact: string): boolean {
  const starts = /^startswith\((\w+),'(.*)'\)$/u.exec(fact);
  if (starts !== null) return String(valueOf(batch, starts[1] ?? '')).startsWith(starts[2] ?? '');
  const [, name = '', operator, literal = ''] = /^(\w+) (eq|ne|ge) (.+)$/u.exec(fact) ?? [];
  if (name === 'Changed') {
    const isNull = batch.changed === null;
    if (literal === 'null') return isNull === (operator === 'eq');
    const time = /^(?:datetimeoffset')?([^']+Z)'?$/u.exec(literal)?.[1];
    return !isNull && operator === 'ge' && (batch.changed ?? 0) >= Date.parse(time ?? 'none');
  }
  return operator === 'eq' && `'${String(valueOf(batch, name)).replaceAll("'", "''")}'` === literal;
}

const METADATA_2 = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:sap="http://www.sap.com/Protocols/SAPData">
 <edmx:DataServices xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" m:DataServiceVersion="2.0">
  <Schema Namespace="${NS}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
   <EntityType Name="BatchType" sap:label="Batch">
    <Key><PropertyRef Name="Material"/><PropertyRef Name="Batch"/></Key>
    <Property Name="Material" Type="Edm.String" Nullable="false" MaxLength="40" sap:label="Material"/>
    <Property Name="Batch" Type="Edm.String" Nullable="false" MaxLength="10" sap:label="批次"/>
    <Property Name="Plant" Type="Edm.String"/>
    <Property Name="Empty" Type="Edm.DateTime" sap:display-format="Date"/>
    <Property Name="Expires" Type="Edm.DateTime" sap:display-format="Date"/>
    <Property Name="Changed" Type="Edm.DateTimeOffset"/>
    <Property Name="Quantity" Type="Edm.Decimal" Precision="13" Scale="3"/>
    <Property Name="At" Type="Edm.Time"/>
    <Property Name="Note" Type="Edm.String" sap:filterable="false"/>
    <NavigationProperty Name="to_Charc" Relationship="${NS}.assoc" FromRole="From" ToRole="To"/>
   </EntityType>
   <EntityType Name="CharcType">
    <Key><PropertyRef Name="CharcInternalID"/></Key>
    <Property Name="CharcInternalID" Type="Edm.String" Nullable="false"/>
    <Property Name="CharcValue" Type="Edm.String"/>
   </EntityType>
   <Association Name="assoc">
    <End Type="${NS}.BatchType" Multiplicity="1" Role="From"/><End Type="${NS}.CharcType" Multiplicity="*" Role="To"/>
   </Association>
   <EntityContainer Name="Container" m:IsDefaultEntityContainer="true">
    <EntitySet Name="BatchSet" EntityType="${NS}.BatchType"/>
    <EntitySet Name="CharcSet" EntityType="${NS}.CharcType"/>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>`;

const METADATA_4 = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
 <edmx:DataServices>
  <Schema Namespace="com.test.long" Alias="${NS}" xmlns="http://docs.oasis-open.org/odata/ns/edm">
   <EntityType Name="Base" Abstract="true">
    <Key><PropertyRef Name="Material"/><PropertyRef Name="Batch"/></Key>
    <Property Name="Material" Type="Edm.String" Nullable="false"/>
    <Property Name="Batch" Type="Edm.String" Nullable="false"/>
   </EntityType>
   <EntityType Name="BatchType" BaseType="${NS}.Base">
    <Property Name="Plant" Type="Edm.String"/>
    <Property Name="Empty" Type="Edm.Date"/>
    <Property Name="Expires" Type="Edm.Date"/>
    <Property Name="Changed" Type="Edm.DateTimeOffset"/>
    <Property Name="Quantity" Type="Edm.Decimal" Scale="3"/>
    <Property Name="At" Type="Edm.TimeOfDay"/>
    <NavigationProperty Name="to_Charc" Type="Collection(${NS}.CharcType)"/>
   </EntityType>
   <EntityType Name="CharcType">
    <Key><PropertyRef Name="CharcInternalID"/></Key>
    <Property Name="CharcInternalID" Type="Edm.String" Nullable="false"/>
    <Property Name="CharcValue" Type="Edm.String"/>
   </EntityType>
   <EntityContainer Name="Container">
    <EntitySet Name="BatchSet" EntityType="${NS}.BatchType"/>
    <EntitySet Name="CharcSet" EntityType="${NS}.CharcType"/>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>`;
