/** What every part of identity works with. */
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { AuditActor } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { IdentityEpochRow } from './identity.entity';
import type { RecordStore } from '../records/record-store';
import type { IdentitySeals } from './identity-seals';
import type { SecretBox } from './secret-box';

export interface IdentityContext {
  readonly database: Database;
  readonly audit: AuditRecorder;
  readonly records: RecordStore;
  /** Accounts, persons, factors, grants and recoveries MUST be written through these, and asked of before they count. */
  readonly seals: IdentitySeals;
  /** Real time, whatever clock the answers go by: codes, tokens and sessions are worth nothing under another. */
  readonly clock: Clock;
  /** Throws ConfigError where the deployment keeps no accounts of its own. */
  readonly secrets: SecretBox;
}

/** What the transport knows of an attempt. */
export interface Attempt {
  readonly requestId: string;
  /** Address that the request came from. */
  readonly address: string;
  readonly client: string | null;
  readonly language: 'en' | 'zh' | null;
}

/** Makes every process look again at who may do what; MUST be called in the transaction of the change. */
export async function bumpEpoch(manager: EntityManager): Promise<void> {
  await manager.increment(IdentityEpochRow, { id: 1 }, 'epoch', 1);
}

/** The number that rises with every such change. */
export async function currentEpoch(manager: EntityManager): Promise<number> {
  const rows = await manager.query<{ epoch: number | string }[]>(
    'SELECT epoch FROM identity_epoch WHERE id = 1',
  );
  return Number(rows[0]?.epoch ?? Number.NaN);
}

/** An actor of whom only the user name that was tried is known. */
export function unknownActor(userName: string, attempt: Attempt): AuditActor {
  return {
    account: 'unknown',
    person: null,
    onBehalfOf: null,
    client: attempt.client,
    session: null,
    requestId: attempt.requestId,
    personal: { userName, address: attempt.address },
  };
}
