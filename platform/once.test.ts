import { once } from './once';

it('makes nothing before it is asked for, and one thing however often it is', () => {
  let times = 0;
  const thing = once(() => {
    times += 1;
    return undefined;
  });
  expect(times).toBe(0);
  thing();
  thing();
  expect(times).toBe(1);
});

it('makes it again after it could not be made', () => {
  const outcomes = [new Error('not yet'), 'made'];
  const thing = once(() => {
    const outcome = outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  expect(thing).toThrow('not yet');
  expect(thing()).toBe('made');
});
