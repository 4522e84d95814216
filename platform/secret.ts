/** A secret that cannot slip into a log: it prints as `[secret]` until someone asks for it by name. */
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself; MUST NOT be logged or put into an error. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** Either the secret, or a sentence that says why it cannot be had. */
export type SecretResult = { readonly secret: Secret } | { readonly problem: string };

/** Follows a reference, `file:/path` or `env:NAME`; a literal is refused, so that no secret stands in a configuration. */
export function readSecret(
  reference: string,
  env: Readonly<Record<string, string | undefined>>,
): SecretResult {
  const split = reference.indexOf(':');
  const [kind, target] = [reference.slice(0, split), reference.slice(split + 1)];
  if (kind === 'env') return fromText(env[target], `the variable ${target} that it names is empty`);
  if (kind !== 'file') return { problem: 'must be file:/path or env:NAME, never the secret itself' };
  try {
    return fromText(readFileSync(target, 'utf8'), `the file ${target} that it names is empty`);
  } catch {
    return { problem: `the file ${target} that it names cannot be read` };
  }
}

function fromText(text: string | undefined, whenEmpty: string): SecretResult {
  const value = text?.trim() ?? '';
  return value === '' ? { problem: whenEmpty } : { secret: new Secret(value) };
}
