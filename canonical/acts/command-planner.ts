/**
 * Finds what an act asks of each legacy system: the records by which the systems know the lot, in their own keys, and
 * what is asked in their own words. All of it is frozen with the proposal, so that people sign what will be sent.
 */
import type { EntityManager } from 'typeorm';
import type { CommandChannel, LegacySystem, NativeRecord, RawRow } from '../../connectors/contract';
import type { CommandKind, NewCommand } from '../../controls/outbox/command';
import type { ActContext } from '../../controls/sign-off/act-context';
import { toId } from '../ids';

export interface PlannedAct {
  readonly lotPk: number;
  readonly kind: CommandKind;
  readonly asked: Readonly<Record<string, string>>;
  /** Only these systems; all that know the lot when absent. */
  readonly systems?: readonly string[];
  /** Key of the location that the command speaks of. */
  readonly locationPk?: number;
  /** Key of the lot that this one becomes a part of. */
  readonly intoPk?: number;
}

interface NativeRow {
  native_key: string;
  raw: string;
}

export class CommandPlanner {
  constructor(private readonly systems: readonly LegacySystem[]) {}

  /**
   * Sends the act's commands to every system that knows the lot and whose mapping describes the kind; resolves to how
   * many, or to null when it is refused. Refuses the act with COMMAND_UNAVAILABLE when one of them cannot be commanded: half an act is none.
   */
  async send(act: ActContext, planned: PlannedAct): Promise<number | null> {
    const commands: NewCommand[] = [];
    const unable: string[] = [];
    for (const system of this.systems) {
      if (!system.commandKinds.includes(planned.kind)) continue;
      if (planned.systems !== undefined && !planned.systems.includes(system.id)) continue;
      const { commands: channel } = system;
      const found = channel === null ? null : await this.#commands(act.manager, system.id, channel, planned);
      if (found === null) unable.push(system.id);
      else commands.push(...found);
    }
    if (unable.length > 0) {
      act.refuse('COMMAND_UNAVAILABLE', { names: unable });
      return null;
    }
    for (const command of commands) await act.send(command);
    return commands.length;
  }

  /** Null when the system cannot be given what is asked. */
  async #commands(
    manager: EntityManager,
    system: string,
    channel: CommandChannel,
    planned: PlannedAct,
  ): Promise<NewCommand[] | null> {
    const { kind, lotPk, asked, locationPk, intoPk } = planned;
    const target = channel.targetOf(kind);
    if (target === null) return [];
    const place =
      target.place === null || locationPk === undefined
        ? null
        : ((await nativeEntities(manager, system, target.place, locationPk))[0] ?? null);
    if (target.place !== null && place === null) return null;
    const others = intoPk === undefined ? [] : await nativeEntities(manager, system, target.stream, intoPk);
    const into = others[0] ?? null;
    // the other lot must be one record there, or it is not certain what is asked
    if (intoPk !== undefined && others.length !== 1) return null;
    const natives = await nativeOfLot(manager, system, target.stream, lotPk);
    // of several records, nobody knows which lies at the place: each of them would be told the whole quantity
    if (target.place !== null && natives.length > 1) return null;
    const commands: NewCommand[] = [];
    for (const native of natives) {
      const prepared = channel.prepare(kind, native, place, asked, into);
      if ('problem' in prepared) return null;
      commands.push({ system, kind, subject: toId('lot', lotPk), payload: prepared.payload });
    }
    return commands;
  }
}

/** Records of a stream that describe the lot, or that are facts about it. */
async function nativeOfLot(
  manager: EntityManager,
  system: string,
  stream: string,
  lotPk: number,
): Promise<NativeRecord[]> {
  const lots = await nativeEntities(manager, system, stream, lotPk);
  if (lots.length > 0) return lots;
  const rows = await manager.query<NativeRow[]>(
    `SELECT r.native_key, v.raw FROM inspection i JOIN source_record r ON r.pk = i.pk
       JOIN source_stream s ON s.pk = r.stream_pk
       JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
      WHERE i.lot_pk = ? AND s.system = ? AND s.name = ? AND r.void_reason IS NULL
      ORDER BY r.native_key`,
    [lotPk, system, stream],
  );
  return rows.map(toNative);
}

async function nativeEntities(
  manager: EntityManager,
  system: string,
  stream: string,
  entityPk: number,
): Promise<NativeRecord[]> {
  const rows = await manager.query<NativeRow[]>(
    `SELECT r.native_key, v.raw FROM source_record r
       LEFT JOIN source_stream s ON s.pk = r.stream_pk
       LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
      WHERE r.entity_pk = ? AND s.system = ? AND s.name = ? AND r.void_reason IS NULL
      ORDER BY r.native_key`,
    [entityPk, system, stream],
  );
  return rows.map(toNative);
}

const toNative = ({ native_key: key, raw }: NativeRow): NativeRecord => ({
  key,
  raw: JSON.parse(raw) as RawRow,
});
