/** A sync that is killed at any moment resumes, and ends as if nothing had happened. */
import { TEST_DIALECTS } from '../support/databases';
import { compareKilledSync } from '../support/killed-sync';

jest.setTimeout(240_000);

/** A fixed sequence of numbers in [0, 1), so that a failure can be run again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe.each(TEST_DIALECTS)('a killed sync on %s', (dialect) => {
  it('ends as an undisturbed one', async () => {
    const { hits, killed, undisturbed } = await compareKilledSync(dialect, {
      kills: 4,
      withinMs: 2_500,
      random: numbers(7),
    });
    expect(hits).toBeGreaterThan(0);
    expect(killed).toEqual(undisturbed);
    expect(killed['persons']?.length).toBeGreaterThan(0);
    expect(killed['persons']?.filter((line) => line.includes('~person:'))).toEqual([]);
  });
});
