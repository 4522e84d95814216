/**
 * What each role may do at each coordinate of the graph, as the policy's files say now. It is committed, so that a new
 * field or a changed line shows in review as what it changes; and it finds what the policy leaves undecided.
 */
import {
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  buildASTSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { CompiledPolicy } from './compiled-policy';
import {
  type FieldType,
  type Need,
  canBeMasked,
  decide,
  isMutation,
  keyFieldsOf,
  needsOfField,
  needsOfInput,
} from './field-access';
import { decideUse } from './operation-judge';
import type { Use } from './collect-uses';
import { type Subject, fit, isNamed } from './patterns';
import type { PolicyContent } from './policy-content';
import type { AccessProfile } from '../../platform/access';
import { strictest } from '../../platform/access';

export const MATRIX_FILE = 'access-matrix.csv';

/** A place of the graph; `input` is one that values are given to. */
export interface Place extends Use {
  readonly input: boolean;
}

/** Every place of the graph: output fields, arguments and input fields, sorted. */
export function placesOf(schema: GraphQLSchema): Place[] {
  const writing = mutationInputs(schema);
  const places = typesOf(schema).flatMap((type): Place[] => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).map((field) => ({
        coordinate: `${type.name}.${field.name}`,
        ...{ needs: needsOfInput(field), maskable: false, writing: writing.has(type.name), input: true },
      }));
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => [
      {
        coordinate: `${type.name}.${field.name}`,
        ...{ needs: needsOfField(type, field), maskable: canBeMasked(type, field) },
        ...{ writing: false, input: false },
      },
      ...field.args.map((argument) => ({
        coordinate: `${type.name}.${field.name}(${argument.name}:)`,
        ...{ needs: needsOfInput(argument), maskable: false, writing: isMutation(type), input: true },
      })),
    ]);
  });
  return places.sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1));
}

/** The schema of a supergraph, with its directives. */
export function schemaOfSupergraph(supergraphSdl: string): GraphQLSchema {
  return buildASTSchema(parse(supergraphSdl, { noLocation: true }), { assumeValid: true });
}

function typesOf(schema: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter(({ name }) => !/^(__|join__|link__)/.test(name));
}

/** A term that has no field of its own, as a place: `Lot.attributes(terms: lot.hardness)`. */
function attributePlaces(places: readonly Place[], attributes: readonly string[]): Place[] {
  return attributes.flatMap((id) => {
    const list = `${id.split('.')[0] ?? ''}.attributes`;
    return places
      .filter(({ input, needs }) => !input && needs.some((need) => need.kind === 'term' && need.id === list))
      .map((place) => ({
        ...place,
        coordinate: `${place.coordinate}(terms: ${id})`,
        needs: [...place.needs, { kind: 'term' as const, id }],
      }));
  });
}

/** The matrix as CSV: a row for each coordinate and each of the `attributes` (ids of terms), a column for each role. */
export function accessMatrix(
  supergraphSdl: string,
  policy: PolicyContent,
  attributes: readonly string[] = [],
): string {
  const compiled = new CompiledPolicy('draft', policy);
  const profiles = policy.roles.map(({ role }) => compiled.profile([role]));
  const header = ['coordinate', 'needs', ...policy.roles.map(({ role }) => role)];
  const places = placesOf(schemaOfSupergraph(supergraphSdl));
  const rows = [...places, ...attributePlaces(places, attributes)].map((place) => [
    place.coordinate,
    place.needs.map(({ kind, id }) => `${kind}:${id}`).join(' '),
    ...profiles.map((profile) => decideUse(profile, place)),
  ]);
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

/** What the policy leaves undecided or decides impossibly about this graph and `attributes`; empty when all is well. */
export function accessProblems(
  supergraphSdl: string,
  policy: PolicyContent,
  attributes: readonly string[] = [],
): string[] {
  const schema = schemaOfSupergraph(supergraphSdl);
  const places = placesOf(schema);
  return [
    ...undecided([...places, ...attributePlaces(places, attributes)], policy),
    ...impossibleMasks(places, policy),
    ...closedKeys(schema, policy),
    ...emptyRules(places, policy),
  ];
}

/** A term that only `*` or a class takes in was decided by nobody. */
function undecided(places: readonly Use[], policy: PolicyContent): string[] {
  const seen = new Set<string>();
  return places.flatMap(({ coordinate, needs }) =>
    needs.flatMap((need) => {
      const key = `${need.kind === 'rule' ? 'rule:' : ''}${need.id}`;
      if (seen.has(key) || isDecided(need, policy)) return [];
      seen.add(key);
      return [`${coordinate}: no line of policy.yaml decides about ${key}; name it there, or under "nobody"`];
    }),
  );
}

function isDecided(need: Need, policy: PolicyContent): boolean {
  const subject = subjectOf(need, policy);
  if (subject === null) return false;
  const fits = (pattern: string): boolean => isNamed(pattern) && fit(pattern, subject) > 0;
  return policy.nobody.some(fits) || policy.lines.some(({ pattern }) => fits(pattern));
}

function subjectOf(need: Need, policy: PolicyContent): Subject | null {
  if (need.kind === 'rule') return { kind: 'rule', id: need.id };
  const term = policy.terms[need.id];
  return term === undefined ? null : { kind: 'term', id: need.id, class: term.class };
}

function impossibleMasks(places: readonly Place[], policy: PolicyContent): string[] {
  const compiled = new CompiledPolicy('draft', policy);
  return places
    .filter(({ maskable, input }) => !maskable && !input)
    .flatMap(({ coordinate, needs }) =>
      needs.flatMap((need) => {
        if (need.kind !== 'term') return [];
        return policy.roles.flatMap(({ role }) => {
          const { decision, line } = compiled.term([role], need.id);
          if (decision !== 'MASK' || line === null) return [];
          return [
            `${line.file}:${line.line} line "${line.id}" masks ${need.id}, but ${coordinate} is a key or can never be null`,
          ];
        });
      }),
    );
}

/** The parts of an answer are joined by keys: who may read anything of an entity needs its key. */
function closedKeys(schema: GraphQLSchema, policy: PolicyContent): string[] {
  const compiled = new CompiledPolicy('draft', policy);
  return policy.roles.flatMap(({ role }) => {
    const profile = compiled.profile([role]);
    return typesOf(schema)
      .filter((type) => isObjectType(type))
      .flatMap((type) => closedKeysOf(type, profile))
      .map((coordinate) => `role ${role} reads parts of an entity, but not its key ${coordinate}`);
  });
}

function closedKeysOf(type: FieldType, profile: AccessProfile): string[] {
  const keys = keyFieldsOf(type);
  const decisions = Object.values(type.getFields()).map((field) => ({
    name: field.name,
    decision: strictest(needsOfField(type, field).map((need) => decide(profile, need))),
  }));
  const reads = decisions.some(({ name, decision }) => !keys.has(name) && decision !== 'DENY');
  if (!reads) return [];
  return decisions
    .filter(({ name, decision }) => keys.has(name) && decision !== 'READ')
    .map(({ name }) => `${type.name}.${name}`);
}

/** A rule that the graph does not have protects nothing: a slip of the pen. */
function emptyRules(places: readonly Use[], policy: PolicyContent): string[] {
  const rules = new Set([
    ...places.flatMap(({ needs }) => needs.filter(({ kind }) => kind === 'rule').map(({ id }) => id)),
  ]);
  return policy.lines
    .filter(({ pattern }) => pattern.startsWith('rule:') && isNamed(pattern))
    .filter(({ pattern }) => ![...rules].some((id) => fit(pattern, { kind: 'rule', id }) > 0))
    .map(({ pattern, file, line }) => `${file}:${line} "${pattern}" fits no @access rule of the graph`);
}

/** Input types that only mutations take: what may be written may be given to them. */
function mutationInputs(schema: GraphQLSchema): ReadonlySet<string> {
  const reach = (mutations: boolean): Set<string> => {
    const found = new Set<string>();
    const follow = (type: GraphQLInputType): void => {
      const named = getNamedType(type);
      if (!isInputObjectType(named) || found.has(named.name)) return;
      found.add(named.name);
      Object.values(named.getFields()).forEach((field) => follow(field.type));
    };
    for (const type of typesOf(schema)) {
      if (!isObjectType(type) || isMutation(type) !== mutations) continue;
      Object.values(type.getFields()).forEach((field) => field.args.forEach((one) => follow(one.type)));
    }
    return found;
  };
  const asked = reach(false);
  return new Set([...reach(true)].filter((name) => !asked.has(name)));
}
