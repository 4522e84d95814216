/** An expected refusal within sign-off: it leaves the transaction, is audited, and becomes a line of the payload. */
import { ERROR_CODES, type ErrorCode } from '../../platform/errors';
import type { Language } from '../../platform/request';
import type { Json } from '../audit/audit-entry';
import type { SignOffState } from './sign-off.entity';

export interface RefusalView {
  readonly code: ErrorCode;
  readonly message: string;
}

export class SignOffRefusal extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly facts: Readonly<Record<string, Json>> = {},
    /** State that the proposal moves to because of it; it stays open otherwise. */
    readonly closes: Extract<SignOffState, 'EXPIRED' | 'STALE'> | null = null,
  ) {
    super(code);
  }
}

/**
 * The refusal in the caller's language; what its facts name stands behind it: codes, such as systems and kinds of holds,
 * or words in each language.
 */
export function refusalIn(
  language: Language,
  code: ErrorCode,
  facts: Readonly<Record<string, Json>> = {},
): RefusalView {
  const text = ERROR_CODES[code][language];
  const named = namesIn(language, facts['names']);
  if (named.length === 0) return { code, message: text };
  const names = named.join(', ');
  return { code, message: language === 'zh' ? `${text}（${names}）` : `${text} (${names})` };
}

function namesIn(language: Language, names: Json | undefined): readonly string[] {
  if (Array.isArray(names)) return names.map(String);
  if (typeof names !== 'object' || names === null) return [];
  return namesIn(language, (names as Readonly<Record<string, Json>>)[language]);
}
