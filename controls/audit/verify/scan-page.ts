/**
 * A page of the log that is walked apart from those before it: as many places as a whole subtree has leaves. What is told
 * of it is kept in order, for whoever puts the pages together again.
 */
import { Frontier, TreeHasher } from '../../integrity/merkle';
import type { ReadOnlyDatabase } from '../../../platform/database/read-only';
import type { FindingCode } from './finding';
import { readLog } from './log-rows';
import { LogWalk, type SealingEntry, type WalkOptions, type WalkState } from './log-walk';

export interface PageFinding {
  readonly code: FindingCode;
  readonly place: string;
  readonly detail: string | undefined;
}

export interface WalkedPage {
  /** Chain hash of the place before, as the database had it. */
  readonly chainBefore: string;
  /** What the walk took for granted of the entries before. */
  readonly markedBefore: boolean;
  /** At the end; the tree is that of the page alone, a whole subtree, and so is that of each stop. */
  readonly end: WalkState;
  readonly told: readonly (PageFinding | WalkState)[];
  readonly sealing: readonly SealingEntry[];
}

export interface PageQuestion {
  /** Pages count from 0. */
  readonly page: number;
  readonly marked: boolean;
}

/** Walks one page; null where a place of it, or the one before, is missing. */
export async function walkPage(
  database: ReadOnlyDatabase,
  options: Pick<WalkOptions, 'algorithm' | 'checkpoints' | 'mac'>,
  size: number,
  { page, marked }: PageQuestion,
): Promise<WalkedPage | null> {
  const last = page * size;
  const withBefore = last === 0 ? 0 : 1;
  const { places: read, index } = await readLog(database, last - withBefore, size + withBefore);
  const places = read.slice(withBefore);
  if (read.length !== size + withBefore || read.at(-1)?.[0] !== last + size) return null;
  const hasher = new TreeHasher(options.algorithm);
  const before = withBefore === 0 ? hasher.empty() : String(read[0]?.[3]).slice(options.algorithm.length + 1);
  const told: (PageFinding | WalkState)[] = [];
  const walk = new LogWalk(
    {
      ...options,
      findings: { add: (code, place, detail) => told.push({ code, place, detail }) },
      onStop: (state) => told.push(state),
    },
    { last, chain: before, marked, tree: new Frontier(hasher) },
  );
  const sealing = walk.over({ places, index });
  return { chainBefore: before, markedBefore: marked, end: walk.state, told, sealing };
}
