/** What a row of the outbox asks for, and what its hash covers. Pure: also those load it who may not write. */
import { canonicalJson } from '../../platform/canonical-json';
import type { Json } from '../audit/audit-entry';
import type { CommandKind, NewCommand } from './command';
import type { OutboxCommandRow } from './outbox.entity';

/** The text that a command's hash covers. */
export function askedOf(proposalId: string, command: NewCommand): string {
  const { system, kind, subject, payload } = command;
  return canonicalJson({ proposal: proposalId, system, kind, subject, payload });
}

export function commandOf(
  row: Pick<OutboxCommandRow, 'system' | 'kind' | 'subject' | 'payload'>,
): NewCommand {
  const { system, subject } = row;
  const payload = JSON.parse(row.payload) as { readonly [name: string]: Json };
  return { system, kind: row.kind as CommandKind, subject, payload };
}

const STATUS_KINDS: ReadonlySet<CommandKind> = new Set(['blockLot', 'unblockLot', 'setLotStatus']);

/** Commands that change the same thing of the same native record share a slot. */
export function slotOf({ system, kind, subject, payload }: NewCommand): string {
  const what = STATUS_KINDS.has(kind) ? 'status' : kind;
  const where = ['native', 'place'].map((name) => payload[name]).filter((one) => typeof one === 'string');
  return [system, subject, what, ...where].join('|').slice(0, 190);
}
