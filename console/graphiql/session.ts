/** Who is signed in on this page; kept for the tab only. */
import type { Language } from './words';

export interface DemoUser {
  readonly user: string;
  readonly name: Readonly<Record<Language, string>>;
}

const KEY = 'lotgraph.token';

export function storedToken(): string | null {
  return sessionStorage.getItem(KEY);
}

export function storeToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}

/** The name in a token, to show; what it may do is for the gateway to say. */
export function nameIn(token: string): string {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const { name, sub } = JSON.parse(new TextDecoder().decode(bytes)) as { name?: string; sub?: string };
    return name ?? sub ?? '?';
  } catch {
    return '?';
  }
}

/** Users that may sign in without a secret; none outside demo mode. */
export async function demoUsers(): Promise<readonly DemoUser[]> {
  const response = await fetch('/auth/demo');
  if (!response.ok) return [];
  return ((await response.json()) as { users: DemoUser[] }).users;
}

/** Throws when the gateway gives no token. */
export async function signInAs(user: string, language: Language): Promise<string> {
  const response = await fetch('/auth/demo', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, language }),
  });
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return ((await response.json()) as { token: string }).token;
}
