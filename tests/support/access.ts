/** Permissions for tests that are about something else: everything may be read. */
import type { AccessProfile, AccessSource } from '../../platform/access';

export const READ_ALL: AccessProfile = Object.freeze({
  key: 'test-read-all',
  policyVersion: 'test',
  term: () => 'READ' as const,
  rule: () => 'READ' as const,
  write: () => 'READ' as const,
});

export const openAccess: AccessSource = {
  currentVersion: () => Promise.resolve('test'),
  profile: () => Promise.resolve(READ_ALL),
};
