/** A sign-off policy: who signs for what. Compiled from YAML that fits `schema/dictionary/sign-off/policy.schema.json`. */
import Ajv from 'ajv';
import { parse } from 'yaml';
import schema from '../../../schema/dictionary/sign-off/policy.schema.json';
import { InvalidInputError, type LocalizedText } from '../../../platform/errors';
import { once } from '../../../platform/once';

export interface SlotPolicy {
  readonly roles: readonly string[];
  readonly meaning: LocalizedText & { readonly code: string };
}

export interface BreakGlassPolicy {
  readonly roles: readonly string[];
  readonly reviewRoles: readonly string[];
  readonly reviewHours: number;
}

export interface ActionPolicy {
  readonly id: string;
  readonly name: LocalizedText;
  readonly first: SlotPolicy;
  readonly second: SlotPolicy;
  readonly proposerSigns: boolean;
  readonly proposalHours: number;
  readonly executionHours: number;
  readonly breakGlass?: BreakGlassPolicy;
}

export interface PolicyDocument {
  readonly readers: readonly string[];
  readonly actions: readonly ActionPolicy[];
}

/** The slot of a signature: the first, the second, or the only one of an act that breaks the glass. */
export type Slot = 1 | 2;

export const BREAK_GLASS_MEANING = {
  code: 'BREAK_GLASS',
  en: 'I do this alone in an emergency and answer for it; another person will review it.',
  zh: '紧急情况下由本人单独执行并承担责任，事后由他人复核。',
} as const;

export const REVIEW_MEANING = {
  code: 'EMERGENCY_REVIEWED',
  en: 'I reviewed the act that was done in an emergency.',
  zh: '本人已复核该紧急操作。',
} as const;

const validate = once(() => new Ajv({ allErrors: true, strict: true }).compile<PolicyDocument>(schema));

/** Compiles a policy file. Throws InvalidInputError that lists everything that is wrong with it. */
export function compilePolicy(yaml: string): PolicyDocument {
  let data: unknown;
  try {
    data = parse(yaml);
  } catch (error) {
    throw new InvalidInputError('The policy is not valid YAML.', { problems: [messageOf(error)] });
  }
  const problems = validate()(data) ? meaningProblems(data) : schemaProblems();
  if (problems.length > 0)
    throw new InvalidInputError(`The sign-off policy is not valid: ${problems.join('; ')}`, { problems });
  return data as PolicyDocument;
}

export function slotOf(action: ActionPolicy, slot: Slot): SlotPolicy {
  return slot === 1 ? action.first : action.second;
}

export function actionOf(policy: PolicyDocument, id: string): ActionPolicy | undefined {
  return policy.actions.find((action) => action.id === id);
}

function schemaProblems(): string[] {
  return (validate().errors ?? []).map((error) =>
    `${error.instancePath || '/'} ${error.message ?? ''}`.trim(),
  );
}

function meaningProblems(policy: PolicyDocument): string[] {
  const ids = policy.actions.map((action) => action.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return twice.map((id) => `the action ${id} is defined twice`);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
