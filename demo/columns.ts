// Tables as data. In a description a word is `column:type`, and a star marks an index.
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly indexed: boolean;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** Columns from words; a word without a type has the type `d`. */
export function parseColumns(words: string, types: Readonly<Record<string, string>>): Column[] {
  return words
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name = '', type = 'd'] = word.replace('*', '').split(':');
      return { name, type: types[type] ?? type, indexed: word.endsWith('*') };
    });
}
