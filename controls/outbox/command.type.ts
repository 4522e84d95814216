/** A command to a legacy system as the graph shows it: what was asked, and whether it was done. */
import { Directive, ID, Int, ObjectType } from 'type-graphql';
import { enumOf } from '../../platform/graphql/enums';
import { Instant } from '../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../platform/graphql/term-field';
import type { Language } from '../../platform/request';
import { COMMAND_KINDS, COMMAND_STATES } from './command';
import type { CommandView } from './outbox';

export const CommandKindEnum = enumOf('CommandKind', COMMAND_KINDS.map(shownKind));
export const CommandStateEnum = enumOf('CommandState', COMMAND_STATES);

@Directive('@shareable')
@AccessRule('command')
@ObjectType('Command')
export class CommandType {
  @TermField(() => ID, 'command.id', { nullable: false }) id!: string;
  @TermField(() => String, 'command.system') system!: string;
  @TermField(() => CommandKindEnum, 'command.kind') kind!: string;
  @TermField(() => CommandStateEnum, 'command.state') state!: string;
  @TermField(() => Int, 'command.attempts') attempts!: number;
  @TermField(() => Instant, 'command.createdAt') createdAt!: Date;
  @TermField(() => Instant, 'command.settledAt') settledAt!: Date | null;
  @TermField(() => String, 'command.refusalReason') refusalReason!: string | null;

  static from(command: CommandView, language: Language): CommandType {
    const { id, system, kind, state, attempts, createdAt, settledAt, refusal } = command;
    return Object.assign(new CommandType(), {
      ...{ id, system, state, attempts },
      kind: shownKind(kind),
      createdAt: new Date(createdAt),
      settledAt: settledAt === null ? null : new Date(settledAt),
      refusalReason: refusal?.[language] ?? null,
    });
  }
}

/** `setLotStatus` → `SET_LOT_STATUS`, as codes are written in the graph. */
export function shownKind(kind: string): string {
  return kind.replace(/[A-Z]/gu, '_$&').toUpperCase();
}
