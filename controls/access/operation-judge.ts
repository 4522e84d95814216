/**
 * Judges a whole operation before anything of it is planned, by the same data as the rules of the subgraphs. Its time
 * depends on the operation and the profile alone, never on data.
 */
import { type DocumentNode, type GraphQLSchema, buildASTSchema, parse } from 'graphql';
import { type AccessDecision, type AccessProfile, strictest } from '../../platform/access';
import { walkValue } from './argument-access';
import { type OperationUses, type Use, collectUses, inputUse } from './collect-uses';
import { type Need, decide } from './field-access';

export interface JudgedOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Coordinates in the order of the alphabet. */
export interface AccessVerdict {
  readonly denied: readonly string[];
  readonly masked: readonly string[];
}

export class OperationJudge {
  readonly #collected = new WeakMap<DocumentNode, Map<string, Collected>>();

  constructor(readonly schema: GraphQLSchema) {}

  /** By the terms and rules that a supergraph carries. */
  static ofSupergraph(supergraphSdl: string): OperationJudge {
    return new OperationJudge(
      buildASTSchema(parse(supergraphSdl, { noLocation: true }), { assumeValid: true }),
    );
  }

  judge(operation: JudgedOperation, profile: AccessProfile): AccessVerdict {
    const collected = this.#collect(operation);
    let fixed = collected.verdicts.get(profile.key);
    if (fixed === undefined) {
      fixed = verdictOf([...collected.uses.values()], profile);
      if (collected.verdicts.size >= MOST_VERDICTS) collected.verdicts.clear();
      collected.verdicts.set(profile.key, fixed);
    }
    if (collected.variables.length === 0) return fixed;
    const given = verdictOf([...variableUses(collected, operation.variables).values()], profile);
    return given.denied.length === 0
      ? fixed
      : { denied: [...new Set([...fixed.denied, ...given.denied])].sort(), masked: fixed.masked };
  }

  /** Everything that the operation uses, each place once. */
  usesOf(operation: JudgedOperation): Use[] {
    const collected = this.#collect(operation);
    const uses = new Map([...variableUses(collected, operation.variables), ...collected.uses]);
    return [...uses.values()].sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1));
  }

  #collect({ document, operationName }: JudgedOperation): Collected {
    const byName = this.#collected.get(document) ?? new Map<string, Collected>();
    this.#collected.set(document, byName);
    const name = operationName ?? '';
    let known = byName.get(name);
    if (known === undefined) {
      known = { ...collectUses(this.schema, document, operationName), verdicts: new Map() };
      byName.set(name, known);
    }
    return known;
  }
}

/** Profiles that one document is remembered for. */
const MOST_VERDICTS = 64;

interface Collected extends OperationUses {
  readonly verdicts: Map<string, AccessVerdict>;
}

/** Decision about one use: the strictest of its needs; a mask where null cannot stand is a refusal. */
export function decideUse(profile: AccessProfile, use: Use): AccessDecision {
  const decision = strictest(use.needs.map((need) => decideNeed(profile, need, use.writing)));
  return decision === 'MASK' && !use.maskable ? 'DENY' : decision;
}

function decideNeed(profile: AccessProfile, need: Need, writing: boolean): AccessDecision {
  const decision = decide(profile, need);
  if (decision === 'READ' || !writing || need.kind !== 'term') return decision;
  return decide(profile, { kind: 'write', id: need.id });
}

function verdictOf(uses: readonly Use[], profile: AccessProfile): AccessVerdict {
  const denied: string[] = [];
  const masked: string[] = [];
  for (const use of uses) {
    const decision = decideUse(profile, use);
    if (decision === 'DENY') denied.push(use.coordinate);
    else if (decision === 'MASK') masked.push(use.coordinate);
  }
  return { denied: denied.sort(), masked: masked.sort() };
}

function variableUses(
  { variables }: OperationUses,
  values: Readonly<Record<string, unknown>>,
): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const { name, type, writing } of variables) {
    if (!Object.hasOwn(values, name)) continue;
    walkValue(type, values[name], (coordinate, place) => {
      const known = uses.get(coordinate);
      if (known === undefined || (known.writing && !writing))
        uses.set(coordinate, inputUse(coordinate, place, writing));
    });
  }
  return uses;
}
