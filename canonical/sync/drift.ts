/**
 * Holds a source against what its mapping expects, before a row of it is read and while rows come. A source that drifted
 * is not read: its findings say where the mapping expects what is not there, and go when it fits again.
 */
import type { EntityManager } from 'typeorm';
import type { LegacySystem, RawRow, Stream } from '../../connectors/contract';
import { misfitProblems, retyped } from '../../connectors/drift/expectation';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { AuditRecorder } from '../../controls/audit/audit-recorder';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { GatewayError, type MappingProblem } from '../../platform/errors';
import { problemText } from '../../platform/yaml-file';
import { FindingRow } from '../entities/governance.entity';
import { SourceStreamRow } from '../entities/source.entity';
import { type ObservedFinding, type Scope, reconcileFindings } from '../findings';
import { SourceExpectationRow } from '../mappings/mapping.entity';
import type { MappedBatch } from './batch-mapper';
import { KeyAllocator } from './keys';
import {
  type ValueProfile,
  countBatch,
  countCarried,
  emptyProfile,
  goneColumns,
  jumps,
  merged,
} from './value-profile';

/** Thrown when a source is not what its mapping expects: nothing of the system is read then. */
export class SourceDriftError extends GatewayError {
  constructor(
    system: string,
    readonly problems: readonly MappingProblem[],
  ) {
    const [first] = problems;
    const where = first === undefined ? '' : `: ${problemText(first)}`;
    super('SOURCE_DRIFT', `${system} is not what its mapping expects${where} (${problems.length} in all)`, {
      system,
    });
  }
}

export interface DriftDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: Pick<AuditRecorder, 'record'>;
}

type StreamPks = ReadonlyMap<string, number>;

export class DriftWatch {
  constructor(
    private readonly deps: DriftDependencies,
    private readonly system: LegacySystem,
  ) {}

  /** Looks at what the source declares. Throws SourceDriftError; LegacyUnavailableError when it does not answer. */
  async check(signal: AbortSignal): Promise<void> {
    const pks = await this.#streams();
    const found = new Map<string, readonly MappingProblem[]>();
    for (const stream of this.system.streams) {
      const pk = pks.get(stream.name);
      if (stream.expects?.types === undefined || pk === undefined) continue;
      found.set(stream.name, await this.#declared(stream, pk, signal));
    }
    await this.#tell(pks, found);
    const problems = [...found.values()].flat();
    if (problems.length > 0) throw new SourceDriftError(this.system.id, problems);
  }

  /** A stream that could not be read: when it is no longer what the mapping says, that is told, and thrown. */
  async failed(stream: Stream, error: unknown): Promise<SourceDriftError | null> {
    const problems = error instanceof SourceDriftError ? error.problems : misfitProblems(error);
    if (problems === null) return null;
    await this.#tell(await this.#streams(), new Map([[stream.name, problems]]));
    return error instanceof SourceDriftError ? error : new SourceDriftError(this.system.id, problems);
  }

  /** Watches the rows of one stream as they come. */
  async begin(stream: Stream, streamPk: number): Promise<StreamWatch> {
    const row = await this.#expectation(streamPk);
    const known = row?.profile == null ? emptyProfile() : (JSON.parse(row.profile) as ValueProfile);
    return new StreamWatch(this.system.id, stream, known);
  }

  /** A stream that was read to its end: what its values were like is told, and becomes part of what is expected. */
  async end(stream: Stream, streamPk: number, watch: StreamWatch): Promise<void> {
    const found = watch.jumps();
    const { database, clock } = this.deps;
    if (stream.expects?.types === undefined)
      await this.#tell(await this.#streams(), new Map([[stream.name, []]]));
    if (watch.run.rows === 0) return;
    await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const now = clock.now();
      const scope: Scope = { rules: ['VALUES_DRIFT'], subjectType: 'stream', subjectPks: [streamPk] };
      const observed = found.map(({ field, ...facts }): ObservedFinding => ({
        ...{ rule: 'VALUES_DRIFT', subjectType: 'stream', subjectPk: streamPk, field },
        facts: { ...facts, system: this.system.id, stream: stream.name },
      }));
      // too few rows to tell resolve nothing
      if (watch.tells) await reconcileFindings(manager, () => keys.next(), now, scope, observed);
      // what is odd does not become what is expected
      if (found.length === 0) await this.#keep(manager, streamPk, { profile: JSON.stringify(watch.sum()) });
      await keys.save();
    });
  }

  async #declared(stream: Stream, pk: number, signal: AbortSignal): Promise<readonly MappingProblem[]> {
    try {
      const now = (await stream.expects?.types?.(signal)) ?? new Map<string, string>();
      const row = await this.#expectation(pk);
      if (row?.columns == null) {
        const columns = JSON.stringify([...now]);
        await this.deps.database.write((manager) => this.#keep(manager, pk, { columns }));
        return [];
      }
      return retyped(stream, new Map(JSON.parse(row.columns) as [string, string][]), now);
    } catch (error) {
      const problems = misfitProblems(error);
      if (problems === null) throw error;
      return problems;
    }
  }

  /** Null when nothing was seen under the mapping in force: what another one expected says nothing. */
  async #expectation(streamPk: number): Promise<SourceExpectationRow | null> {
    const row = await this.deps.database.reader.findOneBy(SourceExpectationRow, { streamPk });
    return row?.mappingVersion === this.system.mappingVersion ? row : null;
  }

  async #keep(
    manager: EntityManager,
    streamPk: number,
    values: { readonly columns?: string; readonly profile?: string },
  ): Promise<void> {
    const now = this.deps.clock.now();
    const { mappingVersion } = this.system;
    const row = await manager.findOneBy(SourceExpectationRow, { streamPk });
    if (row?.mappingVersion === mappingVersion) {
      await manager.update(SourceExpectationRow, { streamPk }, { ...values, updatedAt: now });
      return;
    }
    const fresh = { columns: null, profile: null, ...values, mappingVersion, takenAt: now, updatedAt: now };
    if (row === null) await manager.insert(SourceExpectationRow, { streamPk, ...fresh });
    else await manager.update(SourceExpectationRow, { streamPk }, fresh);
  }

  async #streams(): Promise<StreamPks> {
    const rows = await this.deps.database.reader.findBy(SourceStreamRow, { system: this.system.id });
    return new Map(rows.map((row) => [row.name, row.pk]));
  }

  /** Opens and resolves findings of the streams that were looked at; the trail says when that began and when it ended. */
  async #tell(pks: StreamPks, found: ReadonlyMap<string, readonly MappingProblem[]>): Promise<void> {
    const looked = [...found].flatMap(([name, problems]) => {
      const pk = pks.get(name);
      return pk === undefined ? [] : [{ name, pk, problems }];
    });
    const { database, clock } = this.deps;
    const open = await database.reader.findBy(FindingRow, { rule: 'SOURCE_DRIFT', state: 'OPEN' });
    const isOpen = (pk: number): boolean => open.some((one) => one.subjectPk === pk);
    // nothing was wrong, and nothing is
    if (!looked.some(({ pk, problems }) => problems.length > 0 || isOpen(pk))) return;
    await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const observed = looked
        .filter(({ problems }) => problems.length > 0)
        .map(({ name, pk, problems }): ObservedFinding => ({
          ...{ rule: 'SOURCE_DRIFT', subjectType: 'stream', subjectPk: pk, field: null },
          facts: { system: this.system.id, stream: name, problems: problems.map(problemText) },
        }));
      await reconcileFindings(
        manager,
        () => keys.next(),
        clock.now(),
        { rules: ['SOURCE_DRIFT'], subjectType: 'stream', subjectPks: looked.map(({ pk }) => pk) },
        observed,
      );
      for (const { name, pk, problems } of looked) {
        if (problems.length > 0 === isOpen(pk)) continue;
        await this.deps.audit.record(manager, SYSTEM_ACTOR, {
          ...{ action: problems.length > 0 ? 'sync.drift' : 'sync.driftResolved', outcome: 'DONE' },
          object: { type: 'sourceSystem', id: this.system.id },
          facts: { stream: name, mappingVersion: this.system.mappingVersion, problems: problems.length },
        });
      }
      await keys.save();
    });
  }
}

/** The rows of one stream in one run. */
export class StreamWatch {
  readonly run: ValueProfile = emptyProfile();

  constructor(
    private readonly system: string,
    private readonly stream: Stream,
    private readonly known: ValueProfile,
  ) {}

  /** Counts a batch before it is written. Throws SourceDriftError when what all rows carried is carried by none. */
  see(rows: readonly RawRow[], batch: MappedBatch): void {
    const { expects } = this.stream;
    countBatch(this.run, batch);
    if (expects === undefined || expects.types !== undefined) return;
    const gone = goneColumns(this.known, expects.names, rows);
    if (gone.length > 0)
      throw new SourceDriftError(
        this.system,
        gone.map((name) => expects.problemAt(name, `no row carries "${name}" any more`)),
      );
    countCarried(this.run, expects.names, rows);
  }

  jumps(): ReturnType<typeof jumps> {
    return jumps(this.known, this.run);
  }

  /** Whether the run says enough to take an earlier finding back. */
  get tells(): boolean {
    return this.run.rows >= LEAST_TELLING;
  }

  sum(): ValueProfile {
    return merged(this.known, this.run);
  }
}

const LEAST_TELLING = 50;
