/** Resolves `env:NAME` and `file:/path` references; the values never reach a log or a message. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../platform/errors';
import type { CommandsSpec, MappingDocument, SecretReference } from '../mapping/document';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a value of a mapping stands for one that is kept elsewhere. */
export const isReference = (value: unknown): value is SecretReference =>
  typeof value === 'string' && (value.startsWith('env:') || value.startsWith('file:/'));

/** Value behind a reference; null when the variable is unset or blank, or the file is absent. */
export function resolveReference(reference: SecretReference, env: Environment): string | null {
  if (reference.startsWith('env:')) {
    const value = env[reference.slice('env:'.length)]?.trim();
    return value === undefined || value === '' ? null : value;
  }
  try {
    const value = readFileSync(reference.slice('file:'.length), 'utf8').trim();
    return value === '' ? null : value;
  } catch {
    return null;
  }
}

/** Value behind a reference. Throws ConfigError naming the reference, never its value. */
export function requireReference(reference: SecretReference, env: Environment): string {
  const value = resolveReference(reference, env);
  if (value === null) throw new ConfigError([`${reference} is not set`]);
  return value;
}

/** References of a mapping that have no value: a system with any of these is not configured. */
export function missingReferences({ connector }: MappingDocument, env: Environment): string[] {
  return missingOf(connector, env);
}

/** References of the connection for commands that have no value: a system with any of these takes none. */
export function missingForCommands({ commands, connector }: MappingDocument, env: Environment): string[] {
  return missingOf(commands?.connector ?? connector, env);
}

type Connector = MappingDocument['connector'] | NonNullable<CommandsSpec['connector']>;

function missingOf(connector: Connector, env: Environment): string[] {
  const login = 'login' in connector ? Object.values(connector.login ?? {}) : [];
  const fields = login.flatMap((value: unknown): unknown[] =>
    typeof value === 'object' && value !== null ? Object.values(value) : [value],
  );
  return [connector.connection, ...fields.filter(isReference)].filter(
    (reference) => resolveReference(reference, env) === null,
  );
}
