/** Commands by stored procedure, from the outbox to the database of the system and back, on real servers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { requireMapping } from '../../connectors/mapping/compile-mapping';
import { openSystem } from '../../connectors/open-system';
import { MYSQL_URL, openSourceDatabase, POSTGRES_URL } from '../../connectors/sql/test-databases';
import { checkMapping } from '../../connectors/workbench/check/check-mapping';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { FixedClock } from '../../platform/clock';
import { Database } from '../../platform/database/database';
import type { Logger } from '../../platform/log';
import { silentLogger } from '../../platform/log';
import { START } from '../sign-off/sign-off-world';
import { createMigratedDatabase } from '../support/migrated-database';
import { startLosingProxy } from './losing-proxy';
import { tablesOf, type ProcedureDialect } from './procedure-tables';
import { MAPPING, ProcedureWorld } from './procedure-world';

jest.setTimeout(120_000);

const DIALECTS: ProcedureDialect[] = [
  ...(MYSQL_URL === undefined ? [] : (['MariaDB'] as const)),
  ...(POSTGRES_URL === undefined ? [] : (['PostgreSQL'] as const)),
];

/** Tells what would be there if a word of the database reached somebody. */
const LEAKS = /erp-db-01|vault|tablespace|SELECT|CALL|secret-of-commands/u;

interface Lot {
  readonly blocked: number;
  readonly expiry: string | null;
}

// SQLite has no procedures: without a server there is nothing to call
if (DIALECTS.length === 0) test.skip('procedures', () => undefined);

for (const dialect of DIALECTS)
  describe(`procedures of ${dialect}`, () => {
    let world: ProcedureWorld;
    let root: DataSource;
    const cleanups: (() => Promise<void> | void)[] = [];

    beforeAll(async () => {
      const tables = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };
      const made = await createMigratedDatabase('sqlite', tables, 'procedures');
      const database = await Database.open({ url: made.url, ...tables, migrate: false });
      const folder = mkdtempSync(path.join(tmpdir(), 'lg-procedures-'));
      world = await ProcedureWorld.open(dialect, database, folder);
      const type = dialect === 'MariaDB' ? 'mysql' : 'postgres';
      root = await new DataSource({
        type,
        url: world.legacy.url,
        ...(type === 'mysql' ? { dateStrings: true } : {}),
      }).initialize();
      cleanups.push(
        () => rmSync(folder, { recursive: true, force: true }),
        () => made.drop(),
        () => database.close(),
        () => world.close(),
        () => root.destroy(),
      );
    });
    afterAll(async () => {
      for (const cleanup of cleanups.reverse()) await cleanup();
    });

    const lot = async (no: string): Promise<Lot> => {
      const cast = dialect === 'MariaDB' ? 'CHAR' : 'text';
      const [row] = await root.query<Lot[]>(
        `SELECT blocked, CAST(expiry AS ${cast}) AS expiry FROM lots WHERE no = '${no}'`,
      );
      if (row === undefined) throw new Error(`no lot ${no}`);
      return row;
    };
    const callsOf = async (no: string): Promise<number> =>
      (await root.query<unknown[]>(`SELECT idem FROM calls WHERE lot = '${no}'`)).length;

    /** Ends the call that sleeps, as soon as it does. */
    async function killInside(): Promise<void> {
      const { asleep, kill } = tablesOf(dialect);
      const database = new URL(world.commandUrl).pathname.slice(1);
      for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((go) => setTimeout(go, 20))) {
        const [found] = await root.query<{ id: string | number }[]>(asleep(database));
        if (found === undefined) continue;
        await root.query(kill(String(found.id)));
        return;
      }
      throw new Error('nothing sleeps');
    }

    test('a command is carried out by an account that may only execute, and its record confirms it', async () => {
      const id = await world.ask('blockLot', 'LT-1');
      await world.drain();
      expect(await world.row(id)).toMatchObject({ state: 'CONFIRMED', attempts: 1 });
      expect(await world.outcome(id)).toMatchObject({ said: 'YES', code: '0', found: 'AS_ASKED' });
      expect((await lot('LT-1')).blocked).toBe(1);
      const limited = new DataSource({
        type: dialect === 'MariaDB' ? 'mysql' : 'postgres',
        url: world.commandUrl,
      });
      await limited.initialize();
      cleanups.push(() => limited.destroy());
      for (const sql of ['SELECT * FROM lots', 'UPDATE lots SET blocked = 0'])
        await expect(limited.query(sql)).rejects.toThrow(/denied/u);
    });

    test('a function and a procedure without codes say by their end that it is done', async () => {
      const id = await world.ask('setLotExpiry', 'LT-1', { expiresOn: '2027-03-31' });
      await world.drain();
      expect(await world.outcome(id)).toMatchObject({ said: 'YES', code: 'DONE' });
      expect(await world.row(id)).toMatchObject({ state: 'CONFIRMED' });
      expect((await lot('LT-1')).expiry).toBe('2027-03-31');
    });

    test('a code and an error that mean no are refusals, with the reason of the mapping', async () => {
      const shipped = await world.ask('blockLot', 'LT-SHIPPED');
      const none = await world.ask('blockLot', 'LT-NONE');
      await world.drain();
      expect(await world.row(shipped)).toMatchObject({ state: 'REFUSED' });
      expect(await world.outcome(shipped)).toMatchObject({
        ...{ said: 'NO', code: '7', reason: { en: 'the lot is shipped', zh: '该批次已发货' } },
      });
      expect(await world.row(none)).toMatchObject({ state: 'REFUSED' });
      expect(await world.outcome(none)).toMatchObject({
        code: '45000',
        reason: { en: 'there is no such lot' },
      });
      expect((await lot('LT-SHIPPED')).blocked).toBe(0);
    });

    test('an error that is not declared leaves it open, and its text reaches nobody but the log', async () => {
      const lines: unknown[] = [];
      const logger = { ...silentLogger, warn: (facts: unknown) => void lines.push(facts) } as Logger;
      const system = world.system(MAPPING, logger);
      const id = await world.ask('setLotExpiry', 'LT-SLOW', { expiresOn: '2027-03-31' }, system);
      await world.drain(system);
      expect(await world.row(id)).toMatchObject({ state: 'UNKNOWN' });
      expect(await world.outcome(id)).toMatchObject({ said: 'NOTHING', code: '45777' });
      expect(await world.stored()).not.toMatch(LEAKS);
      expect((lines[0] as { err: Error }).err.message).toContain('tablespace of erp-db-01');
    });

    test('a call that is killed before it committed is unknown, read back, and then sent again with the same key', async () => {
      const id = await world.ask('blockLot', 'LT-LOST');
      await Promise.all([world.drain(), killInside()]);
      expect(await world.row(id)).toMatchObject({ state: 'UNKNOWN', attempts: 1 });
      expect((await lot('LT-LOST')).blocked).toBe(0);
      await world.later();
      await world.later();
      expect(await world.row(id)).toMatchObject({ state: 'CONFIRMED', attempts: 2 });
      expect(await lot('LT-LOST')).toMatchObject({ blocked: 1 });
      expect(await callsOf('LT-LOST')).toBe(1);
    });

    test('a call whose answer is lost behind its commit is confirmed by the record, and not made twice', async () => {
      const lost = dialect === 'MariaDB' ? null : await startLosingProxy(new URL(world.commandUrl), 'CALL ');
      const url = new URL(world.commandUrl);
      if (lost !== null) url.port = String(lost.port);
      const id = await world.ask('blockLot', 'LT-SLOW');
      const system = world.system(MAPPING, silentLogger, url.href);
      const back = jest.spyOn(system.commands ?? world, 'readBack' as never);
      await Promise.all([world.drain(system), lost === null ? killInside() : undefined]);
      await lost?.close();
      expect(back).toHaveBeenCalledTimes(1);
      expect(await world.outcome(id)).toMatchObject({ said: 'NOTHING', found: 'AS_ASKED' });
      expect(await world.row(id)).toMatchObject({ state: 'CONFIRMED', attempts: 1 });
      expect(await lot('LT-SLOW')).toMatchObject({ blocked: 1 });
      expect(await callsOf('LT-SLOW')).toBe(1);
    });

    test('the same key twice has one effect', async () => {
      const system = world.system();
      const prepared = system.commands?.prepare(
        'blockLot',
        { key: 'LT-1', raw: { item: 'KIT-1' } },
        null,
        {},
      );
      const payload = prepared !== undefined && 'payload' in prepared ? prepared.payload : {};
      const command = {
        system: 'mes',
        kind: 'blockLot' as const,
        payload,
        idempotencyKey: 'one-key',
        createdAt: 0,
      };
      const before = (await lot('LT-1')).blocked;
      for (let i = 0; i < 2; i += 1)
        expect(await system.commands?.send(command, AbortSignal.timeout(20_000))).toMatchObject({
          said: 'YES',
        });
      expect((await lot('LT-1')).blocked).toBe(before + 1);
      expect(system.commands?.honoursIdempotencyKey).toBe(true);
    });

    test.each([
      "'); DROP TABLE lots; --",
      "\\'; UPDATE lots SET blocked = 99; #",
      '{native} $1 ? @x %s \u0000'.replace('\u0000', '☃'),
      '$$; DELETE FROM calls; $$',
    ])('the value %s stays a value', async (note) => {
      const count = (await root.query<unknown[]>('SELECT no FROM lots')).length;
      const id = await world.ask('noteLot', 'LT-1', { note });
      await world.drain();
      expect(await world.row(id)).toMatchObject({ state: 'CONFIRMED' });
      const rows = await root.query<{ note: string }[]>('SELECT note FROM calls WHERE note IS NOT NULL');
      expect(rows.map((row) => row.note)).toContain(note);
      expect((await root.query<unknown[]>('SELECT no FROM lots')).length).toBe(count);
    });

    test('a value that does not fit its parameter is refused by the database, not cut off', async () => {
      const id = await world.ask('noteLot', 'LT-1', { note: 'x'.repeat(400) });
      await world.drain();
      expect(await world.row(id)).toMatchObject({ state: 'UNKNOWN' });
      expect(await world.outcome(id)).toMatchObject({ said: 'NOTHING' });
      expect(await root.query("SELECT idem FROM calls WHERE note LIKE 'xxx%'")).toEqual([]);
    });

    test.each([
      [
        'procedure: lg_block_lot',
        'procedure: lg_blok_lot',
        'there is no procedure "lg_blok_lot" that this account may execute',
      ],
      [
        'procedure: lg_block_lot',
        'procedure: lg_not_ours',
        'there is no procedure "lg_not_ours" that this account may execute',
      ],
      ["p_lot: '{native}', p_item", "p_lott: '{native}', p_item", 'there is no parameter "p_lott"'],
      [", p_item: '{item}' }", ' }', 'nothing is given to the parameter "p_item"'],
      [
        ", p_item: '{item}' }",
        ", p_item: '{item}', p_code: 1 }",
        '"p_code" is an OUT parameter: it takes nothing',
      ],
      ['from: p_code', 'from: p_lot', '"p_lot" is a parameter that gives nothing back'],
    ])('%s as %s is found before anything is sent, by file and line', async (was, is, message) => {
      const lines: unknown[] = [];
      const logger = { ...silentLogger, warn: (facts: unknown) => void lines.push(facts) } as Logger;
      const yaml = MAPPING.replace(was, is);
      expect(yaml).not.toBe(MAPPING);
      const system = world.system(yaml, logger);
      const command = { system: 'mes', kind: 'blockLot' as const, idempotencyKey: 'k', createdAt: 0 };
      const payload = { native: 'LT-1', item: 'KIT-1' };
      const before = await lot('LT-1');
      expect(await system.commands?.send({ ...command, payload }, AbortSignal.timeout(20_000))).toEqual({
        ...{ said: 'NOT_TAKEN', code: 'SOURCE_NONSENSE' },
      });
      expect(await lot('LT-1')).toEqual(before);
      expect((lines[0] as { err: Error }).err.message).toMatch(
        new RegExp(`mes\\.yaml:\\d+ .*${message}`, 'u'),
      );
    });

    test('a check of the mapping finds what its commands would not find', async () => {
      const yaml = MAPPING.replace('lg_note_lot', 'lg_note_lots').replace('blocked: 1 }', 'bloked: 1 }');
      const report = await checkMapping(requireMapping('mes.yaml', yaml), {
        env: { MES_URL: world.legacy.url, MES_COMMANDS_URL: world.commandUrl },
        ...{ clock: world.timer, logger: silentLogger, text: yaml, rows: 10 },
        signal: AbortSignal.timeout(30_000),
      });
      const misfits = report.findings.filter(({ check }) => check === 'MISFIT');
      expect(misfits.map(({ message, hint }) => `${message}; ${hint ?? ''}`)).toEqual([
        'there is no column "bloked"; did you mean "blocked"?',
        'there is no procedure "lg_note_lots" that this account may execute; did you mean "lg_note_lot"?',
      ]);
      expect(misfits.every(({ line }) => line > 8)).toBe(true);
    });

    test('a server that is not there, or does not know the account, has taken nothing', async () => {
      const closed = new URL(world.commandUrl);
      closed.port = '1';
      const stranger = new URL(world.commandUrl);
      stranger.username = 'nobody_here';
      for (const url of [closed, stranger]) {
        const { commands } = world.system(MAPPING, silentLogger, url.href);
        const payload = { native: 'LT-1', item: 'KIT-1' };
        const command = {
          system: 'mes',
          kind: 'blockLot' as const,
          idempotencyKey: 'k',
          createdAt: 0,
          payload,
        };
        const answer = await commands?.send(command, AbortSignal.timeout(30_000));
        expect(answer).toMatchObject({ said: 'NOT_TAKEN' });
        expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|nobody_here/u);
      }
    });

    test('a call that lasts longer than its deadline is ended, and unknown', async () => {
      const yaml = MAPPING.replace('request: 4s', 'request: 300ms');
      const system = world.system(yaml);
      await root.query("UPDATE lots SET blocked = 0 WHERE no = 'LT-LOST'");
      const command = { system: 'mes', kind: 'blockLot' as const, idempotencyKey: 'late', createdAt: 0 };
      const began = Date.now();
      const payload = { native: 'LT-LOST', item: 'KIT-1' };
      const answer = await system.commands?.send({ ...command, payload }, AbortSignal.timeout(20_000));
      expect(answer).toMatchObject({ said: 'NOTHING' });
      expect(Date.now() - began).toBeLessThan(2_900);
    });
  });

(MYSQL_URL === undefined ? describe.skip : describe)('the procedure of the guides', () => {
  const between = (file: string, pattern: RegExp) => pattern.exec(readFileSync(file, 'utf8'))?.[1] ?? '';

  test.each(['map-a-system.md', 'map-a-system.zh-CN.md'])(
    'of %s does what the reference says of it',
    async (guide) => {
      const legacy = await openSourceDatabase('MariaDB');
      try {
        const sql = between(`docs/guides/${guide}`, /```sql\n(.*?)```/su);
        const [table = '', procedure = ''] = sql.split(/;\n\n/u);
        for (const statement of [
          'CREATE TABLE lots (no VARCHAR(60) PRIMARY KEY, item VARCHAR(40), blocked INT, shipped INT)',
          "INSERT INTO lots VALUES ('LT-1', 'KIT-1', 0, 0), ('LT-2', 'KIT-1', 0, 1)",
          table,
          procedure,
        ])
          await legacy.run(statement);
        const commands = between(
          'docs/guides/mapping-reference.md',
          /### Stored procedures\n.*?```\n(commands:\n.*?)```/su,
        );
        const mapping = requireMapping('mes.yaml', MAPPING.slice(0, MAPPING.indexOf('commands:')) + commands);
        const commandUrl = new URL(legacy.url);
        commandUrl.hostname = 'localhost';
        const env = { MES_URL: legacy.url, LOTGRAPH_SOURCE_MES_COMMANDS_URL: commandUrl.href };
        const system = openSystem(mapping, { env, clock: new FixedClock(START), logger: silentLogger });
        const send = async (lot: string, idempotencyKey: string) => {
          const command = { system: 'mes', kind: 'blockLot' as const, idempotencyKey, createdAt: START };
          const outgoing = { ...command, payload: { native: lot, item: 'KIT-1' } };
          const answer = await system.commands?.send(outgoing, AbortSignal.timeout(20_000));
          return [answer, (await system.commands?.readBack(outgoing, AbortSignal.timeout(20_000)))?.found];
        };
        expect(await send('LT-1', 'a')).toEqual([{ said: 'YES', code: '0' }, 'AS_ASKED']);
        expect(await send('LT-1', 'a')).toEqual([{ said: 'YES', code: '0' }, 'AS_ASKED']);
        expect(await send('LT-2', 'b')).toMatchObject([
          { said: 'NO', reason: { en: 'the lot is shipped' } },
          'OTHERWISE',
        ]);
        expect(await send('LT-9', 'c')).toMatchObject([{ said: 'NO', code: '45000' }, 'OTHERWISE']);
        await system.close();
      } finally {
        await legacy.close();
      }
    },
  );
});
