/** The people of the demo, by role; they exist only in demo mode. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ConfigError, type LocalizedText } from '../../platform/errors';

export interface DemoUser {
  readonly user: string;
  readonly name: LocalizedText;
  readonly roles: readonly string[];
  readonly sites: readonly string[];
}

const FILE = 'schema/dictionary/demo-users.yaml';

/** Reads the demo users below `root`. Throws ConfigError when the file does not hold what it should. */
export function loadDemoUsers(root: string = process.cwd()): readonly DemoUser[] {
  const content: unknown = parse(readFileSync(path.join(root, FILE), 'utf8'));
  const users = (content as { users?: unknown } | null)?.users;
  if (!Array.isArray(users) || users.length === 0 || !users.every(isDemoUser)) {
    throw new ConfigError([`${FILE} must list users, each with user, name {en, zh}, roles and sites`]);
  }
  return users;
}

function isDemoUser(value: unknown): value is DemoUser {
  const user = value as Partial<DemoUser> | null;
  return (
    typeof user?.user === 'string' &&
    typeof user.name?.en === 'string' &&
    typeof user.name.zh === 'string' &&
    Array.isArray(user.roles) &&
    Array.isArray(user.sites)
  );
}
