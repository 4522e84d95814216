/** One proposal, many hands at once, and hands that die: the act is done once, whole, or not at all. */
import { TEST_DIALECTS } from '../support/databases';
import { killSignOff, raceApprovals } from './races';

jest.setTimeout(300_000);

describe.each(TEST_DIALECTS)('sign-off on %s', (dialect) => {
  it('executes once, with one command, under 200 approvals at once from two processes', async () => {
    expect(await raceApprovals(dialect, 200)).toEqual({
      ...{ executed: 1, refused: 199, failed: [], state: 'EXECUTED', runs: 1, commands: 1, signatures: 2 },
    });
  });

  it('leaves nothing half done when its process is killed', async () => {
    expect(await killSignOff(dialect, 9)).toEqual({ kills: 9, wrong: [] });
  });
});
