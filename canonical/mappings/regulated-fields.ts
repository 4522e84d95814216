/** Which fields of records are regulated, by the dictionary. What it does not name is as regulated as its record type. */
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { type RecordType, recordTypeDefinition } from '../../schema/records/record-types';

/** Groups of terms that tell of a record type under another name. */
const GROUPS: Readonly<Partial<Record<RecordType, string>>> = {
  transformation: 'genealogy',
  recallCase: 'recall',
  recallScope: 'recall',
};

export class RegulatedFields {
  readonly #types = new Map<RecordType, boolean>();

  constructor(private readonly dictionary: Dictionary) {}

  has(type: RecordType, field: string): boolean {
    // which lot a record is about is what the lot's number is
    if (recordTypeDefinition(type).fields[field]?.kind === 'lotNumber') return this.anyOf('lot');
    const group = GROUPS[type] ?? type;
    const term = this.dictionary.find(`${type}.${field}`) ?? this.dictionary.find(`${group}.${field}`);
    return term === undefined ? this.anyOf(type) : term.regulated;
  }

  /** Whether anything that a record of the type says is regulated. */
  anyOf(type: RecordType): boolean {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const group = `${GROUPS[type] ?? type}.`;
    const found = this.dictionary
      .list()
      .some((term) => term.regulated && (term.id === type || term.id.startsWith(group)));
    this.#types.set(type, found);
    return found;
  }
}
