/**
 * What every subgraph's SDL must hold to before it is composed. Each problem names the coordinate and says what to
 * do about it.
 */
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeNode,
  parse,
} from 'graphql';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { termIdOf } from '../../platform/graphql/build-subgraph';
import { MAX_PAGE_SIZE } from '../../platform/graphql/page-size';
import { type DeclaredField, type DeclaredType, declaredTypes } from './declared-types';
import { namingProblems } from './naming-lint';

const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription']);
const PAGE_SUFFIX = 'Connection';

/** Everything that is wrong with a subgraph's SDL, as `Type.field: problem`; empty when it may be composed. */
export function lintSubgraph(sdl: string, dictionary: Dictionary): string[] {
  const document = parse(sdl);
  const types = declaredTypes(document);
  return [
    ...namingProblems(document),
    ...types.flatMap((type) => [
      ...accessProblems(type),
      ...type.fields.flatMap((field) =>
        [
          termProblem(field, dictionary),
          nullabilityProblem(type, field),
          ...(field.kind === Kind.FIELD_DEFINITION ? pagingProblems(field) : []),
        ]
          .filter((problem) => problem !== null)
          .map((problem) => `${type.name}.${field.name.value}: ${problem}`),
      ),
      ...type.fields.flatMap((field) => argumentProblems(type, field, dictionary)),
    ]),
  ];
}

/** Places that two subgraphs give different terms: each would guard its own, and the gateway only one of them. */
export function disagreements(
  subgraphs: readonly { readonly name: string; readonly sdl: string }[],
): string[] {
  const known = new Map<string, { readonly term: string; readonly subgraph: string }>();
  return subgraphs.flatMap(({ name, sdl }) =>
    termsOf(sdl).flatMap(({ coordinate, term }) => {
      const other = known.get(coordinate);
      if (other === undefined) known.set(coordinate, { term, subgraph: name });
      return other === undefined || other.term === term
        ? []
        : [`${name}: ${coordinate}: has the term "${term}", but "${other.term}" in ${other.subgraph}`];
    }),
  );
}

function termsOf(sdl: string): { coordinate: string; term: string }[] {
  const found = (coordinate: string, node: { directives?: readonly ConstDirectiveNode[] | undefined }) => {
    const term = termIdOf(node.directives);
    return term === undefined ? [] : [{ coordinate, term }];
  };
  return declaredTypes(parse(sdl)).flatMap((type) =>
    type.fields.flatMap((field) => {
      const coordinate = `${type.name}.${field.name.value}`;
      const given = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : [];
      return [
        ...found(coordinate, field),
        ...given.flatMap((one) => found(`${coordinate}(${one.name.value}:)`, one)),
      ];
    }),
  );
}

function termProblem(field: DeclaredField, dictionary: Dictionary): string | null {
  const id = termIdOf(field.directives);
  if (id === undefined) return 'has no @term; declare it with @TermField, @TermQuery or @TermFieldResolver';
  const term = dictionary.find(id);
  if (term === undefined) return `its term "${id}" is not in schema/dictionary/terms`;
  const missing = (['en', 'zh'] as const).filter((language) => !term.name[language].trim());
  return missing.length > 0 ? `its term "${id}" has no ${missing.join(' and no ')} name` : null;
}

/** What an argument holds or chooses by must be known too: a hidden value could be guessed by it. */
function argumentProblems(type: DeclaredType, field: DeclaredField, dictionary: Dictionary): string[] {
  if (field.kind !== Kind.FIELD_DEFINITION) return [];
  return (field.arguments ?? []).flatMap((argument) => {
    const problems: string[] = [];
    const problem = termProblem(argument, dictionary);
    const hasRule = argument.directives?.some(({ name }) => name.value === 'access') === true;
    if (problem !== null && !hasRule)
      problems.push(problem.startsWith('has no @term') ? 'has no @term; declare it with @TermArg' : problem);
    return problems.map((one) => `${type.name}.${field.name.value}(${argument.name.value}:): ${one}`);
  });
}

function accessProblems(type: DeclaredType): string[] {
  if (type.input || ROOT_TYPES.has(type.name)) return [];
  return type.directives.some((directive) => directive.name.value === 'access')
    ? []
    : [`${type.name}: has no @access rule; declare it with @AccessRule`];
}

/** A source that is down must cost only its own fields: a null in a non-null field takes its parent with it. */
function nullabilityProblem(type: DeclaredType, field: DeclaredField): string | null {
  if (field.kind !== Kind.FIELD_DEFINITION || field.type.kind !== Kind.NON_NULL_TYPE) return null;
  const keys = keyFields(type.directives);
  const remote = keys.size > 0 || ROOT_TYPES.has(type.name);
  return remote && !keys.has(field.name.value)
    ? 'must be nullable, so that a source that is down costs only this field'
    : null;
}

function keyFields(directives: readonly ConstDirectiveNode[]): Set<string> {
  const values = directives
    .filter((directive) => directive.name.value === 'key')
    .map((directive) => directive.arguments?.find((argument) => argument.name.value === 'fields')?.value);
  return new Set(
    values.flatMap((value) =>
      value?.kind === Kind.STRING ? value.value.split(/[\s{}]+/).filter(Boolean) : [],
    ),
  );
}

function pagingProblems(field: FieldDefinitionNode): string[] {
  const argument = (name: string): InputValueDefinitionNode | undefined =>
    field.arguments?.find((one) => one.name.value === name);
  const paged = namedType(field.type).endsWith(PAGE_SUFFIX) || argument('after') !== undefined;
  if (!paged) return [];
  const size = argument('first')?.defaultValue;
  const problems: string[] = [];
  if (size?.kind !== Kind.INT || Number(size.value) < 1 || Number(size.value) > MAX_PAGE_SIZE)
    problems.push(`pages, so it needs an argument "first" with a default from 1 to ${MAX_PAGE_SIZE}`);
  if (argument('after') === undefined) problems.push('pages, so it needs an argument "after"');
  return problems;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
