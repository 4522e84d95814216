/** The vendors' signatures, against values that were computed by another program from the documented formulas. */
import { Webhook } from 'standardwebhooks';
import { dingtalkSign } from './dingtalk';
import { transportOptions } from './email';
import { feishuSign } from './feishu';
import { HttpPost } from './http-post';
import { attemptOfRobot } from './robot-answer';
import { withinBytes } from './text-limit';

test('DingTalk: HMAC-SHA256 of time and secret under the secret', () => {
  expect(dingtalkSign(1700000000000, 'this is secret')).toBe('sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0=');
});

test('Feishu: HMAC-SHA256 of nothing under time and secret', () => {
  expect(feishuSign(1599360473, 'demo')).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=');
});

test('webhook: HMAC-SHA256 of id, time and body, as standardwebhooks says', () => {
  const webhook = new Webhook('whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=');
  const signature = webhook.sign('msg_1', new Date(1700000000 * 1000), '{"alarm":"a1"}');
  expect(signature).toBe('v1,3azF8tkYTqkMDc+cGelXBhpkdPaaooyZHv+QPGuvLzo=');
});

const CODES = {
  field: 'errcode',
  throttled: new Map([[45009, 60_000]]),
  permanent: new Set([93000]),
} as const;
const answer = (text: string, status = 200) => ({
  status,
  contentType: 'application/json',
  retryAfterMs: null,
  text,
});

test.each([
  ['{"errcode":0,"errmsg":"ok"}', { kind: 'SENT' }],
  ['{"errcode":45009}', { kind: 'THROTTLED', code: 'ERRCODE_45009', waitMs: 60_000 }],
  ['{"errcode":93000}', { kind: 'FAILED', code: 'ERRCODE_93000', permanent: true }],
  ['{"errcode":-1}', { kind: 'FAILED', code: 'ERRCODE_-1', permanent: false }],
  ['{"errcode":"0"}', { kind: 'FAILED', code: 'NOT_THE_VENDOR', permanent: false }],
  ['{}', { kind: 'FAILED', code: 'NOT_THE_VENDOR', permanent: false }],
  ['<html>Welcome to the portal</html>', { kind: 'FAILED', code: 'NOT_THE_VENDOR', permanent: false }],
])('a robot has taken a message only when its body says so: %s', (text, expected) => {
  expect(attemptOfRobot(answer(text), CODES)).toEqual(expected);
});

test('a redirect is a failure for good, and a busy server one for now', () => {
  expect(attemptOfRobot(answer('', 302), CODES)).toEqual({
    kind: 'FAILED',
    code: 'HTTP_302',
    permanent: true,
  });
  expect(attemptOfRobot(answer('', 503), CODES)).toEqual({
    kind: 'FAILED',
    code: 'HTTP_503',
    permanent: false,
  });
});

test.each([
  ['http://169.254.169.254/latest', 'names a host that allowHosts does not list'],
  ['http://alerts.example.com/in', 'must be https'],
  ['https://user:pass@alerts.example.com/in', 'holds credentials; they do not belong there'],
  ['https://alerts.example.com.evil.test/in', 'names a host that allowHosts does not list'],
  ['file:///etc/passwd', 'is not an http or https URL'],
  ['https://alerts.example.com/in', null],
])('posts to hosts that are allowed alone: %s', (address, expected) => {
  const http = new HttpPost({ relay: null, allowedHosts: ['alerts.example.com'] });
  expect(http.problemOf(address)).toBe(expected);
});

test('mail off loopback is TLS or is not sent', () => {
  const settings = { from: 'a@example.com', user: null, password: null };
  expect(transportOptions({ ...settings, server: 'smtp://mail.example.com:587' })).toMatchObject({
    ...{ secure: false, requireTLS: true, ignoreTLS: false },
  });
  expect(transportOptions({ ...settings, server: 'smtps://mail.example.com' })).toMatchObject({
    secure: true,
    port: 465,
  });
  expect(transportOptions({ ...settings, server: 'smtp://127.0.0.1:2525' })).toMatchObject({
    requireTLS: false,
  });
});

test('cuts a text by bytes, and never through a character', () => {
  expect(withinBytes('告警告警', 12)).toBe('告警告警');
  expect(withinBytes('告警告警', 11)).toBe('告警…');
  expect(Buffer.byteLength(withinBytes('🚨'.repeat(50), 30))).toBeLessThanOrEqual(30);
});
