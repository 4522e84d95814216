/** The naming rule of the graph: PascalCase types, camelCase fields and arguments, UPPER_CASE enum values. */
import { type DocumentNode, visit } from 'graphql';

const TYPE_NAME = /^[A-Z][A-Za-z0-9]*$/;
const MEMBER_NAME = /^[a-z][A-Za-z0-9]*$/;
const ENUM_VALUE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/** Each name that breaks the rule, as `name: problem`. */
export function namingProblems(document: DocumentNode): string[] {
  const problems: string[] = [];
  const check = (name: string, rule: RegExp, wanted: string): undefined => {
    if (!rule.test(name)) problems.push(`${name}: must be ${wanted}`);
  };
  const type = ({ name }: { name: { value: string } }): undefined =>
    check(name.value, TYPE_NAME, 'PascalCase');
  const member = ({ name }: { name: { value: string } }): undefined =>
    check(name.value, MEMBER_NAME, 'camelCase');
  visit(document, {
    ObjectTypeDefinition: type,
    InterfaceTypeDefinition: type,
    InputObjectTypeDefinition: type,
    EnumTypeDefinition: type,
    ScalarTypeDefinition: type,
    UnionTypeDefinition: type,
    FieldDefinition: member,
    InputValueDefinition: member,
    EnumValueDefinition: ({ name }) => check(name.value, ENUM_VALUE, 'UPPER_CASE'),
  });
  return problems;
}
