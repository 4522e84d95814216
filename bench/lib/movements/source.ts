/** Lots and a long table of their movements on MariaDB, made by the server itself. */
import { type Connection, createConnection } from 'mysql2/promise';
import { recreateDatabase } from '../recreate';

const GROUP = 1_000_000;
/** Movements of a lot; the first receives more than the others take out. */
const ROWS_A_LOT = 10;
/** Lots whose movements lie among each other. */
const LOTS_AT_ONCE = 100;
const ITEMS = 400;

const TABLES = [
  `CREATE TABLE item (code VARCHAR(40) NOT NULL PRIMARY KEY, title VARCHAR(100) NOT NULL, uom VARCHAR(10) NOT NULL,
     updated_at DATETIME NOT NULL)`,
  `CREATE TABLE lot (item VARCHAR(40) NOT NULL, lot_no VARCHAR(40) NOT NULL, made_on DATE NOT NULL, expires_on DATE NOT NULL,
     uom VARCHAR(10) NOT NULL, updated_at DATETIME NOT NULL, PRIMARY KEY (item, lot_no), KEY ix_updated (updated_at, item, lot_no))`,
  `CREATE TABLE stock_move (
     move_id BIGINT NOT NULL PRIMARY KEY, item VARCHAR(40) NOT NULL, lot_no VARCHAR(40) NOT NULL, plant VARCHAR(10) NOT NULL,
     bin VARCHAR(20) NOT NULL, partner VARCHAR(20) NULL, doc_no VARCHAR(30) NOT NULL, line_no INT NOT NULL, kind CHAR(2) NOT NULL,
     quantity DECIMAL(18,4) NOT NULL, uom VARCHAR(10) NOT NULL, moved_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
     created_by VARCHAR(30) NOT NULL, KEY ix_updated (updated_at, move_id))`,
];

const itemOf = (lot: string): string => `CONCAT('IT-', LPAD(${lot} MOD ${ITEMS}, 4, '0'))`;
const numberOf = (lot: string): string => `CONCAT('L', LPAD(${lot}, 8, '0'))`;
const START = "'2015-01-01'";

/** Fills a fresh database with `rows` movements, one a second, and the lots and items that they name. */
export async function fillMovements(server: string, database: string, rows: number): Promise<void> {
  recreateDatabase(server, database);
  const connection = await createConnection({ uri: `${server}/${database}` });
  try {
    for (const table of TABLES) await connection.query(table);
    await connection.query(
      `INSERT INTO item SELECT ${itemOf('seq')}, CONCAT('Item ', seq), 'EA', ${START} FROM seq_0_to_${ITEMS - 1}`,
    );
    for (let done = 0; done < rows; done += GROUP)
      await fillGroup(connection, done, Math.min(rows, done + GROUP) - 1);
  } finally {
    await connection.end();
  }
}

async function fillGroup(connection: Connection, first: number, last: number): Promise<void> {
  const block = ROWS_A_LOT * LOTS_AT_ONCE;
  const lot = `(seq DIV ${block}) * ${LOTS_AT_ONCE} + seq MOD ${LOTS_AT_ONCE}`;
  await connection.query(
    `INSERT INTO stock_move
     SELECT n, ${itemOf('lot')}, ${numberOf('lot')}, CONCAT('P', lot MOD 4), CONCAT('B-', LPAD(lot MOD 300, 4, '0')),
            IF(place > 0 AND kind = 3, CONCAT('C-', LPAD((n * 17) MOD 5000, 5, '0')), NULL), CONCAT('DOC-', LPAD(n DIV 4, 9, '0')),
            n MOD 4 + 1, IF(place = 0, 'GR', ELT(kind, 'GI', 'TO', 'DN')),
            IF(place = 0, 5000, (n * 13) MOD 2000 / 4 + 0.25), 'EA', ${START} + INTERVAL n SECOND, ${START} + INTERVAL n SECOND,
            CONCAT('clerk', n MOD 40)
       FROM (SELECT seq AS n, ${lot} AS lot, (seq MOD ${block}) DIV ${LOTS_AT_ONCE} AS place, seq MOD 3 + 1 AS kind
               FROM seq_${first}_to_${last}) made`,
  );
  await connection.query(
    `INSERT IGNORE INTO lot
     SELECT ${itemOf('seq')}, ${numberOf('seq')}, '2014-12-01', '2030-12-31', 'EA', ${START} + INTERVAL seq SECOND
       FROM seq_${first / ROWS_A_LOT}_to_${Math.floor(last / ROWS_A_LOT)}`,
  );
}
