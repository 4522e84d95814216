/** Drafts the sign rule of movements: from negative quantities, or from a column of directions; else there is none. */
import type { Candidate } from './candidates';
import type { Synonyms } from './synonyms';
import { shareOf } from './value-fit';
import { scalar } from './yaml-text';

export interface SignDraft {
  /** Lines under `sign:`; null where no rule could be told. */
  readonly lines: readonly string[] | null;
  readonly remarks: readonly string[];
  readonly todos: readonly string[];
  readonly used: readonly Candidate[];
}

/** What a kind of movement does to a level. */
const BY_KIND: Readonly<Record<string, string>> = {
  RECEIPT: 'in',
  PRODUCTION: 'in',
  TRANSFER_IN: 'in',
  CUSTOMER_RETURN: 'in',
  CONSUMPTION: 'out',
  TRANSFER_OUT: 'out',
  DELIVERY: 'out',
  SCRAP: 'out',
  COUNT: 'level',
};

export function draftSign(
  quantity: Candidate | undefined,
  direction: Candidate | undefined,
  kind: Candidate | undefined,
  synonyms: Synonyms,
): SignDraft {
  if (quantity === undefined)
    return { lines: null, remarks: [], todos: ['no column of quantities was found'], used: [] };
  const negative = shareOf(quantity.column, (one) => one === 'negative') > 0;
  const head = `quantity: ${scalar(quantity.reference)}`;
  const codes = codesOf(direction, (text) => synonyms.code('direction', text));
  if (direction !== undefined && codes.entries.length > 0) {
    const both = negative
      ? [
          'some quantities are negative beside a direction: those rows are rejected until it is said which counts',
        ]
      : [];
    return byCode(head, quantity, direction, codes, [...both, ...codes.todos]);
  }
  if (negative) {
    const remarks = [`${quantity.column.name} has negative values, so it carries its sign`];
    const todos =
      direction === undefined
        ? []
        : [`${direction.reference} may say a direction too (${direction.column.samples.join(', ')})`];
    return { lines: ['rule: signed', head], remarks, todos, used: [quantity] };
  }
  const kinds = codesOf(kind, (text) => BY_KIND[synonyms.code('movementKind', text) ?? ''] ?? null);
  if (kind !== undefined && kinds.entries.length > 0) {
    return byCode(head, quantity, kind, kinds, [
      'the signs follow from the kinds: confirm them',
      ...kinds.todos,
    ]);
  }
  return {
    lines: null,
    remarks: [],
    todos: [`no quantity of ${quantity.column.name} is negative, and no column tells in from out`],
    used: [],
  };
}

interface Codes {
  readonly entries: readonly (readonly [string, string])[];
  readonly todos: readonly string[];
}

function codesOf(candidate: Candidate | undefined, meaning: (text: string) => string | null): Codes {
  const entries: [string, string][] = [];
  const todos: string[] = [];
  for (const text of candidate?.column.samples ?? []) {
    const found = meaning(text);
    if (found === null)
      todos.push(
        `${JSON.stringify(text)} was seen: in, out or level? Its rows are rejected until it is said`,
      );
    else entries.push([text, found]);
  }
  return { entries, todos };
}

function byCode(
  head: string,
  quantity: Candidate,
  code: Candidate,
  { entries }: Codes,
  todos: readonly string[],
): SignDraft {
  const codes = entries.map(([text, meaning]) => `${JSON.stringify(text)}: ${meaning}`).join(', ');
  return {
    lines: ['rule: byCode', head, `code: ${scalar(code.reference)}`, `codes: { ${codes} }`],
    remarks: [`direction: ${code.evidence.join('; ')}`],
    todos,
    used: [quantity, code],
  };
}
