import { SubjectCipher } from '../../controls/audit/subject-cipher';
import { describeEachDatabase } from '../support/databases';
import { CONTROLS_TABLES, auditWorld } from './audit-world';

describeEachDatabase('personal data', (open) => {
  test('is unreadable as stored, and opens for its person alone', async () => {
    const { database, cipher } = auditWorld(await open(CONTROLS_TABLES));
    const [lin, chen] = await database.write(async (manager) => [
      await cipher.seal(manager, 'p1', { name: '林悦' }),
      await cipher.seal(manager, 'p2', { name: 'Chen' }),
    ]);
    expect(lin).toMatch(/^aes-256-gcm:[0-9a-f-]{36}:/);
    expect(Buffer.from(lin ?? '', 'base64url').toString('utf8')).not.toContain('林悦');
    expect(await cipher.open(database.reader, 'p1', lin ?? '')).toEqual({ name: '林悦' });
    // the key of another person does not fit, nor does another person fit the key
    expect(await cipher.open(database.reader, 'p2', lin ?? '')).toBeNull();
    const swapped = (chen ?? '')
      .split(':')
      .with(2, (lin ?? '').split(':')[2] ?? '')
      .join(':');
    await expect(cipher.open(database.reader, 'p2', swapped)).rejects.toThrow(/encrypted words/);
  });

  test('opens in another process, and after a restart', async () => {
    const world = auditWorld(await open(CONTROLS_TABLES));
    const sealed = await world.database.write((manager) => world.cipher.seal(manager, 'p1', { name: 'Lin' }));
    const other = new SubjectCipher(world.config, world.clock);
    expect(await other.open(world.database.reader, 'p1', sealed ?? '')).toEqual({ name: 'Lin' });
  });

  test('is gone for good once the key is destroyed, and no key is made again', async () => {
    const { database, cipher } = auditWorld(await open(CONTROLS_TABLES));
    const sealed = await database.write((manager) => cipher.seal(manager, 'p1', { name: 'Lin' }));
    expect(await database.write((manager) => cipher.destroy(manager, 'p1'))).toBe(true);
    expect(await cipher.open(database.reader, 'p1', sealed ?? '')).toBeNull();
    expect(await database.write((manager) => cipher.seal(manager, 'p1', { name: 'Lin' }))).toBeNull();
    expect(await database.write((manager) => cipher.destroy(manager, 'p1'))).toBe(false);
  });

  test('sealed in a transaction that rolled back is not remembered', async () => {
    const { database, cipher } = auditWorld(await open(CONTROLS_TABLES));
    const attempt = database.write(async (manager) => {
      await cipher.seal(manager, 'p1', { name: 'Lin' });
      throw new Error('rolled back');
    });
    await expect(attempt).rejects.toThrow('rolled back');
    const sealed = await database.write((manager) => cipher.seal(manager, 'p1', { name: 'Lin' }));
    expect(await cipher.open(database.reader, 'p1', sealed ?? '')).toEqual({ name: 'Lin' });
  });

  test('of one person gets one key when two transactions race to make it', async () => {
    const { database, config, clock } = auditWorld(await open(CONTROLS_TABLES));
    const sealed = await Promise.all(
      Array.from({ length: 6 }, () =>
        database.write((manager) => new SubjectCipher(config, clock).seal(manager, 'p9', { name: 'Lin' })),
      ),
    );
    const reader = new SubjectCipher(config, clock);
    for (const one of sealed)
      expect(await reader.open(database.reader, 'p9', one ?? '')).toEqual({ name: 'Lin' });
  });
});
