import { type UnknownCommand, MAX_SENDINGS, pauseAfter, reconcile, settle } from './settle';

test.each([
  ['YES', 'AS_ASKED', 'CONFIRMED'],
  ['YES', 'OTHERWISE', 'UNKNOWN'],
  ['YES', 'NOT_READABLE', 'UNKNOWN'],
  ['NO', 'AS_ASKED', 'CONFIRMED'],
  ['NO', 'OTHERWISE', 'REFUSED'],
  ['NO', 'NOT_READABLE', 'UNKNOWN'],
  ['NOTHING', 'AS_ASKED', 'CONFIRMED'],
  ['NOTHING', 'OTHERWISE', 'UNKNOWN'],
  ['NOTHING', 'NOT_READABLE', 'UNKNOWN'],
  ['NOT_TAKEN', 'AS_ASKED', 'CONFIRMED'],
  ['NOT_TAKEN', 'OTHERWISE', 'PENDING'],
  ['NOT_TAKEN', 'NOT_READABLE', 'PENDING'],
] as const)('an answer %s with a record %s makes the command %s', (said, found, state) => {
  expect(settle(said, found)).toBe(state);
});

const unknown: UnknownCommand = { said: 'NOTHING', sendings: 1, honoursKey: true, superseded: false };

test.each([
  ['the record shows it', unknown, 'AS_ASKED', 'CONFIRMED'],
  ['the record cannot be read', unknown, 'NOT_READABLE', 'UNKNOWN'],
  ['nothing was done and a repeat is harmless', unknown, 'OTHERWISE', 'PENDING'],
  ['a repeat might execute twice', { ...unknown, honoursKey: false }, 'OTHERWISE', 'UNKNOWN'],
  ['it was sent often enough', { ...unknown, sendings: MAX_SENDINGS }, 'OTHERWISE', 'UNKNOWN'],
  ['a later act asked for something else', { ...unknown, superseded: true }, 'OTHERWISE', 'GIVEN_UP'],
  ['the system had said no', { ...unknown, said: 'NO' as const }, 'OTHERWISE', 'REFUSED'],
  ['the worker died before an answer', { ...unknown, said: null }, 'OTHERWISE', 'PENDING'],
] as const)('when %s, an unknown command becomes what it must', (_when, command, found, state) => {
  expect(reconcile(command, found)).toBe(state);
});

test('pauses grow, and stay at an hour', () => {
  const pauses = Array.from({ length: 12 }, (_, checks) => pauseAfter(checks));
  expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
  expect(pauses.at(-1)).toBe(3_600_000);
});
