// Drops what suites of the run copied from.
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { createConnection } = require('mysql2/promise');

module.exports = async () => {
  const list = path.join(process.env.TEST_RUN_FOLDER, 'databases-to-drop');
  if (!existsSync(list)) return;
  for (const line of readFileSync(list, 'utf8').trim().split('\n')) {
    const url = new URL(line);
    const name = url.pathname.slice(1);
    url.pathname = '/';
    const server = await createConnection(url.toString());
    await server.query(`DROP DATABASE IF EXISTS ${name}`);
    await server.end();
  }
};
