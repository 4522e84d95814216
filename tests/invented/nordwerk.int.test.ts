/** Nordwerk: an ERP with an OData V4 service, mapped in YAML alone. */
import { showsInvented } from './http-suite';
import * as expected from './nordwerk/expected';
import { ACCOUNT, NordwerkServer } from './nordwerk/server';
import { STOCK_LEVELS } from './nordwerk/story';

const server = new NordwerkServer();

describe('Nordwerk', () => {
  showsInvented({
    name: 'nordwerk',
    start: async () => ({
      LOTGRAPH_SOURCE_NORDWERK_URL: await server.start(),
      LOTGRAPH_SOURCE_NORDWERK_USER: ACCOUNT.user,
      LOTGRAPH_SOURCE_NORDWERK_PASSWORD: ACCOUNT.password,
    }),
    stop: () => server.stop(),
    requests: () => server.requests,
    refused: () => server.refused,
    reads: /^GET /u,
    ownStock: Object.fromEntries(
      STOCK_LEVELS.filter((row) => row['Batch'] !== '').map((row) => [
        `${String(row['Material'])} ${String(row['Batch'])} @${String(row['Plant'])}/${String(row['Bin'])}`,
        String(Number(row['Quantity'])),
      ]),
    ),
    stock: expected.STOCK,
    genealogy: expected.GENEALOGY,
    rejects: expected.REJECTS,
    findings: expected.FINDINGS,
    voids: expected.VOIDS,
    records: expected.RECORDS,
    lotFromElsewhere: expected.LOT_FROM_ELSEWHERE,
  });
});
