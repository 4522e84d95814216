/** Checks a document against the published JSON Schema and says what is wrong in words of the field. */
import Ajv2020, { type ErrorObject } from 'ajv/dist/2020';
import schema from '../../schema/mappings/mapping.schema.json';
import { once } from '../../platform/once';
import { TRANSFORMS } from '../transforms/registry';
import type { MappingDocument } from './document';
import type { DocumentPath, MappingFile } from './mapping-file';

const validate = once(() =>
  new Ajv2020({
    // every start compiles it, for a few files: the optimiser takes longer than they do
    code: { optimize: false },
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
  }).compile<MappingDocument>(schema),
);

/** Keywords that only say that a branch failed; the branch's own errors say what is wrong. */
const SILENT = new Set(['if', 'allOf', 'anyOf', 'oneOf', 'then', 'else', 'propertyNames']);
const SECRET = /\/(?:connection|password|username|token|tokenUrl|clientId|clientSecret)$/u;

/** The document when it fits the schema; otherwise null, with every problem reported. */
export function checkSchema(file: MappingFile, data: unknown): MappingDocument | null {
  const fits = validate();
  if (fits(data)) return data;
  for (const error of fits.errors ?? []) reportError(file, error);
  return null;
}

function reportError(file: MappingFile, error: ErrorObject): void {
  const path = pointerToPath(error.instancePath);
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') {
    const params = error.params as { additionalProperty?: string; unevaluatedProperty?: string };
    const name = params.additionalProperty ?? params.unevaluatedProperty ?? '';
    const { properties } = error.parentSchema ?? {};
    const known = Object.keys((properties as object | undefined) ?? {});
    file.report([...path, name], `"${name}" is not known here`, hintFrom(name, known), 'key');
    return;
  }
  if (SILENT.has(error.keyword)) return;
  if (error.keyword === 'required') {
    const { missingProperty } = error.params as { missingProperty: string };
    file.report(path, `"${missingProperty}" is missing`, undefined, 'key');
    return;
  }
  // the value of a reference that is none may be a secret, so it is never shown
  if (SECRET.test(error.instancePath)) {
    file.report(
      path,
      'a literal address or secret does not belong in a mapping',
      'write env:NAME or file:/path',
    );
    return;
  }
  if (error.keyword === 'enum' || error.keyword === 'const') {
    const allowed = allowedValues(error);
    if (TRANSFORMS.has(textAt(error)) && path.at(-2) === 'apply') {
      file.report(path, `${textAt(error)} needs options`, `write { ${textAt(error)}: … }`);
      return;
    }
    file.report(path, `expected one of ${allowed.join(', ')}`, hintFrom(textAt(error), allowed));
    return;
  }
  if (error.keyword === 'pattern') {
    file.report(path, `${JSON.stringify(textAt(error))} cannot stand here`, `write ${writtenAs(error)}`);
    return;
  }
  if (error.keyword === 'type' && path.length === 0) {
    file.report(
      path,
      'the file describes no system',
      'see docs/guides/mapping-reference.md for what a mapping holds',
    );
    return;
  }
  file.report(path, error.message ?? 'not valid');
}

const LATIN_NAME = 'Latin letters, digits and _, beginning with a letter';
/** What names are made of, by their pattern. */
const NAMES = new Map([
  ['^[A-Za-z][A-Za-z0-9_]*$', LATIN_NAME],
  ['^[a-z][A-Za-z0-9]{0,31}$', 'at most 32 Latin letters and digits, beginning with a small letter'],
  ['^[a-z][A-Za-z0-9]{0,63}$', 'at most 64 Latin letters and digits, beginning with a small letter'],
  ['^[A-Za-z][A-Za-z0-9_-]{0,63}$', `at most 64 ${LATIN_NAME}, or -`],
  ['^[a-z][a-z0-9-]{0,31}$', 'at most 32 small Latin letters, digits and -, beginning with a letter'],
]);

/** How a text that fits no pattern is to be written. */
function writtenAs(error: ErrorObject): string {
  const { pattern } = error.params as { pattern: string };
  const { description } = error.parentSchema as { description?: string };
  return NAMES.get(pattern) ?? (description === undefined ? `what fits ${pattern}` : description);
}

function allowedValues(error: ErrorObject): string[] {
  const params = error.params as { allowedValues?: unknown[]; allowedValue?: unknown };
  return (params.allowedValues ?? [params.allowedValue]).map(String);
}

const textAt = (error: ErrorObject) => (typeof error.data === 'string' ? error.data : '');

function pointerToPath(pointer: string): DocumentPath {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/gu, '/').replace(/~0/gu, '~'));
}

/** "did you mean …" when one of the known words is near. */
export function hintFrom(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined ? undefined : `did you mean "${near.candidate}"?`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
