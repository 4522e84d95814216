import fc from 'fast-check';
import { describeEachDatabase } from '../support/databases';
import { bulkInsert, type BulkRow, InsertsUnderWay, isRefusedRow } from '../../platform/database/bulk';
import type { Database, Dialect } from '../../platform/database/database';

const COLUMNS = ['pk', 'words', 'more'] as const;
/** Enough for LOAD DATA on MariaDB. */
const MANY = 70;

/** SQLite ends a text at a NUL; no column holds any, since rows are kept as JSON. */
const AWKWARD = ['\\', '\t', '\n', '\r', 'N', '批', '😀', 'a'];
const awkward = (dialect: Dialect) => (dialect === 'mysql' ? [...AWKWARD, '\0'] : AWKWARD);
const textFor = (dialect: Dialect) =>
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...awkward(dialect)), maxLength: 60 }),
  );

describeEachDatabase('many rows at once', (open, dialect) => {
  let database: Database;
  const text = textFor(dialect);

  beforeAll(async () => {
    database = await open({ entities: [], migrations: [] });
    await database.write((manager) =>
      manager.query('CREATE TABLE many (pk INTEGER PRIMARY KEY, words VARCHAR(400), more VARCHAR(400))'),
    );
  });

  beforeEach(async () => {
    await database.write((manager) => manager.query('DELETE FROM many'));
  });

  const stored = async (): Promise<BulkRow[]> => {
    const rows = await database.reader.query<{ pk: number; words: string; more: string }[]>(
      'SELECT pk, words, more FROM many ORDER BY pk',
    );
    return rows.map(({ pk, words, more }) => [pk, words, more]);
  };
  const numbered = (from: number, count = MANY): BulkRow[] =>
    Array.from({ length: count }, (_, index) => [from + index, 'x', null]);

  it('stores any text as it is', async () => {
    const texts = fc.array(fc.tuple(text, fc.option(text)), { minLength: MANY, maxLength: MANY + 20 });
    const emptied = fc.afterEach(() => database.write((manager) => manager.query('DELETE FROM many')));
    await fc.assert(
      fc.asyncProperty(texts, async (pairs) => {
        const rows = pairs.map(([words, more], pk): BulkRow => [pk, words, more]);
        await database.write((manager) => bulkInsert(manager, 'many', COLUMNS, rows));
        expect(await stored()).toEqual(rows);
      }),
      { numRuns: 20, plugins: [emptied] },
    );
  });

  it('stores texts that fill more than what is sent at once', async () => {
    const long = '批号'.repeat(200);
    const rows = Array.from({ length: 3_000 }, (_, pk): BulkRow => [pk, long, null]);
    await database.write((manager) => bulkInsert(manager, 'many', COLUMNS, rows));
    expect(await stored()).toEqual(rows);
  });

  it.each([3, MANY])('refuses %i rows of which one is there already, and stores none', async (count) => {
    await database.write((manager) => bulkInsert(manager, 'many', COLUMNS, numbered(5, 1)));
    const refused = await database
      .write((manager) => bulkInsert(manager, 'many', COLUMNS, numbered(4, count)))
      .catch((error: unknown) => error);
    expect(isRefusedRow(refused)).toBe(true);
    expect(await stored()).toEqual([[5, 'x', null]]);
  });

  it('sends nothing behind an insert that failed', async () => {
    const outcome = database.write(async (manager) => {
      const inserts = new InsertsUnderWay(manager);
      inserts.insert('many', COLUMNS, numbered(0));
      inserts.insert('many', COLUMNS, numbered(MANY - 1));
      inserts.insert('nowhere', COLUMNS, numbered(1_000));
      await inserts.settle();
    });
    // the third would fail too, and otherwise
    await expect(outcome.catch((error: unknown) => isRefusedRow(error))).resolves.toBe(true);
    expect(await stored()).toEqual([]);
  });

  it('has stored all once they are settled, in the order given', async () => {
    await database.write(async (manager) => {
      const inserts = new InsertsUnderWay(manager);
      inserts.insert('many', COLUMNS, numbered(0));
      inserts.insert('many', COLUMNS, numbered(MANY, 3));
      inserts.insert('many', COLUMNS, []);
      await inserts.settle();
      expect(await manager.query('SELECT COUNT(*) AS n FROM many')).toEqual([{ n: MANY + 3 }]);
    });
  });
});
