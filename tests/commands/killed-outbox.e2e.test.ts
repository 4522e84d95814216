/** A worker killed with SIGKILL at each step of a command: one effect in the ERP, and the outcome is found out. */
import { TEST_DIALECTS } from '../support/databases';
import { DEATHS, OutboxKills } from './outbox-kills';

jest.setTimeout(240_000);

describe.each(TEST_DIALECTS)('a killed worker on %s', (dialect) => {
  let kills: OutboxKills;
  beforeAll(async () => {
    kills = await OutboxKills.open(dialect);
  });
  afterAll(() => kills.close());

  test.each(DEATHS)('dies %s (%i ms): the command has one effect', async (step, afterMs) => {
    expect(await kills.kill([step, afterMs])).toEqual({});
  });
});
