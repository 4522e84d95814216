/** The lists that an OpenAPI 3 (or Swagger 2) document describes: GET without places in the path, answered by a list. */

export interface DescribedList {
  /** Below the base address, without a leading slash. */
  readonly path: string;
  readonly comment: string | null;
  readonly properties: readonly DescribedProperty[];
}

export interface DescribedProperty {
  /** Path in an item of the list. */
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean | null;
  readonly comment: string | null;
}

type Node = Readonly<Record<string, unknown>>;

const DEEPEST = 3;
const MOST_REFERENCES = 20;

/** Reads the document as far as it describes lists; what it does not describe is left out. */
export function listsOf(document: unknown): DescribedList[] {
  if (!isNode(document)) return [];
  const paths = nodeAt(document, 'paths');
  return Object.entries(paths).flatMap(([path, operations]): DescribedList[] => {
    const get = isNode(operations) ? nodeAt(operations, 'get') : {};
    if (path.includes('{') || Object.keys(get).length === 0) return [];
    const item = listItem(document, answerSchema(document, get), DEEPEST);
    if (item === null) return [];
    const comment = textOf(get['summary']) ?? textOf(get['description']);
    return [
      { path: path.replace(/^\/+/u, ''), comment, properties: propertiesOf(document, item, '', DEEPEST) },
    ];
  });
}

function answerSchema(document: Node, get: Node): Node {
  const answers = nodeAt(get, 'responses');
  const ok = resolve(
    document,
    nodeAt(answers, ['200', '2XX', 'default'].find((code) => code in answers) ?? ''),
  );
  const content = nodeAt(ok, 'content');
  const media = Object.keys(content).find((type) => /json/u.test(type)) ?? '';
  return resolve(document, 'schema' in ok ? nodeAt(ok, 'schema') : nodeAt(nodeAt(content, media), 'schema'));
}

/** The schema of the items of the first list of objects near the top. */
function listItem(document: Node, schema: Node, depth: number): Node | null {
  if (schema['type'] === 'array') {
    const item = whole(document, nodeAt(schema, 'items'));
    return Object.keys(nodeAt(item, 'properties')).length > 0 ? item : null;
  }
  if (depth === 0) return null;
  for (const part of Object.values(nodeAt(whole(document, schema), 'properties'))) {
    const found = isNode(part) ? listItem(document, resolve(document, part), depth - 1) : null;
    if (found !== null) return found;
  }
  return null;
}

function propertiesOf(document: Node, item: Node, prefix: string, depth: number): DescribedProperty[] {
  const required = Array.isArray(item['required']) ? item['required'] : [];
  return Object.entries(nodeAt(item, 'properties')).flatMap(([name, part]): DescribedProperty[] => {
    const schema = whole(document, isNode(part) ? part : {});
    const isObject = Object.keys(nodeAt(schema, 'properties')).length > 0;
    if (isObject && depth > 0) return propertiesOf(document, schema, `${prefix}${name}.`, depth - 1);
    const type = [textOf(schema['type']) ?? 'unknown', textOf(schema['format'])].filter(
      (one) => one !== null,
    );
    const isNullable = schema['nullable'] === true || !required.includes(name);
    return [
      {
        name: prefix + name,
        type: type.join(' '),
        nullable: isNullable,
        comment: textOf(schema['description']),
      },
    ];
  });
}

/** A schema with the properties of all that it is made of. */
function whole(document: Node, schema: Node): Node {
  const own = resolve(document, schema);
  const parts = Array.isArray(own['allOf'])
    ? own['allOf'].filter(isNode).map((one) => whole(document, one))
    : [];
  if (parts.length === 0) return own;
  const properties = [...parts, own].reduce<Node>(
    (all, part) => ({ ...all, ...nodeAt(part, 'properties') }),
    {},
  );
  return { ...own, properties };
}

/** Follows `$ref` within the document; one that leads elsewhere describes nothing. */
function resolve(document: Node, node: Node): Node {
  let here = node;
  for (let steps = 0; steps < MOST_REFERENCES; steps += 1) {
    const reference = here['$ref'];
    if (typeof reference !== 'string') return here;
    if (!reference.startsWith('#/')) return {};
    const names = reference
      .slice(2)
      .split('/')
      .map((step) => step.replace(/~1/gu, '/').replace(/~0/gu, '~'));
    here = names.reduce<Node>((at, name) => nodeAt(at, name), document);
  }
  return {};
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function nodeAt(node: Node, name: string): Node {
  const found = Object.hasOwn(node, name) ? node[name] : undefined;
  return isNode(found) ? found : {};
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
