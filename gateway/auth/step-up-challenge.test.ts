import { STEP_UP_CHALLENGE, stepUpChallengeOf } from './step-up-challenge';

const refusal = { refusals: [{ code: 'STEP_UP_REQUIRED', message: '…' }] };

test.each([
  ['a mutation that waits for a step-up', { data: { sign: refusal } }],
  ['an error that says so', { data: { sign: null }, errors: [{ extensions: { code: 'STEP_UP_REQUIRED' } }] }],
])('%s is answered with a challenge', (_name, body) => {
  expect(stepUpChallengeOf(JSON.stringify(body))).toBe(STEP_UP_CHALLENGE);
  expect(STEP_UP_CHALLENGE).toMatch(/error="insufficient_user_authentication".*acr_values=.*max_age=/);
});

test.each([
  ['another answer', { data: { lots: [] } }],
  ['an answer that only names the code', { data: { errorCode: { name: 'STEP_UP_REQUIRED' } } }],
  ['an answer of which a part was done', { data: { sign: refusal, other: { refusals: [] } } }],
  [
    'an answer that failed otherwise too',
    {
      data: null,
      errors: [{ extensions: { code: 'STEP_UP_REQUIRED' } }, { extensions: { code: 'INTERNAL' } }],
    },
  ],
])('%s is not', (_name, body) => {
  expect(stepUpChallengeOf(JSON.stringify(body))).toBeNull();
});
