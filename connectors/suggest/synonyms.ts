/** The words of legacy systems: from `schema/mappings/synonyms.yaml`, and of the fields also from the dictionary. */
import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { MappingError } from '../../platform/errors';
import { once } from '../../platform/once';
import { YamlFile } from '../../platform/yaml-file';

export interface Words {
  readonly en: readonly string[];
  readonly zh: readonly string[];
  /** Upper case initials of pinyin. */
  readonly pinyin: readonly string[];
}

interface SynonymFile {
  readonly resources: Readonly<Record<string, Partial<Words>>>;
  readonly fields: Readonly<Record<string, Partial<Words>>>;
  /** Words that tell what went in from what came out of it. */
  readonly ends: Readonly<Record<End, Partial<Words>>>;
  readonly codes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Side of a transformation that a column or a table stands on. */
export type End = 'INPUT' | 'OUTPUT';

export interface Synonyms {
  /** Words of tables that hold records of a type; none for a type that is not drafted. */
  resource(recordType: string): Words | null;
  /** Words of columns that hold a field. */
  field(recordType: string, field: string): Words;
  /** Words of columns and tables on one side of a transformation. */
  end(end: End): Words;
  /** Canonical code of a system's code in a family; null when it is no word that is known. */
  code(family: string, text: string): string | null;
  readonly recordTypes: readonly string[];
}

const list = { type: 'array', items: { type: 'string' } };
const words = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    properties: { en: list, zh: list, pinyin: list },
  },
};
const validate = once(() =>
  new Ajv().compile<SynonymFile>({
    type: 'object',
    additionalProperties: false,
    required: ['resources', 'fields', 'ends', 'codes'],
    properties: {
      resources: words,
      fields: words,
      ends: { ...words, required: ['INPUT', 'OUTPUT'] },
      codes: { type: 'object', additionalProperties: { type: 'object', additionalProperties: list } },
    },
  }),
);

const joined = (parts: readonly Partial<Words>[]): Words => ({
  en: parts.flatMap(({ en }) => en ?? []),
  zh: parts.flatMap(({ zh }) => zh ?? []),
  pinyin: parts.flatMap(({ pinyin }) => pinyin ?? []),
});

/** Reads the file. Throws MappingError naming line and column of what is wrong with it. */
export function loadSynonyms(file: string, dictionary: Dictionary | null): Synonyms {
  const yaml = new YamlFile(file, readFileSync(file, 'utf8'));
  const content = yaml.read(validate());
  if (content === null) throw new MappingError(yaml.problems);
  const codes = new Map(
    Object.entries(content.codes).map(([family, targets]) => [
      family,
      new Map(
        Object.entries(targets).flatMap(([code, texts]) => texts.map((text) => [fold(text), code] as const)),
      ),
    ]),
  );
  return {
    recordTypes: Object.keys(content.resources),
    resource: (type) => (content.resources[type] === undefined ? null : joined([content.resources[type]])),
    field: (type, field) => {
      // the Chinese name goes by the words of the name; its values tell them apart
      const base = field.replace(/Zh$/u, '');
      const own = [content.fields[`${type}.${base}`] ?? {}, content.fields[base] ?? {}];
      const term = dictionary?.find(`${type}.${field}`);
      if (term === undefined) return joined(own);
      const named = { en: [term.name.en, ...term.synonyms.en], zh: [term.name.zh, ...term.synonyms.zh] };
      return joined([...own, named]);
    },
    end: (end) => joined([content.ends[end]]),
    code: (family, text) => codes.get(family)?.get(fold(text)) ?? null,
  };
}

const fold = (text: string) => text.trim().toLowerCase();
