/**
 * Compiles `consistency.yaml`. A rule that could never find anything, or that nobody would answer for, is a problem
 * with file, line and column, not a silence.
 */
import Ajv from 'ajv';
import { toMicros } from '../../platform/decimal';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { once } from '../../platform/once';
import type { YamlFile, YamlPath } from '../../platform/yaml-file';
import schema from '../../schema/dictionary/rules/consistency.schema.json';
import { MOVEMENT_KINDS, recordTypeDefinition } from '../../schema/records/record-types';
import type {
  ConsistencyRule,
  RuleCheck,
  RuleCondition,
  RuleField,
  RuleKind,
  RuleOwner,
  RuleSide,
  RuleSubject,
} from './consistency-rule';
import { valueProblem } from './comparable';
import type { ConsistencyDocument, RuleInFile, SideInFile } from './rule-file';

const validate = once(() =>
  new Ajv({ allErrors: true, allowUnionTypes: true }).compile<ConsistencyDocument>(schema),
);

/** Fields that say whether a lot may be used: compared as a whole, not one by one. */
const STATUS_FIELDS: ReadonlySet<string> = new Set(['hold', 'blocked']);
/** Kinds of values that come before and after one another. */
const ORDERED: ReadonlySet<string> = new Set(['date', 'instant', 'quantity', 'integer']);
const COMMON = ['id', 'kind', 'subject', 'name', 'severity', 'owner', 'when'];
/** Kinds of rules that say something of items too. */
const OF_ITEMS: ReadonlySet<RuleKind> = new Set([
  'valueDiffers',
  'stockDiffers',
  'missingInSystem',
  'compare',
]);
/** What each kind of rule may say beside what all may. */
const MAY_SAY: Readonly<Record<RuleKind, readonly string[]>> = {
  valueDiffers: ['terms', 'except', 'systems', 'toleranceDays'],
  statusDiffers: ['systems'],
  stockDiffers: ['systems', 'tolerance'],
  missingInSystem: ['in', 'systems'],
  expiredUnblocked: ['withStock', 'graceDays'],
  movedBeforeManufacture: ['graceDays', 'movements'],
  movedAfterExpiry: ['graceDays', 'movements'],
  inspectionsDiffer: ['systems'],
  acceptedWithoutResults: ['systems'],
  compare: ['left', 'holds', 'right', 'raises'],
};
const MUST_SAY: Partial<Readonly<Record<RuleKind, readonly string[]>>> = {
  valueDiffers: ['terms'],
  compare: ['left', 'holds', 'right'],
};

export interface CompileOptions {
  readonly dictionary: Dictionary;
  /** Roles that can be granted. */
  readonly roles: ReadonlySet<string>;
}

/** Null when the file has problems; they are noted in it. */
export function compileRules(
  file: YamlFile,
  options: CompileOptions,
): { owners: readonly RuleOwner[]; rules: readonly ConsistencyRule[] } | null {
  const document = file.read(validate());
  if (document === null) return null;
  checkOwners(file, document.owners, options.roles);
  const owners = new Set(document.owners.map(({ id }) => id));
  const seen = new Set<string>();
  const rules = document.rules.map((rule, index) => {
    const at = ['rules', index];
    if (seen.has(rule.id)) file.report([...at, 'id'], `there is another rule "${rule.id}"`);
    seen.add(rule.id);
    if (rule.owner !== undefined && !owners.has(rule.owner))
      file.report([...at, 'owner'], `"${rule.owner}" is not one of the owners above`);
    return new RuleCompiler(file, at, options.dictionary).compile(rule);
  });
  return file.problems.length > 0 ? null : { owners: document.owners, rules };
}

function checkOwners(file: YamlFile, owners: readonly RuleOwner[], roles: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const [index, owner] of owners.entries()) {
    if (seen.has(owner.id)) file.report(['owners', index, 'id'], `there is another owner "${owner.id}"`);
    seen.add(owner.id);
    for (const [place, role] of owner.roles.entries())
      if (!roles.has(role)) file.report(['owners', index, 'roles', place], `there is no role "${role}"`);
  }
}

class RuleCompiler {
  #subject: RuleSubject = 'lot';

  constructor(
    private readonly file: YamlFile,
    private readonly at: YamlPath,
    private readonly dictionary: Dictionary,
  ) {}

  compile(rule: RuleInFile): ConsistencyRule {
    this.#checkKeys(rule);
    const { id, name, severity, owner, when, subject = 'lot' } = rule;
    this.#subject = subject;
    if (subject === 'item' && !OF_ITEMS.has(rule.kind))
      this.#report(['subject'], `${rule.kind} is about lots alone`);
    if (subject === 'item' && rule.raises === 'EXPIRY_BEFORE_MANUFACTURE')
      this.#report(['raises'], `${rule.raises} is about lots alone`);
    return {
      ...{ id, name, subject, severity, owner: owner ?? null },
      when: (when ?? []).flatMap((condition, index): RuleCondition[] => {
        const field = this.#field(condition.term, ['when', index, 'term']);
        return field === null ? [] : [{ field, is: condition.is ?? null, in: condition.in ?? null }];
      }),
      check: this.#check(rule),
    };
  }

  #checkKeys(rule: RuleInFile): void {
    const may = [...COMMON, ...MAY_SAY[rule.kind]];
    for (const key of Object.keys(rule))
      if (!may.includes(key))
        this.file.report([...this.at, key], `"${key}" says nothing to ${rule.kind}`, undefined, 'key');
    for (const key of MUST_SAY[rule.kind] ?? [])
      if (!(key in rule)) this.file.report([...this.at, 'kind'], `${rule.kind} needs "${key}"`);
  }

  #check(rule: RuleInFile): RuleCheck {
    const systems = rule.systems ?? null;
    const graceDays = rule.graceDays ?? 0;
    switch (rule.kind) {
      case 'valueDiffers': {
        const { kind, toleranceDays = 0 } = rule;
        const fields = this.#fields(rule);
        if (toleranceDays > 0 && fields.some(({ definition }) => definition.kind !== 'date'))
          this.#report(['toleranceDays'], 'days are between dates; a term of another kind is compared too');
        return { kind, fields, systems, toleranceDays };
      }
      case 'statusDiffers':
      case 'inspectionsDiffer':
      case 'acceptedWithoutResults':
        return { kind: rule.kind, systems };
      case 'stockDiffers':
        return { kind: rule.kind, systems, toleranceMicros: toMicros(rule.tolerance ?? '0') };
      case 'missingInSystem':
        return { kind: rule.kind, in: rule.in ?? null, systems };
      case 'expiredUnblocked':
        return { kind: rule.kind, withStock: rule.withStock ?? false, graceDays };
      case 'movedBeforeManufacture':
      case 'movedAfterExpiry':
        return { kind: rule.kind, graceDays, movements: this.#movements(rule.movements ?? null) };
      case 'compare':
        return this.#comparison(rule);
    }
  }

  #fields({ terms, except = [] }: RuleInFile): RuleField[] {
    const without = new Set(except);
    for (const [index, term] of except.entries()) this.#field(term, ['except', index]);
    if (terms !== 'regulated')
      return (terms ?? []).flatMap((term, index) => this.#field(term, ['terms', index]) ?? []);
    const subject = this.#subject;
    const known = { ...recordTypeDefinition(subject).fields, ...attributeFieldsOf(this.dictionary)(subject) };
    return Object.entries(known)
      .map(([field, definition]) => ({ term: `${subject}.${field}`, field, definition }))
      .filter(({ term, field }) => !STATUS_FIELDS.has(field) && !without.has(term))
      .filter(({ term }) => this.dictionary.find(term)?.regulated === true);
  }

  #movements(kinds: readonly string[] | null): readonly string[] | null {
    for (const [index, kind] of (kinds ?? []).entries())
      if (!(MOVEMENT_KINDS as readonly string[]).includes(kind))
        this.#report(['movements', index], `must be one of ${MOVEMENT_KINDS.join(', ')}`);
    return kinds;
  }

  #comparison({ left, right, holds = 'equal', raises = 'TERMS_DISAGREE' }: RuleInFile): RuleCheck {
    const sides = { left: this.#side(left, 'left'), right: this.#side(right, 'right') };
    if (sides.left.kind === 'value')
      this.#report(['left'], 'must be a term; only the right side may be a value');
    const kindOf = (side: RuleSide): string | null =>
      side.kind === 'field' ? side.field.definition.kind : null;
    const [a, b] = [kindOf(sides.left), kindOf(sides.right)];
    if (sides.left.kind === 'field' && sides.right.kind === 'value') {
      const problem = valueProblem(sides.right.value, sides.left.field);
      if (problem !== null) this.#report(['right'], problem);
    }
    if (a !== null && b !== null && a !== b) this.#report(['right'], `is ${b}, and the left side ${a}`);
    if (holds !== 'equal' && holds !== 'notEqual' && a !== null && !ORDERED.has(a))
      this.#report(['holds'], `${a} has no order: only equal and notEqual can hold`);
    return { kind: 'compare', ...sides, holds, raises };
  }

  #side(side: SideInFile | undefined, name: string): RuleSide {
    if (side?.term === undefined) {
      if (side?.value === undefined || side.system !== undefined)
        this.#report([name], 'must be a term, with or without its system, or a value');
      return { kind: 'value', value: side?.value ?? '' };
    }
    if (side.value !== undefined) this.#report([name, 'value'], 'stands beside a term; one of both is meant');
    const field = this.#field(side.term, [name, 'term']);
    return field === null
      ? { kind: 'value', value: '' }
      : { kind: 'field', field, system: side.system ?? null };
  }

  #field(term: string, place: YamlPath): RuleField | null {
    const subject = this.#subject;
    const field = term.slice(term.indexOf('.') + 1);
    const definition = term.startsWith(`${subject}.`)
      ? (recordTypeDefinition(subject).fields[field] ?? attributeFieldsOf(this.dictionary)(subject)[field])
      : undefined;
    if (definition !== undefined) return { term, field, definition };
    this.#report(place, `systems state no "${term}" of ${subject}s`);
    return null;
  }

  #report(place: YamlPath, message: string): void {
    this.file.report([...this.at, ...place], message);
  }
}
