import { hashPassword, isOutdated, requireGoodPassword, verifyPassword } from './password';

const refusal = (password: string, user = 'ann.li'): unknown => {
  try {
    requireGoodPassword(password, user);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a new password', () => {
  test.each([
    ['eleven chars'.slice(1), /at least 12/],
    ['my name is Ann.Li', /user name/],
    ['Password2026!!', /tried first/],
    ['qwertyuiop123', /tried first/],
    ['aaaaaaaaaaaaaaa', /tried first/],
    ['Woaini1314520', /tried first/],
  ])('such as %j is refused', (password, why) => {
    expect(refusal(password)).toMatch(why);
  });

  test.each(['four words of mine', '我的密码是一句很长的话呀', 'x7$Kq9!mZ2@w'])(
    'such as %j is accepted',
    (password) => {
      expect(refusal(password)).toBeNull();
    },
  );
});

describe('a kept password', () => {
  test('is argon2id whose parameters the hash names, and is found again in any Unicode form', async () => {
    const secretHash = await hashPassword('caf\u00e9 au lait, twice');
    expect(secretHash).toMatch(/^\$argon2id\$v=19\$m=47104,t=2,p=1\$/);
    expect(isOutdated(secretHash)).toBe(false);
    expect(await verifyPassword(secretHash, 'cafe\u0301 au lait, twice')).toBe(true);
    expect(await verifyPassword(secretHash, 'cafe au lait, twice')).toBe(false);
    expect(await verifyPassword(secretHash.replace('m=47104', 'm=19456'), 'caf\u00e9 au lait, twice')).toBe(
      false,
    );
  });

  test('is found nowhere where there is none, whatever is tried', async () => {
    expect(await verifyPassword(null, '')).toBe(false);
    expect(
      await verifyPassword(null, 'no account has this password, whose hash only takes the time of one'),
    ).toBe(false);
  });

  test('of weaker parameters is known to be outdated', () => {
    expect(isOutdated('$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$6e4vYd2sJ8Q5qg3p3Q2m1A')).toBe(
      true,
    );
  });
});
