/** Bruma: a JSON service with four envelopes and OAuth2, mapped in YAML alone. */
import * as expected from './bruma/expected';
import { BrumaServer, CLIENT } from './bruma/server';
import { PLACES, STOCK_ROWS } from './bruma/story';
import { showsInvented } from './http-suite';

const server = new BrumaServer();
const siteOf = (place: string): string => String(PLACES.find(({ codigo }) => codigo === place)?.['armazem']);

describe('Bruma', () => {
  showsInvented({
    name: 'bruma',
    start: async () => {
      const url = await server.start();
      return {
        LOTGRAPH_SOURCE_BRUMA_URL: url,
        LOTGRAPH_SOURCE_BRUMA_TOKEN_URL: `${url}/oauth/token`,
        LOTGRAPH_SOURCE_BRUMA_CLIENT_ID: CLIENT.id,
        LOTGRAPH_SOURCE_BRUMA_CLIENT_SECRET: CLIENT.secret,
      };
    },
    stop: () => server.stop(),
    requests: () => server.requests,
    refused: () => server.refused,
    reads: BrumaServer.reads,
    ownStock: Object.fromEntries(
      STOCK_ROWS.flatMap(([item, lot, place, quantity]) =>
        lot === null ? [] : [[`${item} ${lot} @${siteOf(place)}/${place}`, quantity.replaceAll('.', '')]],
      ),
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
