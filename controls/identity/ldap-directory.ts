/**
 * Passwords that a directory (LDAP, Active Directory) keeps. The person is looked up, then the password is tried by
 * binding as them; no password ever travels unencrypted, except to this machine itself.
 */
import { readFileSync } from 'node:fs';
import { Client, EqualityFilter, InvalidCredentialsError } from 'ldapts';
import type { LdapSettings } from '../../platform/config';
import { GatewayError } from '../../platform/errors';
import type { LdapClaims } from './claims-mapping';
import type { Directory, DirectoryEntry } from './credentials';

const TIMEOUT_MS = 5000;

export class LdapDirectory implements Directory {
  constructor(
    private readonly settings: LdapSettings,
    private readonly claims: () => Promise<LdapClaims>,
  ) {}

  /** Null for an unknown name and for a wrong password alike. Thrown when the directory fails: SOURCE_UNAVAILABLE. */
  async verify(userName: string, password: string): Promise<DirectoryEntry | null> {
    // a bind without a password succeeds as nobody (RFC 4513, 5.1.2)
    if (password === '') return null;
    const claims = await this.claims();
    const client = await this.#connect();
    try {
      const entry = await this.#find(client, userName, claims);
      if (entry === null) return null;
      await client.bind(entry.dn, password);
      return entry;
    } catch (error) {
      if (error instanceof InvalidCredentialsError) return null;
      throw unavailable(error);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  async #connect(): Promise<Client> {
    const { url, caFile, bindDn, bindPassword } = this.settings;
    const { protocol, hostname } = new URL(url);
    const tls = { rejectUnauthorized: true, ...(caFile === null ? {} : { ca: [readFileSync(caFile)] }) };
    const client = new Client({
      ...{ url, timeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS },
      ...(protocol === 'ldaps:' ? { tlsOptions: tls } : {}),
    });
    try {
      if (protocol !== 'ldaps:' && !isLoopback(hostname)) await client.startTLS(tls);
      if (bindDn !== null) await client.bind(bindDn, bindPassword?.reveal() ?? '');
      return client;
    } catch (error) {
      await client.unbind().catch(() => undefined);
      throw unavailable(error);
    }
  }

  /** The one entry of that name; more than one is nobody. */
  async #find(
    client: Client,
    userName: string,
    { base, userAttribute, groupAttribute }: LdapClaims,
  ): Promise<DirectoryEntry | null> {
    const { searchEntries } = await client.search(base, {
      scope: 'sub',
      // a filter that is built, not written: nothing in a name can change what is asked
      filter: new EqualityFilter({ attribute: userAttribute, value: userName }),
      attributes: ['dn', groupAttribute.toLowerCase()],
      sizeLimit: 2,
    });
    const [entry] = searchEntries;
    if (entry === undefined || searchEntries.length !== 1) return null;
    // attributes come back in whatever case the server likes
    const name = Object.keys(entry).find((key) => key.toLowerCase() === groupAttribute.toLowerCase());
    const groups = name === undefined ? [] : (entry[name] ?? []);
    return { dn: entry.dn, groups: (Array.isArray(groups) ? groups : [groups]).map(String) };
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function unavailable(cause: unknown): GatewayError {
  return new GatewayError('SOURCE_UNAVAILABLE', 'the directory did not answer', {}, cause);
}
