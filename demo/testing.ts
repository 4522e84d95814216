// Helpers of the tests in this folder: a story in a temporary directory, and JSON over HTTP.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareStory } from './prepare';

export const DATE = '2026-11-23';

/** A fresh story in a directory of its own; `remove` deletes it. */
export async function freshStory(): Promise<{ dir: string; remove: () => void }> {
  const dir = mkdtempSync(join(tmpdir(), 'lg-demo-'));
  await prepareStory(dir, { date: DATE });
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The value at a path of a parsed answer, or undefined. */
export function pick(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) found = (found as Record<string | number, unknown> | null | undefined)?.[step];
  return found;
}

/** The list at a path, or an empty one. */
export function list(value: unknown, ...path: readonly (string | number)[]): unknown[] {
  const found = pick(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** Calls a URL with a JSON body and parses the answer. */
export async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : (JSON.parse(text) as unknown),
  };
}
