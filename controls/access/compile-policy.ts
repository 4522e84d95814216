/**
 * Turns `roles.yaml` and `policy.yaml` into the content of a policy. Reports everything that is wrong at once, each
 * with file and line; whatever is not understood is a problem and never a guess.
 */
import Ajv, { type ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import { type Subject, fit, isNamed, isPattern, isRulePattern } from './patterns';
import {
  EFFECTS,
  type IncompatibleRoles,
  type PolicyContent,
  type PolicyLine,
  type PolicyRole,
} from './policy-content';
import { YamlFile } from '../../platform/yaml-file';

const ACCESS_FOLDER = 'schema/dictionary/access';
const ROLES = `${ACCESS_FOLDER}/roles.yaml`;
const POLICY = `${ACCESS_FOLDER}/policy.yaml`;

export interface PolicyTexts {
  readonly roles: string;
  readonly policy: string;
}

interface RolesFile {
  readonly roles: readonly (Omit<PolicyRole, 'maxDays' | 'rows'> &
    Partial<Pick<PolicyRole, 'maxDays' | 'rows'>>)[];
  readonly incompatible?: readonly IncompatibleRoles[];
}

type LineInFile = { readonly id: string; readonly role: string } & Readonly<
  Partial<Record<(typeof EFFECTS)[number], readonly string[]>>
>;

interface PolicyFile {
  readonly sets?: Readonly<Record<string, readonly string[]>>;
  readonly lines: readonly LineInFile[];
  readonly nobody?: readonly string[];
}

/** The files below `root` as they stand. */
export function readPolicyTexts(root: string): PolicyTexts {
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
  return { roles: read(ROLES), policy: read(POLICY) };
}

/** Compiles the two files. Throws ConfigError that lists every problem. */
export function compilePolicy(root: string, texts: PolicyTexts, dictionary: Dictionary): PolicyContent {
  const compiler = new PolicyCompiler(root, texts, dictionary);
  const content = compiler.compile();
  if (compiler.problems.length > 0) throw new ConfigError(compiler.problems);
  return content;
}

class PolicyCompiler {
  readonly #roles: YamlFile;
  readonly #policy: YamlFile;
  readonly #validators: Record<'roles' | 'policy', ValidateFunction>;

  constructor(
    root: string,
    texts: PolicyTexts,
    private readonly dictionary: Dictionary,
  ) {
    this.#roles = new YamlFile(ROLES, texts.roles, { maxAliases: 0 });
    this.#policy = new YamlFile(POLICY, texts.policy, { maxAliases: 0 });
    const validator = (name: string): ValidateFunction =>
      new Ajv({ allErrors: true }).compile(
        JSON.parse(readFileSync(path.join(root, ACCESS_FOLDER, `${name}.schema.json`), 'utf8')) as object,
      );
    this.#validators = { roles: validator('roles'), policy: validator('policy') };
  }

  get problems(): string[] {
    return [...this.#roles.messages(), ...this.#policy.messages()];
  }

  compile(): PolicyContent {
    const { roles = [], incompatible = [] } =
      (this.#shaped(this.#roles, this.#validators.roles) as RolesFile | null) ?? {};
    const file = this.#shaped(this.#policy, this.#validators.policy) as PolicyFile | null;
    this.#checkRoles(roles);
    const known = new Set(roles.map(({ role }) => role));
    this.#checkIncompatible(incompatible, known);
    const lines = (file?.lines ?? []).flatMap((line, index) =>
      this.#line(line, index, file?.sets ?? {}, known),
    );
    this.#checkLineIds(file?.lines ?? []);
    const nobody = [...(file?.nobody ?? [])];
    nobody.forEach((pattern, index) => this.#checkPattern(pattern, ['nobody', index]));
    return {
      format: 1,
      roles: roles.map((role) => ({ ...role, rows: role.rows ?? [], maxDays: role.maxDays ?? null })),
      ...{ incompatible, lines },
      nobody,
      terms: Object.fromEntries(
        this.dictionary
          .list()
          .map((term) => [term.id, { class: term.classification, derivedFrom: term.derivedFrom }]),
      ),
    };
  }

  #shaped(yaml: YamlFile, validate: ValidateFunction): unknown {
    const data = yaml.toData();
    if (data === null && yaml.problems.length > 0) return null;
    if (validate(data)) return data;
    for (const error of validate.errors ?? []) {
      const at = error.instancePath
        .split('/')
        .slice(1)
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
      const extra = (error.params as { additionalProperty?: string }).additionalProperty;
      yaml.report(
        extra === undefined ? at : [...at, extra],
        `${error.message ?? 'is not valid'}${extra === undefined ? '' : ` "${extra}"`}`,
      );
    }
    return null;
  }

  #checkRoles(roles: RolesFile['roles']): void {
    roles.forEach(({ role }, index) => {
      if (roles.findIndex((other) => other.role === role) !== index)
        this.#roles.report(['roles', index, 'role'], `role "${role}" stands here twice`);
    });
  }

  /** A role that there is not would leave two others together by a slip of the pen. */
  #checkIncompatible(pairs: readonly IncompatibleRoles[], roles: ReadonlySet<string>): void {
    pairs.forEach(({ role, with: others }, index) => {
      const places = [
        [role, ['incompatible', index, 'role']],
        ...others.map((other, at) => [other, ['incompatible', index, 'with', at]]),
      ] as [string, (string | number)[]][];
      for (const [name, place] of places)
        if (!roles.has(name)) this.#roles.report(place, `role "${name}" is not in this file`);
      if (others.includes(role))
        this.#roles.report(['incompatible', index, 'role'], `role "${role}" excludes itself`);
    });
  }

  #checkLineIds(lines: readonly LineInFile[]): void {
    lines.forEach(({ id }, index) => {
      if (lines.findIndex((other) => other.id === id) !== index)
        this.#policy.report(['lines', index, 'id'], `line "${id}" stands here twice`);
    });
  }

  #line(
    line: LineInFile,
    index: number,
    sets: Readonly<Record<string, readonly string[]>>,
    roles: ReadonlySet<string>,
  ): PolicyLine[] {
    if (!roles.has(line.role))
      this.#policy.report(['lines', index, 'role'], `role "${line.role}" is not in ${ROLES}`);
    return EFFECTS.flatMap((effect) =>
      (line[effect] ?? []).flatMap((pattern, at) => {
        const place = ['lines', index, effect, at];
        const patterns = pattern.startsWith('set:') ? this.#set(pattern, place, sets) : [pattern];
        return patterns.map((one) => {
          this.#checkPattern(one, place);
          this.#checkEffect(effect, one, place);
          return {
            ...{ id: line.id, role: line.role, effect, pattern: one },
            file: POLICY,
            line: this.#policy.position(place).line,
          };
        });
      }),
    );
  }

  #set(
    pattern: string,
    place: (string | number)[],
    sets: Readonly<Record<string, readonly string[]>>,
  ): readonly string[] {
    const name = pattern.slice('set:'.length);
    const found = Object.hasOwn(sets, name) ? sets[name] : undefined;
    if (found === undefined) this.#policy.report(place, `there is no set "${name}"`);
    return found ?? [];
  }

  #checkEffect(effect: PolicyLine['effect'], pattern: string, place: (string | number)[]): void {
    if (isRulePattern(pattern) && effect !== 'read' && effect !== 'deny')
      this.#policy.report(place, `a rule is read or denied: "${pattern}" cannot be under ${effect}`);
    if (effect === 'write' && !isNamed(pattern))
      this.#policy.report(
        place,
        `write must name terms: "${pattern}" takes in mutations that nobody has thought of yet`,
      );
  }

  /** A pattern that fits nothing is a slip of the pen, which would leave something open or shut by mistake. */
  #checkPattern(pattern: string, place: (string | number)[]): void {
    if (!isPattern(pattern)) this.#policy.report(place, `"${pattern}" is no pattern`);
    else if (!isRulePattern(pattern) && isNamed(pattern) && !this.#fitsSomething(pattern))
      this.#policy.report(place, `"${pattern}" fits no term of schema/dictionary/terms`);
  }

  #fitsSomething(pattern: string): boolean {
    return this.dictionary.list().some((term) => {
      const subject: Subject = { kind: 'term', id: term.id, class: term.classification };
      return fit(pattern, subject) > 0;
    });
  }
}
