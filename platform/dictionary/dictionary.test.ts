import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { ConfigError } from '../errors';
import { describeTerm } from './describe';
import { type Dictionary, loadDictionary } from './dictionary';

const TERMS = path.resolve(__dirname, '..', '..', 'schema', 'dictionary', 'terms');
const SCHEMA = path.resolve(TERMS, '..', 'term.schema.json');

function loadText(text: string): Dictionary {
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-terms-'));
  try {
    writeFileSync(path.join(folder, 'x.yaml'), `group: x\nowner: o\nsteward: s\nterms:\n${text}`);
    return loadDictionary(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function problemsOf(text: string): readonly string[] {
  try {
    loadText(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the dictionary', () => {
  it('fills in what a term does not say', () => {
    const term = loadText('  - { id: lot.x, name: { en: X, zh: 甲 } }').find('lot.x');
    expect(term).toMatchObject({
      ...{ group: 'x', owner: 'o', type: 'text', classification: 'internal', status: 'active', version: 1 },
      ...{ definition: { en: 'X', zh: '甲' }, synonyms: { en: [], zh: [] } },
    });
  });

  it('believes the systems of the field, or else of its record type', () => {
    const dictionary = loadText(`  - { id: lot, name: { en: Lot, zh: 批次 }, precedence: [erp, wms] }
  - { id: lot.a, name: { en: A, zh: 甲 } }
  - { id: lot.b, name: { en: B, zh: 乙 }, precedence: [lims] }`);
    expect(dictionary.precedence('lot', 'a')).toEqual(['erp', 'wms']);
    expect(dictionary.precedence('lot', 'b')).toEqual(['lims']);
    expect(dictionary.precedence('item', 'c')).toEqual([]);
  });

  it.each([
    ['a term without a Chinese name', '  - { id: lot.x, name: { en: X } }', 'name.zh is missing'],
    ['an id that is no path', '  - { id: Lot X, name: { en: X, zh: 甲 } }', 'dotted lowerCamelCase'],
    [
      'a key that means nothing',
      '  - { id: lot.x, name: { en: X, zh: 甲 }, colour: red }',
      'unknown key "colour"',
    ],
    [
      'a text that a comma cut in two',
      '  - { id: lot.x, name: { en: X, then Y, zh: 甲 } }',
      'unknown language "then Y"',
    ],
    [
      'a classification that is none',
      '  - { id: lot.x, name: { en: X, zh: 甲 }, classification: secret }',
      'unknown classification',
    ],
    [
      'an attribute of no entity',
      '  - { id: movement.x, name: { en: X, zh: 甲 }, attribute: true }',
      'an attribute belongs to an entity',
    ],
    [
      'an attribute that is a field already',
      '  - { id: lot.lotNumber, name: { en: X, zh: 甲 }, attribute: true }',
      '"lotNumber" is a field of lot already',
    ],
    [
      'an attribute of a type that holds no value',
      '  - { id: lot.x, name: { en: X, zh: 甲 }, attribute: true, type: list }',
      'an attribute is of type',
    ],
    [
      'a code without its values',
      '  - { id: lot.x, name: { en: X, zh: 甲 }, attribute: true, type: code }',
      'a code needs its permissible values',
    ],
    [
      'a deprecation without its days',
      '  - { id: lot.x, name: { en: X, zh: 甲 }, status: deprecated }',
      'a deprecated term needs deprecation',
    ],
    [
      'a removal before its announcement',
      "  - { id: lot.x, name: { en: X, zh: 甲 }, status: deprecated, deprecation: { since: '2027-01-01', removeOn: '2026-01-01', reason: r } }",
      'removeOn comes after since',
    ],
    [
      'a deprecation of a term that is in use',
      "  - { id: lot.x, name: { en: X, zh: 甲 }, deprecation: { since: '2026-01-01', removeOn: '2027-01-01', reason: r } }",
      'deprecation stands only at',
    ],
    [
      'a successor that does not exist',
      "  - { id: lot.x, name: { en: X, zh: 甲 }, status: deprecated, deprecation: { since: '2026-01-01', removeOn: '2027-01-01', reason: r, replacedBy: lot.y } }",
      'replacedBy names no other term "lot.y"',
    ],
    [
      'a new version without a reason',
      '  - { id: lot.x, name: { en: X, zh: 甲 }, version: 2 }',
      'version 2 needs a changeReason',
    ],
    [
      'a history with a gap',
      "  - { id: lot.x, name: { en: X, zh: 甲 }, version: 3, changeReason: r, history: [{ version: 1, on: '2026-01-01', reason: r }] }",
      'version 1 stands where 2 belongs',
    ],
  ])('refuses %s, naming file and term', (_name, text, problem) => {
    expect(problemsOf(text)).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
    expect(problemsOf(text)[0]).toMatch(/^x\.yaml: /);
  });

  it('refuses an id that is defined twice', () => {
    const twice = '  - { id: lot.x, name: { en: X, zh: 甲 } }\n  - { id: lot.x, name: { en: X, zh: 甲 } }';
    expect(problemsOf(twice)).toEqual(['x.yaml: lot.x is already defined in x.yaml']);
  });

  it('describes a term in both languages', () => {
    const term = loadText(
      '  - { id: lot.x, name: { en: X, zh: 甲 }, definition: { en: What x is., zh: 甲的含义。 } }',
    ).find('lot.x');
    expect(term && describeTerm(term)).toBe('X. What x is.\n\n甲。甲的含义。');
  });
});

describe('the term files', () => {
  const validate = addFormats(new Ajv({ allErrors: true })).compile(
    JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
  );

  it.each(readdirSync(TERMS).filter((name) => name.endsWith('.yaml')))(
    '%s keeps to the schema for editors',
    (name) => {
      validate(parse(readFileSync(path.join(TERMS, name), 'utf8')));
      expect(validate.errors ?? []).toEqual([]);
    },
  );
});
