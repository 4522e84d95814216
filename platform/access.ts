/** What a caller may do with a term: the one question that every part of the product asks of the permissions. */

/** `READ`: the value is shown. `MASK`: null is shown, and said to be masked. `DENY`: the operation is refused. */
export type AccessDecision = 'READ' | 'MASK' | 'DENY';

/**
 * The permissions of one combination of roles under one version of the policy. Callers with the same profile share one
 * object, so that schemas and documents can be remembered by it. Rows (sites, suppliers) are not part of it.
 */
export interface AccessProfile {
  /** Names the policy version and the roles; equal keys decide alike. */
  readonly key: string;
  readonly policyVersion: string;
  /** Decision on a dictionary term; a term that the policy does not name is DENY. */
  term(id: string): AccessDecision;
  /** Whether the mutation of a term may be called, and its values be given: READ or DENY. */
  write(id: string): AccessDecision;
  /** Decision on an `@access` rule: of a type, a mutation, an argument. READ or DENY; unknown is DENY. */
  rule(id: string): AccessDecision;
}

/** The strictest of several decisions; READ of none. */
export function strictest(decisions: readonly AccessDecision[]): AccessDecision {
  if (decisions.includes('DENY')) return 'DENY';
  return decisions.includes('MASK') ? 'MASK' : 'READ';
}

/** Where profiles come from: the published policy. */
export interface AccessSource {
  /** Version of the policy that is in force now. Rejects when none is published: nothing may be answered then. */
  currentVersion(): Promise<string>;
  /** The profile of a set of roles. Rejects when that version was never published. */
  profile(roles: readonly string[], policyVersion: string): Promise<AccessProfile>;
}
