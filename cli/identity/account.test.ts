import { waitingLine } from './account';

const RECOVERY = {
  ...{ id: 'r1', kind: 'CREATE' as const, user: 'zhang.2', reason: 'second phone' },
  ...{ openedBy: 'officer', expiresAt: 0 },
};

test('what waits for approval names the person, and warns of a further account', () => {
  const person = { id: 'p1', name: { en: 'Zhang', zh: '张' }, hasOtherAccounts: true };
  expect(waitingLine({ ...RECOVERY, person })).toBe(
    'r1  CREATE  zhang.2  Zhang 张 (p1, has other accounts)  second phone',
  );
  expect(waitingLine({ ...RECOVERY, person: { ...person, hasOtherAccounts: false } })).toContain('(p1)');
});

test('what waits for approval says of a service that it is one', () => {
  expect(waitingLine({ ...RECOVERY, person: null })).toBe('r1  CREATE  zhang.2  service  second phone');
});
