/**
 * Why a command was refused, as people may read it: in the words of the mapping, or in our own. What a system wrote itself
 * may name hosts, tables or statements, and is never among them.
 */
import { ERROR_CODES, type LocalizedText } from '../../platform/errors';
import type { OutboxCommandRow } from './outbox.entity';

/** Null for a command that was not refused. */
export function refusalOf({
  state,
  outcome,
}: Pick<OutboxCommandRow, 'state' | 'outcome'>): LocalizedText | null {
  if (state !== 'REFUSED') return null;
  const { code, reason } = factsOf(outcome);
  if (code === 'COMMAND_ALTERED') return textOf('COMMAND_ALTERED');
  if (isText(reason)) return { en: reason.en, zh: reason.zh };
  const { en, zh } = textOf('COMMAND_REFUSED');
  // of an answer without declared words its status alone is told: a number can hold nothing else
  if (typeof code !== 'string' || !/^[1-5]\d\d$/u.test(code)) return { en, zh };
  return { en: `${en} It answered HTTP ${code}.`, zh: `${zh}其应答为 HTTP ${code}。` };
}

const textOf = (code: 'COMMAND_ALTERED' | 'COMMAND_REFUSED'): LocalizedText => {
  const { en, zh } = ERROR_CODES[code];
  return { en, zh };
};

const factsOf = (outcome: string | null): { readonly code?: unknown; readonly reason?: unknown } =>
  outcome === null ? {} : (JSON.parse(outcome) as { readonly code?: unknown; readonly reason?: unknown });

const isText = (reason: unknown): reason is LocalizedText =>
  typeof reason === 'object' &&
  reason !== null &&
  ['en', 'zh'].every((language) => typeof (reason as Record<string, unknown>)[language] === 'string');
