/** Holds registered documents to the schema and to the limits, before any client sends them. */
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isScalarType,
  Kind,
  typeFromAST,
  validate,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { GatewayError } from '../../platform/errors';
import { DocumentGate } from '../limits/document-gate';
import type { OperationLimits } from '../limits/limits';
import { checkCost } from '../limits/operation-cost';
import { problemAt, type RegisteredDocument } from './document-file';

/** `file:line: what is wrong` for each document that does not fit; empty when all do. */
export function checkDocuments(
  documents: readonly RegisteredDocument[],
  schema: GraphQLSchema,
  limits: OperationLimits,
): string[] {
  const gate = new DocumentGate(limits);
  return documents.flatMap((registered) => {
    const { file, document, text, name } = registered;
    const errors = validate(schema, document);
    if (errors.length > 0) return errors.map((error) => problemAt(file, error));
    try {
      gate.admit(text);
      checkCost(
        schema,
        { document, operationName: name, variables: sampleVariables(registered, schema) },
        limits.cost,
      );
      return [];
    } catch (error) {
      // what a sample could not satisfy says nothing of the document
      if (error instanceof GatewayError && error.code === 'INVALID_INPUT') return [];
      return [problemAt(file, error)];
    }
  });
}

/** The smallest values that its variables may have: what is too much with them is always too much. */
function sampleVariables({ document }: RegisteredDocument, schema: GraphQLSchema): Record<string, unknown> {
  const [operation] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const variables: readonly VariableDefinitionNode[] =
    operation?.kind === Kind.OPERATION_DEFINITION ? (operation.variableDefinitions ?? []) : [];
  return Object.fromEntries(
    variables
      .filter(({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined)
      .map(({ variable, type }) => {
        const inputType = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
        return [variable.name.value, inputType === undefined ? null : sampleOf(inputType)];
      }),
  );
}

const SAMPLES: readonly unknown[] = ['x', 1, true, '2026-01-01', '2026-01-01T00:00:00Z', '1', {}];

function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, sampleOf(field.type)]));
  }
  return isScalarType(type) ? SAMPLES.find((sample) => isAccepted(type, sample)) : undefined;
}

function isAccepted(type: { parseValue(value: unknown): unknown }, sample: unknown): boolean {
  try {
    type.parseValue(sample);
    return true;
  } catch {
    return false;
  }
}
