/** What groups and claims mean as a controlled document: whoever edits the file gives nobody a role. */
import {
  type JudgedPlace,
  type Weakens,
  compareDocuments,
  whenMore,
} from '../controlled-documents/compare-documents';
import type { DocumentKind, RoleRisk } from '../controlled-documents/document-kind';
import { type ClaimsMapping, compileClaims, readClaimsText } from './claims-mapping';

const NAME = 'claims.yaml';

/** An empty list accepts any value. */
const whenAcceptsMore: Weakens = (before, after) => {
  const isOpen = (value: unknown): boolean => !Array.isArray(value) || value.length === 0;
  if (isOpen(after)) return !isOpen(before);
  return !isOpen(before) && whenMore(before, after);
};

/** What can be told of a change; every other one is weaker: another claim or attribute decides. */
function judged(riskOf: RoleRisk): JudgedPlace[] {
  return [
    {
      place: /^(oidc|ldap)\.roles\..+$/,
      weakens: (_before, after) =>
        after !== undefined && (typeof after !== 'string' || riskOf(after) === 'high'),
    },
    { place: /^oidc\.(acr|amr)$/, weakens: whenAcceptsMore },
    { place: /^oidc\.provision$/, weakens: (_before, after) => after !== false },
  ];
}

export function claimsDocument(root: string): DocumentKind<ClaimsMapping> {
  return {
    id: 'claims',
    read: () => ({ [NAME]: readClaimsText(root) }),
    compile: (texts) => compileClaims(texts[NAME] ?? ''),
    changes: (before, after, riskOf) =>
      compareDocuments(
        contentOf(compileClaims(before[NAME] ?? '')),
        contentOf(compileClaims(after[NAME] ?? '')),
        judged(riskOf),
      ),
  };
}

/** Groups are meant case aside, and of two spellings the later counts. */
function contentOf({ oidc, ldap }: ClaimsMapping): object {
  const byGroup = (roles: Readonly<Record<string, string>> | undefined): object =>
    Object.fromEntries(Object.entries(roles ?? {}).map(([group, role]) => [group.toLowerCase(), role]));
  return { oidc: { ...oidc, roles: byGroup(oidc.roles) }, ldap: { ...ldap, roles: byGroup(ldap.roles) } };
}
