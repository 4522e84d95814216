/** What groups and claims of other systems mean here. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EntityManager } from 'typeorm';
import { parse } from 'yaml';
import { ConfigError } from '../../platform/errors';

export interface OidcClaims {
  readonly acr: readonly string[];
  readonly amr: readonly string[];
  readonly provision: boolean;
  readonly nameClaim: string;
  readonly rolesClaim: string;
  readonly sitesClaim: string;
  readonly suppliersClaim: string;
  readonly roles: Readonly<Record<string, string>>;
}

export interface LdapClaims {
  readonly base: string;
  readonly userAttribute: string;
  readonly groupAttribute: string;
  readonly roles: Readonly<Record<string, string>>;
}

export interface ClaimsMapping {
  readonly oidc: OidcClaims;
  readonly ldap: LdapClaims;
}

/** The mapping in force. */
export interface ClaimsSource {
  /** MUST NOT be asked within a transaction. */
  current(): Promise<ClaimsMapping>;
  /** As the transaction sees it. */
  within(manager: EntityManager): Promise<ClaimsMapping>;
}

/** Roles, sites and suppliers that another system vouches for. */
export interface MappedClaims {
  readonly roles: readonly string[];
  readonly sites: readonly string[];
  readonly suppliers: readonly string[];
}

const FILE = 'schema/dictionary/identity/claims.yaml';
/** Officers are made by officers alone: a directory's administrator must not be able to become one. */
const NEVER_MAPPED = 'security-officer';

/** Text of the mapping below `root`. Throws ConfigError when there is none. */
export function readClaimsText(root: string): string {
  const file = path.join(root, FILE);
  if (!existsSync(file)) throw new ConfigError([`${FILE} is not there`]);
  return readFileSync(file, 'utf8');
}

/** Throws ConfigError when the text does not hold what it should. */
export function compileClaims(text: string): ClaimsMapping {
  const content = parsed(text);
  const problems = [...oidcProblems(content?.oidc), ...ldapProblems(content?.ldap)];
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${FILE}: ${problem}`));
  return content as ClaimsMapping;
}

function parsed(text: string): Partial<ClaimsMapping> | null {
  try {
    return parse(text) as Partial<ClaimsMapping> | null;
  } catch (error) {
    throw new ConfigError([`${FILE}: ${error instanceof Error ? error.message : 'is not YAML'}`]);
  }
}

function oidcProblems(oidc: Partial<OidcClaims> | undefined): string[] {
  const texts = [oidc?.nameClaim, oidc?.rolesClaim, oidc?.sitesClaim, oidc?.suppliersClaim];
  return [
    ...(isTexts(oidc?.acr) && isTexts(oidc.amr) ? [] : ['oidc.acr and oidc.amr must be lists of text']),
    ...(oidc?.acr?.length === 0 && oidc.amr?.length === 0
      ? ['oidc.acr or oidc.amr must say how a second factor is recognised']
      : []),
    ...(texts.every((text) => typeof text === 'string') ? [] : ['oidc must name its claims']),
    ...(typeof oidc?.provision === 'boolean' ? [] : ['oidc.provision must be true or false']),
    ...roleProblems('oidc', oidc?.roles),
  ];
}

function ldapProblems(ldap: Partial<LdapClaims> | undefined): string[] {
  const attributes = [ldap?.userAttribute, ldap?.groupAttribute];
  const named = attributes.every((name) => /^[A-Za-z][A-Za-z0-9-]*$/.test(name ?? ''));
  return [
    ...(typeof ldap?.base === 'string' && named
      ? []
      : ['ldap must name base, userAttribute and groupAttribute']),
    ...roleProblems('ldap', ldap?.roles),
  ];
}

function roleProblems(where: string, roles: Readonly<Record<string, string>> | undefined): string[] {
  const names = Object.values(roles ?? {});
  if (!names.every((name) => typeof name === 'string')) return [`${where}.roles must map groups to roles`];
  return names.includes(NEVER_MAPPED) ? [`${where}.roles must not map to ${NEVER_MAPPED}`] : [];
}

/** What the claims of an ID token come to. */
export function mapOidcClaims(claims: Readonly<Record<string, unknown>>, mapping: OidcClaims): MappedClaims {
  return {
    roles: mapGroups(textsOf(claims[mapping.rolesClaim]), mapping.roles),
    sites: textsOf(claims[mapping.sitesClaim]),
    suppliers: textsOf(claims[mapping.suppliersClaim]),
  };
}

/** What the groups of a directory entry come to. */
export function mapLdapGroups(groups: readonly string[], mapping: LdapClaims): MappedClaims {
  return { roles: mapGroups(groups, mapping.roles), sites: [], suppliers: [] };
}

function mapGroups(groups: readonly string[], roles: Readonly<Record<string, string>>): string[] {
  const byGroup = new Map(Object.entries(roles).map(([group, role]) => [group.toLowerCase(), role]));
  const found = groups.map((group) => byGroup.get(group.toLowerCase()));
  return [...new Set(found.filter((role) => role !== undefined))].sort();
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string' && value !== '') return [value];
  return isTexts(value) ? [...value] : [];
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
