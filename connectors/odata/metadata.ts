/** The `$metadata` of an OData service (V2 and V4) as plain data: entity sets, their properties and where they lead. */
import { DOMParser, type Element } from '@xmldom/xmldom';

export interface ODataProperty {
  readonly name: string;
  /** `Edm.String`, or the qualified name of a complex or enumerated type; `Collection(…)` of either. */
  readonly type: string;
  readonly nullable: boolean;
  /** A calendar date that V2 writes as a time: SAP's `sap:display-format="Date"`. */
  readonly isDate: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  /** What people call it, where the service says so. */
  readonly label: string | null;
}

export interface ODataNavigation {
  readonly name: string;
  /** Qualified name of the entity type that it leads to. */
  readonly target: string;
  readonly many: boolean;
  /** Property → property of the target that it equals, where the service says so. */
  readonly keys: Readonly<Record<string, string>>;
}

export interface ODataType {
  readonly name: string;
  readonly key: readonly string[];
  readonly properties: ReadonlyMap<string, ODataProperty>;
  readonly navigations: ReadonlyMap<string, ODataNavigation>;
}

export interface ODataModel {
  /** Entity sets by name, with the qualified name of their type and their label. */
  readonly sets: ReadonlyMap<string, { readonly type: string; readonly label: string | null }>;
  /** Entity and complex types by qualified name. */
  readonly types: ReadonlyMap<string, ODataType>;
}

interface Association {
  readonly ends: ReadonlyMap<string, { readonly type: string; readonly many: boolean }>;
  readonly keys: Readonly<Record<string, string>>;
}

/** Reads the document. Throws when it is no metadata; a document type is refused, with all that it could bring. */
export function parseMetadata(xml: string): ODataModel {
  if (/<!DOCTYPE/iu.test(xml)) throw new SyntaxError('metadata has no document type');
  const fail = (_level: string, message: string) => {
    throw new SyntaxError(message);
  };
  const root = new DOMParser({ onError: fail }).parseFromString(xml, 'text/xml').documentElement;
  if (root?.localName !== 'Edmx') throw new SyntaxError('not an Edmx document');
  const schemas = all(root, 'Schema');
  const associations = new Map(
    schemas.flatMap((schema) =>
      all(schema, 'Association').map((one) => [qualified(schema, one), associationOf(one)] as const),
    ),
  );
  const types = new Map<string, ODataType>();
  const declared = new Map(
    schemas.flatMap((schema) =>
      [...all(schema, 'EntityType'), ...all(schema, 'ComplexType')].map(
        (one) => [qualified(schema, one), one] as const,
      ),
    ),
  );
  const aliases = new Map(
    schemas.map((schema) => [schema.getAttribute('Alias'), schema.getAttribute('Namespace')]),
  );
  const resolve = (name: string) =>
    name.replace(
      /^(Collection\()?([^.()]+)(?=\.[^.]+$)/u,
      (whole, list: string | undefined, prefix: string) => {
        const namespace = aliases.get(prefix);
        return namespace === undefined || namespace === null ? whole : `${list ?? ''}${namespace}`;
      },
    );
  const typeOf = (name: string, seen: readonly string[] = []): ODataType | null => {
    const known = types.get(name);
    const element = declared.get(name);
    if (known !== undefined || element === undefined || seen.includes(name)) return known ?? null;
    const base = element.getAttribute('BaseType');
    const parent = base === null ? null : typeOf(resolve(base), [...seen, name]);
    const made = makeType(name, element, parent, associations, resolve);
    types.set(name, made);
    return made;
  };
  for (const name of declared.keys()) typeOf(name);
  const sets = schemas.flatMap((schema) =>
    all(schema, 'EntitySet').map(
      (set) =>
        [
          required(set, 'Name'),
          { type: resolve(required(set, 'EntityType')), label: sap(set, 'label') },
        ] as const,
    ),
  );
  if (sets.length === 0) throw new SyntaxError('the metadata names no entity set');
  return { sets: new Map(sets), types };
}

function makeType(
  name: string,
  element: Element,
  parent: ODataType | null,
  associations: ReadonlyMap<string, Association>,
  resolve: (name: string) => string,
): ODataType {
  const properties = children(element, 'Property').map((one) => propertyOf(one, resolve));
  const navigations = children(element, 'NavigationProperty').flatMap((one) => {
    const found = navigationOf(one, associations, resolve);
    return found === null ? [] : [found];
  });
  const key = children(element, 'Key')
    .flatMap((one) => all(one, 'PropertyRef'))
    .map((ref) => required(ref, 'Name'));
  return {
    name,
    key: key.length > 0 ? key : (parent?.key ?? []),
    properties: new Map([
      ...(parent?.properties ?? []),
      ...properties.map((one) => [one.name, one] as const),
    ]),
    navigations: new Map([
      ...(parent?.navigations ?? []),
      ...navigations.map((one) => [one.name, one] as const),
    ]),
  };
}

function propertyOf(element: Element, resolve: (name: string) => string): ODataProperty {
  return {
    name: required(element, 'Name'),
    type: resolve(required(element, 'Type')),
    nullable: element.getAttribute('Nullable') !== 'false',
    isDate: sap(element, 'display-format') === 'Date',
    filterable: sap(element, 'filterable') !== 'false',
    sortable: sap(element, 'sortable') !== 'false',
    label: sap(element, 'label'),
  };
}

/** V4 names the type; V2 an association whose end has it. Null where the association is not described. */
function navigationOf(
  element: Element,
  associations: ReadonlyMap<string, Association>,
  resolve: (name: string) => string,
): ODataNavigation | null {
  const name = required(element, 'Name');
  const type = element.getAttribute('Type');
  if (type !== null) {
    const many = /^Collection\((.+)\)$/u.exec(type)?.[1];
    const keys = all(element, 'ReferentialConstraint').map(
      (one) => [required(one, 'Property'), required(one, 'ReferencedProperty')] as const,
    );
    return { name, target: resolve(many ?? type), many: many !== undefined, keys: Object.fromEntries(keys) };
  }
  const association = associations.get(resolve(element.getAttribute('Relationship') ?? ''));
  const end = association?.ends.get(element.getAttribute('ToRole') ?? '');
  if (association === undefined || end === undefined) return null;
  return { name, target: resolve(end.type), many: end.many, keys: association.keys };
}

function associationOf(element: Element): Association {
  const ends = children(element, 'End').map(
    (end) =>
      [
        required(end, 'Role'),
        { type: required(end, 'Type'), many: end.getAttribute('Multiplicity') === '*' },
      ] as const,
  );
  const refs = (part: string) =>
    all(element, part)
      .flatMap((one) => all(one, 'PropertyRef'))
      .map((ref) => required(ref, 'Name'));
  const [from, to] = [refs('Dependent'), refs('Principal')];
  return { ends: new Map(ends), keys: Object.fromEntries(from.map((name, i) => [name, to[i] ?? name])) };
}

function all(element: Element, name: string): Element[] {
  return [...element.getElementsByTagNameNS('*', name)];
}

function children(element: Element, name: string): Element[] {
  return all(element, name).filter((one) => one.parentNode === element);
}

function required(element: Element, name: string): string {
  const value = element.getAttribute(name);
  if (value === null || value === '') throw new SyntaxError(`${element.localName ?? ''} has no ${name}`);
  return value;
}

const qualified = (schema: Element, element: Element) =>
  `${required(schema, 'Namespace')}.${required(element, 'Name')}`;

const sap = (element: Element, name: string): string | null =>
  element.getAttributeNS('http://www.sap.com/Protocols/SAPData', name);
