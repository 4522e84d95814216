/** One run of a marked mutation's resolver: what it relied on, changed, wrote and sent, and why it was refused. */
import type { EntityManager } from 'typeorm';
import { ERROR_CODES, type ErrorCode, GatewayError } from '../../platform/errors';
import type { FieldChange, Json, RecordSeal } from '../audit/audit-entry';
import type { NewCommand } from '../outbox/command';
import type { NewRecord, RecordStore } from '../records/record-store';
import type { ActContext } from './act-context';
import type { FrozenPayload, ReliedState } from './payload';
import type { CommandOutbox } from './ports';

/** A marked mutation with the arguments that it was called with. */
export interface MarkedAct {
  readonly action: string;
  readonly coordinate: string;
  readonly arguments: { readonly [name: string]: Json };
  /** Runs the author's resolver; resolves to the payload that it returns. */
  run(act: ActContext): Promise<unknown>;
}

export interface ActRefusal {
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, Json>>;
}

type Fixed = Pick<ActContext, 'phase' | 'manager' | 'now' | 'proposalId' | 'proposer' | 'signers'>;

export interface ActRunOptions extends Fixed {
  readonly records: RecordStore;
  readonly outbox: CommandOutbox;
  /** Audit entry that the act's records are sealed into. */
  readonly entryId: string;
}

export class ActRun implements ActContext {
  readonly #relied: ReliedState[] = [];
  readonly #changes: FieldChange[] = [];
  readonly #commands: NewCommand[] = [];
  readonly #refusals: ActRefusal[] = [];
  readonly #seals: RecordSeal[] = [];

  constructor(private readonly options: ActRunOptions) {}

  get phase(): ActContext['phase'] {
    return this.options.phase;
  }
  get manager(): EntityManager {
    return this.options.manager;
  }
  get now(): number {
    return this.options.now;
  }
  get proposalId(): string {
    return this.options.proposalId;
  }
  get proposer(): ActContext['proposer'] {
    return this.options.proposer;
  }
  get signers(): ActContext['signers'] {
    return this.options.signers;
  }
  get refused(): boolean {
    return this.#refusals.length > 0;
  }
  get refusals(): readonly ActRefusal[] {
    return this.#refusals;
  }
  get seals(): readonly RecordSeal[] {
    return this.#seals;
  }
  get changes(): readonly FieldChange[] {
    return this.#changes;
  }

  relyOn(type: string, id: string, state: Json): void {
    this.#relied.push({ type, id, state });
  }

  refuse(code: ErrorCode, facts: Readonly<Record<string, Json>> = {}): void {
    if (!Object.hasOwn(ERROR_CODES, code)) throw new GatewayError('INTERNAL', `unknown refusal ${code}`);
    this.#refusals.push({ code, facts });
  }

  change(change: FieldChange): void {
    this.#changes.push(change);
  }

  async writeRecord(record: NewRecord): Promise<void> {
    const { records, manager, entryId } = this.options;
    this.#seals.push(await records.append(manager, record, entryId));
  }

  async send(command: NewCommand): Promise<void> {
    this.#commands.push(command);
    await this.options.outbox.enqueue(this.options.manager, this.options.proposalId, command);
  }

  /** Runs the act; the payload that its resolver returned. Throws INTERNAL when it said nothing about its target. */
  async run(act: MarkedAct): Promise<unknown> {
    const result = await act.run(this);
    if (!this.refused && this.#relied.length === 0)
      throw new GatewayError('INTERNAL', `${act.coordinate} did not say what it relies on`);
    return result;
  }

  /** What the run found, in the form in which it is frozen. */
  payloadOf(act: MarkedAct): FrozenPayload {
    return {
      ...{ action: act.action, coordinate: act.coordinate, arguments: act.arguments },
      ...{ target: this.#relied, changes: this.#changes, commands: this.#commands },
    };
  }
}

/** Leaves a transaction so that it is rolled back; carries out what was found in it. */
class RolledBack<T> extends Error {
  constructor(readonly found: T) {
    super('rolled back on purpose');
  }
}

export type Transactional = <R>(work: (manager: EntityManager) => Promise<R>) => Promise<R>;

/** Runs `work` in a transaction that never commits; resolves to what it found. */
export async function rolledBack<T>(
  transaction: Transactional,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  try {
    return await transaction(async (manager): Promise<never> => {
      throw new RolledBack(await work(manager));
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.found as T;
    throw error;
  }
}
