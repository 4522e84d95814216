/** A sign-off in the words of the terminal. */
import { wordsOf, type ShownProposal } from './show';

const PROPOSAL: ShownProposal = {
  ...{ id: 'p1', status: 'EXECUTED', actionName: 'Release the lot', proposedBy: 'Ann', reason: 'complete' },
  ...{ expiresAt: '2026-12-01T00:00:00.000Z', values: [], changes: [], commands: [], differences: null },
  ...{ signatures: [], mine: null, emergency: null, sentCommands: [] },
};

test('tells what became of each command, and why one was refused', () => {
  const sentCommands = [
    { system: 'erp', kind: 'SET_LOT_STATUS', state: 'CONFIRMED', refusalReason: null },
    { system: 'wms', kind: 'BLOCK_LOT', state: 'REFUSED', refusalReason: 'the lot is shipped' },
  ];
  expect(wordsOf({ ...PROPOSAL, sentCommands }).slice(2)).toEqual([
    '  erp: SET_LOT_STATUS CONFIRMED',
    '  wms: BLOCK_LOT REFUSED: the lot is shipped',
  ]);
});

test('says nothing of commands that the reader may not see', () => {
  expect(wordsOf({ ...PROPOSAL, sentCommands: null })).toHaveLength(2);
});
