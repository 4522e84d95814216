/** Tables and procedures of the legacy database: lots, and what the procedures did, by idempotency key. */
export type ProcedureDialect = 'MariaDB' | 'PostgreSQL';

interface Tables {
  readonly create: readonly string[];
  readonly grant: (account: string, database: string) => readonly string[];
  readonly drop: (account: string) => readonly string[];
  /** Connections to a database that sleep inside a procedure, and how one is ended. */
  readonly asleep: (database: string) => string;
  readonly kill: (connection: string) => string;
}

const SHARED = [
  'CREATE TABLE lots (no VARCHAR(60) PRIMARY KEY, item VARCHAR(40), blocked INT NOT NULL, expiry DATE)',
  'CREATE TABLE calls (idem VARCHAR(80) PRIMARY KEY, lot VARCHAR(60), note VARCHAR(200))',
  "INSERT INTO lots VALUES ('LT-1', 'KIT-1', 0, NULL), ('LT-SHIPPED', 'KIT-1', 0, NULL), ('LT-SLOW', 'KIT-1', 0, NULL), ('LT-LOST', 'KIT-1', 0, NULL)",
];

const MARIADB: Tables = {
  create: [
    ...SHARED,
    `CREATE PROCEDURE lg_block_lot(IN p_key VARCHAR(80), IN p_lot VARCHAR(60), IN p_item VARCHAR(40), OUT p_code INT)
     BEGIN
       DECLARE EXIT HANDLER FOR 1062 SET p_code = 0;
       IF p_lot = 'LT-SHIPPED' THEN SET p_code = 7;
       ELSEIF NOT EXISTS (SELECT 1 FROM lots WHERE no = p_lot AND item = p_item) THEN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'SELECT secret FROM vault@erp-db-01 failed';
       ELSE
         START TRANSACTION;
         INSERT INTO calls VALUES (p_key, p_lot, NULL);
         UPDATE lots SET blocked = blocked + 1 WHERE no = p_lot;
         IF p_lot = 'LT-SLOW' THEN COMMIT; SELECT SLEEP(3) INTO @slept; END IF;
         IF p_lot = 'LT-LOST' THEN SELECT SLEEP(3) INTO @slept; END IF;
         COMMIT;
         SET p_code = 0;
       END IF;
     END`,
    `CREATE PROCEDURE lg_set_expiry(IN p_lot VARCHAR(60), IN p_expiry DATE, IN p_key VARCHAR(80))
     BEGIN
       IF p_lot = 'LT-SLOW' THEN SIGNAL SQLSTATE '45777' SET MESSAGE_TEXT = 'tablespace of erp-db-01 is full'; END IF;
       INSERT INTO calls VALUES (p_key, p_lot, NULL);
       UPDATE lots SET expiry = p_expiry WHERE no = p_lot;
     END`,
    `CREATE PROCEDURE lg_note_lot(IN p_lot VARCHAR(60), IN p_note VARCHAR(200), IN p_key VARCHAR(80))
     BEGIN
       INSERT INTO calls VALUES (p_key, p_lot, p_note);
       SELECT 'OK' AS result;
     END`,
    'CREATE PROCEDURE lg_not_ours() SELECT 1',
  ],
  grant: (account, database) => [
    `CREATE USER '${account}'@'%' IDENTIFIED BY 'secret-of-commands'`,
    ...['lg_block_lot', 'lg_set_expiry', 'lg_note_lot'].map(
      (name) => `GRANT EXECUTE ON PROCEDURE ${database}.${name} TO '${account}'@'%'`,
    ),
  ],
  drop: (account) => [`DROP USER '${account}'@'%'`],
  // inside a procedure the list names its definer
  asleep: (database) =>
    `SELECT id FROM information_schema.PROCESSLIST WHERE db = '${database}' AND state = 'User sleep'`,
  kill: (connection) => `KILL ${connection}`,
};

const POSTGRES: Tables = {
  create: [
    ...SHARED,
    `CREATE PROCEDURE lg_block_lot(p_key varchar, p_lot varchar, p_item varchar, OUT p_code int)
     LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN
       IF p_lot = 'LT-SHIPPED' THEN p_code := 7; RETURN; END IF;
       IF NOT EXISTS (SELECT 1 FROM lots WHERE no = p_lot AND item = p_item) THEN
         RAISE EXCEPTION 'SELECT secret FROM vault@erp-db-01 failed' USING ERRCODE = '45000';
       END IF;
       INSERT INTO calls VALUES (p_key, p_lot, NULL) ON CONFLICT DO NOTHING;
       IF FOUND THEN UPDATE lots SET blocked = blocked + 1 WHERE no = p_lot; END IF;
       IF p_lot = 'LT-LOST' THEN PERFORM pg_sleep(3); END IF;
       p_code := 0;
     END $$`,
    `CREATE FUNCTION lg_set_expiry(p_lot varchar, p_expiry date, p_key varchar) RETURNS void
     LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN
       IF p_lot = 'LT-SLOW' THEN RAISE EXCEPTION 'tablespace of erp-db-01 is full' USING ERRCODE = '45777'; END IF;
       INSERT INTO calls VALUES (p_key, p_lot, NULL);
       UPDATE lots SET expiry = p_expiry WHERE no = p_lot;
     END $$`,
    `CREATE FUNCTION lg_note_lot(p_lot varchar(60), p_note varchar, p_key varchar) RETURNS TABLE (result text)
     LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN
       INSERT INTO calls VALUES (p_key, p_lot, p_note);
       RETURN QUERY SELECT 'OK'::text;
     END $$`,
    'CREATE PROCEDURE lg_not_ours() LANGUAGE sql AS $$ SELECT 1 $$',
    'REVOKE EXECUTE ON PROCEDURE lg_not_ours() FROM PUBLIC',
  ],
  grant: (account) => [
    `CREATE ROLE ${account} LOGIN PASSWORD 'secret-of-commands'`,
    ...[
      'PROCEDURE lg_block_lot(varchar, varchar, varchar)',
      'FUNCTION lg_set_expiry(varchar, date, varchar)',
      'FUNCTION lg_note_lot(varchar, varchar, varchar)',
    ].flatMap((one) => [`REVOKE EXECUTE ON ${one} FROM PUBLIC`, `GRANT EXECUTE ON ${one} TO ${account}`]),
  ],
  drop: (account) => [`DROP OWNED BY ${account}`, `DROP ROLE ${account}`],
  asleep: (database) =>
    `SELECT pid AS id FROM pg_stat_activity WHERE datname = '${database}' AND wait_event = 'PgSleep'`,
  kill: (connection) => `SELECT pg_terminate_backend(${connection})`,
};

export const tablesOf = (dialect: ProcedureDialect): Tables => (dialect === 'MariaDB' ? MARIADB : POSTGRES);
