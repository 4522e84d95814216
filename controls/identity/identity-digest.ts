/**
 * The keyed digest of a row that decides who somebody is: an account, a person, a factor, a grant, a recovery. Its key
 * does not stand in the database, so that nobody who only writes rows can make the digest of another content. Pure; what
 * counts failures or times of use is left out, since it changes with every sign-in.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { canonicalJson } from '../../platform/canonical-json';

type Value = string | number | boolean | null | undefined;

/** Names of the bound properties, with their columns. */
interface Binding {
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
}

export const SEALED_KINDS = ['account', 'person', 'factor', 'roleGrant', 'recovery'] as const;
/** Types of the regulated records that hold the digests. */
export type SealedKind = (typeof SEALED_KINDS)[number];

export const BINDINGS: Readonly<Record<SealedKind, Binding>> = {
  account: {
    table: 'account',
    columns: {
      ...{ person: 'person', kind: 'kind', userName: 'user_name', secretHash: 'secret_hash' },
      ...{ externalKey: 'external_key', status: 'status', serviceRoles: 'service_roles' },
      ...{ mayActFor: 'may_act_for', expiresAt: 'expires_at' },
    },
  },
  person: { table: 'person', columns: { nameEn: 'name_en', nameZh: 'name_zh', status: 'status' } },
  factor: {
    table: 'factor',
    columns: {
      ...{ person: 'person', kind: 'kind', status: 'status', sealedSecret: 'sealed_secret' },
      ...{ credentialId: 'credential_id', details: 'details' },
    },
  },
  roleGrant: {
    table: 'role_grant',
    columns: {
      ...{ person: 'person', role: 'role_name', sites: 'sites', suppliers: 'suppliers', source: 'source' },
      ...{ validFrom: 'valid_from', expiresAt: 'expires_at', grantedBy: 'granted_by', proposal: 'proposal' },
      revokedAt: 'revoked_at',
    },
  },
  recovery: {
    table: 'recovery',
    columns: {
      ...{ kind: 'kind', account: 'account', person: 'person', status: 'status', openedBy: 'opened_by' },
      ...{ approvedBy: 'approved_by', firstHalf: 'first_half', secondHalf: 'second_half' },
      expiresAt: 'expires_at',
    },
  },
};

export class IdentityDigest {
  readonly #key: Buffer;

  /** `secret` is that which the keys of persons are wrapped under; the two uses cannot be told from one another. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'lotgraph identity rows', 32));
  }

  /** Of a row whose values are given by the names of its properties. */
  of(kind: SealedKind, id: string, row: Readonly<Record<string, unknown>>): string {
    const names = Object.keys(BINDINGS[kind].columns).filter((name) => isBound(kind, name, row));
    const said = names.map((name) => [name, textOf(row[name] as Value)]);
    return createHmac('sha256', this.#key)
      .update(canonicalJson([kind, id, said]))
      .digest('base64url');
  }
}

/** A grant that a directory gave is prolonged with each sign-in: its end is not bound. */
const isBound = (kind: SealedKind, name: string, row: Readonly<Record<string, unknown>>): boolean =>
  kind !== 'roleGrant' || name !== 'expiresAt' || row['source'] !== 'CLAIM';

/** Drivers give numbers and truth values in different ways; as text they are the same. */
function textOf(value: Value): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}
