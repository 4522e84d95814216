/** What an entry is found by, taken from its body. Pure. */
import type { BulkRow } from '../../platform/database/bulk';
import type { AuditedObject, FieldChange, Json, RecordSeal } from './audit-entry';

/** An entry's body as the recorder writes it. */
export interface AuditBody {
  readonly v: number;
  readonly id: string;
  readonly at: string;
  readonly actor: {
    readonly account: string;
    readonly person: string | null;
    readonly onBehalfOf: string | null;
    readonly client: string | null;
    readonly session: string | null;
    readonly requestId: string | null;
    /** Ciphertext under the person's key. */
    readonly personal: string | null;
  };
  readonly action: string;
  readonly outcome: string;
  readonly object: AuditedObject | null;
  readonly changes: readonly FieldChange[];
  readonly reason: string | null;
  readonly code: string | null;
  readonly policyVersion: string | null;
  readonly records: readonly RecordSeal[];
  readonly facts: Readonly<Record<string, Json>>;
}

export const INDEX_COLUMNS = [
  'seq',
  'entry_id',
  'at',
  'account',
  'person',
  'act',
  'outcome',
  'object_type',
  'object_id',
  'change_count',
  'record_count',
] as const;
export const CHANGE_COLUMNS = ['seq', 'position', 'field', 'value_before', 'value_after'] as const;
export const WORD_COLUMNS = ['word', 'seq'] as const;

const VALUE_LENGTH = 120;
const WORD_LENGTH = 40;
/** An entry is found by its first words; a longer reason is still shown whole. */
const MOST_WORDS = 60;

export function indexRow(seq: number, at: number, body: AuditBody): BulkRow {
  const { actor, object } = body;
  return [
    ...[seq, body.id, at, cut(actor.account, 64), actor.person, cut(body.action, 64), cut(body.outcome, 10)],
    ...[object === null ? null : cut(object.type, 64), object === null ? null : cut(object.id, 190)],
    ...[body.changes.length, body.records.length],
  ];
}

export function changeRows(seq: number, body: AuditBody): BulkRow[] {
  return body.changes.map((change, position): BulkRow => [
    ...[seq, position, cut(change.field, VALUE_LENGTH)],
    ...[searchedValue(change.before), searchedValue(change.after)],
  ]);
}

/** The body as JSON; one that was damaged before it had its place is indexed as what it is, and found by the verifier. */
export function readBody(id: string, text: string): AuditBody {
  try {
    const body = JSON.parse(text) as Partial<AuditBody> | null;
    if (typeof body?.actor?.account === 'string' && Array.isArray(body.changes)) return body as AuditBody;
  } catch {
    // damaged
  }
  return { ...DAMAGED, id };
}

const NOBODY = { account: '', person: null, onBehalfOf: null, client: null, session: null, requestId: null };
const DAMAGED: AuditBody = {
  ...{ v: 0, id: '', at: '', actor: { ...NOBODY, personal: null }, action: 'damaged', outcome: 'FAILED' },
  ...{ object: null, changes: [], reason: null, code: null, policyVersion: null, records: [], facts: {} },
};

/** Words of what everyone who reads the trail may read: never of values, nor of persons. */
export function wordRows(seq: number, body: AuditBody): BulkRow[] {
  const { action, code, object, reason } = body;
  const text = [action, code, object?.type, object?.id, reason].filter((one) => one != null).join(' ');
  return [...wordsOf(text)].slice(0, MOST_WORDS).map((word): BulkRow => [word, seq]);
}

/** A value as `changedValue` looks for it; null stands for no value. */
function searchedValue(value: Json): string | null {
  if (value === null) return null;
  return cut(typeof value === 'string' ? value : JSON.stringify(value), VALUE_LENGTH);
}

const WORD = /[\p{L}\p{N}]+/gu;
const HAN = /\p{Script=Han}/u;

/** Lower-case words; text without blanks between words (Chinese) gives its pairs of characters. */
export function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(WORD)) {
    if (!HAN.test(word)) words.add(cut(word, WORD_LENGTH));
    else for (const pair of pairsOf(word)) words.add(pair);
  }
  return words;
}

function pairsOf(word: string): string[] {
  const characters = Array.from(word);
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}

/** At most `length` UTF-16 units, never half a character. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
