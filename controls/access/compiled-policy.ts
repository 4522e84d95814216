/**
 * What a policy decides. Within a role the most specific pattern decides, and of equals the stricter; across the roles
 * of a caller an explicit deny wins, then read, then mask; what no pattern names is denied.
 */
import type { AccessDecision, AccessProfile } from '../../platform/access';
import { type Subject, exactPattern, fit, isExact, isRulePattern } from './patterns';
import type { Effect, PolicyContent, PolicyLine, PolicyRole } from './policy-content';

/** A decision and the line that made it; null where no line speaks of the subject. */
export interface Ruling {
  readonly decision: AccessDecision;
  readonly line: PolicyLine | null;
  /** The source term that made it stricter than the term's own lines say. */
  readonly derivedFrom: string | null;
}

const READING: Readonly<Record<Effect, AccessDecision | null>> = {
  read: 'READ',
  mask: 'MASK',
  deny: 'DENY',
  write: null,
};
const WRITING: Readonly<Record<Effect, AccessDecision | null>> = {
  write: 'READ',
  deny: 'DENY',
  read: null,
  mask: null,
};
const SEVERITY: Readonly<Record<AccessDecision, number>> = { READ: 0, MASK: 1, DENY: 2 };
const DEFAULT: Ruling = { decision: 'DENY', line: null, derivedFrom: null };

/** Lines of a role: by the one name that they are about, or, those that take in more, by kind. */
interface RoleLines {
  readonly exact: Map<string, PolicyLine[]>;
  readonly broad: Readonly<Record<Subject['kind'], PolicyLine[]>>;
}

const noLines = (): RoleLines => ({ exact: new Map(), broad: { term: [], rule: [] } });

export class CompiledPolicy {
  readonly #lines = new Map<string, RoleLines>();
  readonly #roles: ReadonlyMap<string, PolicyRole>;

  constructor(
    readonly version: string,
    readonly content: PolicyContent,
  ) {
    this.#roles = new Map(content.roles.map((role) => [role.role, role]));
    for (const line of content.lines) {
      const lines = this.#lines.get(line.role) ?? noLines();
      this.#lines.set(line.role, lines);
      const { pattern } = line;
      if (isExact(pattern)) lines.exact.set(pattern, [...(lines.exact.get(pattern) ?? []), line]);
      else lines.broad[isRulePattern(pattern) ? 'rule' : 'term'].push(line);
    }
  }

  get roles(): readonly PolicyRole[] {
    return this.content.roles;
  }

  role(name: string): PolicyRole | undefined {
    return this.#roles.get(name);
  }

  /** What the roles may do with a term: the strictest of its own ruling and those of its sources. */
  term(roles: readonly string[], id: string): Ruling {
    return this.#derived(roles, id, new Set());
  }

  write(roles: readonly string[], id: string): Ruling {
    const subject = this.#termSubject(id);
    return subject === null ? DEFAULT : this.#across(roles, subject, WRITING);
  }

  rule(roles: readonly string[], id: string): Ruling {
    return this.#across(roles, { kind: 'rule', id }, READING);
  }

  /** What one role's own lines say, null where they are silent: what two policies are compared by. */
  ownRuling(role: string, subject: Subject, writing: boolean): Ruling | null {
    return this.#within(role, subject, writing ? WRITING : READING);
  }

  profile(roles: readonly string[]): AccessProfile {
    const sorted = [...new Set(roles)].sort();
    const remember = (decide: (id: string) => Ruling): ((id: string) => AccessDecision) => {
      const known = new Map<string, AccessDecision>();
      return (id) => {
        let decision = known.get(id);
        // names come from the schema, but a caller can invent others: those are not kept
        if (decision === undefined) {
          decision = decide(id).decision;
          if (known.size < MOST_REMEMBERED) known.set(id, decision);
        }
        return decision;
      };
    };
    return Object.freeze({
      key: `${this.version}/${sorted.join()}`,
      policyVersion: this.version,
      term: remember((id) => this.term(sorted, id)),
      write: remember((id) => this.write(sorted, id)),
      rule: remember((id) => this.rule(sorted, id)),
    });
  }

  #derived(roles: readonly string[], id: string, seen: Set<string>): Ruling {
    const subject = this.#termSubject(id);
    if (subject === null) return DEFAULT;
    seen.add(id);
    let ruling = this.#across(roles, subject, READING);
    for (const source of this.content.terms[id]?.derivedFrom ?? []) {
      if (seen.has(source)) continue;
      const other = this.#derived(roles, source, seen);
      if (SEVERITY[other.decision] <= SEVERITY[ruling.decision]) continue;
      ruling = { ...other, derivedFrom: other.derivedFrom ?? source };
    }
    return ruling;
  }

  #termSubject(id: string): Subject | null {
    const term = Object.hasOwn(this.content.terms, id) ? this.content.terms[id] : undefined;
    return term === undefined ? null : { kind: 'term', id, class: term.class };
  }

  #across(
    roles: readonly string[],
    subject: Subject,
    meanings: Readonly<Record<Effect, AccessDecision | null>>,
  ): Ruling {
    const rulings = roles
      .map((role) => this.#within(role, subject, meanings))
      .filter((ruling) => ruling !== null);
    for (const wanted of ['DENY', 'READ', 'MASK'] as const) {
      const found = rulings.find((ruling) => ruling.decision === wanted);
      if (found) return found;
    }
    return DEFAULT;
  }

  #about(role: string, subject: Subject): readonly PolicyLine[] {
    const lines = this.#lines.get(role);
    if (lines === undefined) return [];
    const exact = lines.exact.get(exactPattern(subject));
    return exact === undefined ? lines.broad[subject.kind] : [...exact, ...lines.broad[subject.kind]];
  }

  #within(
    role: string,
    subject: Subject,
    meanings: Readonly<Record<Effect, AccessDecision | null>>,
  ): Ruling | null {
    let best: { line: PolicyLine; decision: AccessDecision; fit: number } | null = null;
    for (const line of this.#about(role, subject)) {
      const decision = meanings[line.effect];
      if (decision === null) continue;
      const closeness = fit(line.pattern, subject);
      if (closeness === 0) continue;
      const wins =
        best === null ||
        closeness > best.fit ||
        (closeness === best.fit && SEVERITY[decision] > SEVERITY[best.decision]);
      if (wins) best = { line, decision, fit: closeness };
    }
    return best === null ? null : { decision: best.decision, line: best.line, derivedFrom: null };
  }
}

/** More ids than any dictionary has. */
const MOST_REMEMBERED = 20_000;

/** How strict a decision is: READ 0, MASK 1, DENY 2. */
export const severityOf = (decision: AccessDecision): number => SEVERITY[decision];
