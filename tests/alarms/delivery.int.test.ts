/** From alarms to people: each vendor's own scheme, its limits and faults, and the next way when one fails. */
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import {
  CHANNELS,
  MINUTE,
  RULES,
  START,
  type AlarmWorld,
  TABLES,
  openAlarmWorld,
  sequence,
} from './alarm-world';
import {
  type Answer,
  DINGTALK_WRONG_SIGN,
  FEISHU_BUSY,
  MailBox,
  PORTAL,
  Relay,
  WECOM_BUSY,
} from './vendor-servers';

const [WECOM, DINGTALK, FEISHU, HOOK] = [
  'qyapi.weixin.qq.com',
  'oapi.dingtalk.com',
  'open.feishu.cn',
  'hooks.example.com',
];
const HOOK_SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

describeEachDatabase('alarm delivery', (open) => {
  let database: Database;
  let relay: Relay;
  let mailbox: MailBox;
  const worlds: AlarmWorld[] = [];

  beforeAll(async () => {
    database = await open(TABLES);
  });

  beforeEach(async () => {
    [relay, mailbox] = await Promise.all([new Relay().start(), new MailBox().start()]);
  });

  afterEach(async () => {
    await Promise.all(worlds.splice(0).map(({ alarms }) => alarms.close()));
    await Promise.all([relay.stop(), mailbox.stop()]);
  });

  function worldWith(env: Record<string, string>, more: { to?: string; channels?: string } = {}): AlarmWorld {
    const world = openAlarmWorld({
      ...{ database, env, relay: relay.url, fresh: worlds.length === 0 },
      rules: RULES.replace('to: [quality]', `to: [${more.to ?? 'quality'}]`),
      channels: more.channels ?? CHANNELS,
    });
    worlds.push(world);
    return world;
  }

  const everything = (): Record<string, string> => ({
    T_WECOM: 'wecom-key',
    ...{ T_DING: 'ding-token', T_DING_SECRET: 'SECding' },
    ...{ T_FEISHU: 'feishu-token', T_FEISHU_SECRET: 'feishu-secret' },
    ...{ T_HOOK: `https://${HOOK}/in`, T_HOOK_SECRET: HOOK_SECRET },
    ...{ T_MAIL: mailbox.url, T_FROM: 'lotgraph@example.com', T_BOSS: 'boss@example.com' },
  });

  const states = async (world: AlarmWorld) =>
    (await world.deliveries()).map(({ channel, state, lastCode }) => [channel, state, lastCode]);

  async function breakGlass(world: AlarmWorld): Promise<void> {
    await world.act({
      action: 'signOff.breakGlass',
      reason: 'lot L-SECRET',
      object: { type: 'lot', id: 'lot_x' },
    });
    await world.turn();
  }

  test('WeCom: a text to the robot of the key, in the language of the recipient', async () => {
    const world = worldWith(everything());
    await breakGlass(world);
    const [{ path, body } = { path: '', body: '' }] = relay.of(WECOM);
    expect(path).toBe('/cgi-bin/webhook/send?key=wecom-key');
    const message = JSON.parse(body) as { msgtype: string; text: { content: string } };
    expect(message.msgtype).toBe('text');
    expect(message.text.content).toMatch(
      /^【严重】紧急越权\n1 次 2026-06-03 10:00:00 \+08:00 [0-9a-f-]{36}$/,
    );
    expect(await states(world)).toEqual([['wecom', 'SENT', null]]);
  });

  test('DingTalk: time and signature in the query', async () => {
    const world = worldWith({ ...everything(), T_WECOM: '' });
    await breakGlass(world);
    const query = new URL(`http://x${relay.of(DINGTALK)[0]?.path ?? ''}`).searchParams;
    const sign = createHmac('sha256', 'SECding').update(`${START}\nSECding`).digest('base64');
    expect(Object.fromEntries(query)).toEqual({ access_token: 'ding-token', timestamp: String(START), sign });
  });

  test('Feishu: time and signature in the body', async () => {
    const world = worldWith({ ...everything(), T_WECOM: '', T_DING: '' });
    await breakGlass(world);
    const [{ path, body } = { path: '', body: '' }] = relay.of(FEISHU);
    expect(path).toBe('/open-apis/bot/v2/hook/feishu-token');
    const timestamp = String(START / 1000);
    expect(JSON.parse(body)).toMatchObject({
      ...{ timestamp, msg_type: 'text' },
      sign: createHmac('sha256', `${timestamp}\nfeishu-secret`).update('').digest('base64'),
    });
  });

  test('e-mail first, and the signed webhook when the mailbox refuses for good', async () => {
    const world = worldWith(everything(), { to: 'management' });
    await breakGlass(world);
    expect(mailbox.mails[0]?.to).toEqual(['boss@example.com']);
    expect(mailbox.mails[0]?.source).toMatch(/^Subject: \[critical\] Break-glass\r$/m);
    mailbox.refuse.push(550);
    await breakGlass(world);
    await world.turn();
    const [{ headers, body } = { headers: {}, body: '' }] = relay.of(HOOK);
    const signed = headers as Record<string, string>;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(START);
    expect(new Webhook(HOOK_SECRET).verify(body, signed)).toMatchObject({
      type: 'alarm',
      data: { level: 0 },
    });
    clock.mockRestore();
    expect(await states(world)).toEqual(
      expect.arrayContaining([
        ['mail', 'SENT', null],
        ['mail', 'GIVEN_UP', 'SMTP_550'],
        ['webhook', 'SENT', null],
      ]),
    );
    expect(await world.trail('alarm.deliveryFailed')).toEqual(['alarm.deliveryFailed']);
  });

  test('a greylisted mail waits, and is sent once', async () => {
    const world = worldWith(everything(), { to: 'management' });
    mailbox.refuse.push(451);
    await breakGlass(world);
    expect(await states(world)).toEqual([['mail', 'PENDING', 'SMTP_451']]);
    world.clock.set(START + MINUTE);
    await world.turn();
    expect(mailbox.mails).toHaveLength(1);
  });

  test.each<[string, Answer, string]>([
    ['a server error', { status: 500, json: {} }, 'HTTP_500'],
    ['a page of a portal with status 200', PORTAL, 'NOT_THE_VENDOR'],
    ['a dropped connection', 'reset', 'UNREACHABLE'],
    ['an answer of another kind', { status: 200, json: ['ok'] }, 'NOT_THE_VENDOR'],
    ['the vendor being busy', { status: 200, json: { errcode: -1 } }, 'ERRCODE_-1'],
  ])(
    '%s is tried again under the same text, and the next way is taken beside it',
    async (_what, fault, code) => {
      const world = worldWith(everything());
      relay.answers.set(WECOM, [fault, fault]);
      await breakGlass(world);
      expect(await states(world)).toEqual([['wecom', 'FAILED', code]]);
      world.clock.set(START + 2000);
      await world.turn();
      await world.turn();
      expect(await states(world)).toEqual([
        ['wecom', 'FAILED', code],
        ['dingtalk', 'SENT', null],
      ]);
      world.clock.set(START + 6000);
      await world.turn();
      expect((await states(world))[0]).toEqual(['wecom', 'SENT', null]);
      expect(new Set(relay.of(WECOM).map(({ body }) => body)).size).toBe(1);
    },
  );

  test('a redirect is not followed', async () => {
    const world = worldWith(everything());
    relay.answers.set(WECOM, [{ status: 302, headers: { location: 'http://169.254.169.254/' } }]);
    await breakGlass(world);
    await world.turn();
    expect(await states(world)).toEqual([
      ['wecom', 'GIVEN_UP', 'HTTP_302'],
      ['dingtalk', 'SENT', null],
    ]);
  });

  test('a signature that the vendor refuses is given up at once, for the next way', async () => {
    const world = worldWith({ ...everything(), T_WECOM: '' });
    relay.answers.set(DINGTALK, [DINGTALK_WRONG_SIGN]);
    await breakGlass(world);
    await world.turn();
    expect(await states(world)).toEqual([
      ['dingtalk', 'GIVEN_UP', 'ERRCODE_310000'],
      ['feishu', 'SENT', null],
    ]);
  });

  test.each<[string, string, Record<string, string>, Answer, string]>([
    ['WeCom', WECOM, {}, WECOM_BUSY, 'ERRCODE_45009'],
    ['Feishu', FEISHU, { T_WECOM: '', T_DING: '' }, FEISHU_BUSY, 'CODE_11232'],
    ['WeCom with 429', WECOM, {}, { status: 429, headers: { 'retry-after': '60' } }, 'HTTP_429'],
  ])('%s saying "too many" is waited for, and is no failure', async (_vendor, host, off, busy, code) => {
    const world = worldWith({ ...everything(), ...off });
    relay.answers.set(host, [busy]);
    await breakGlass(world);
    expect((await world.deliveries())[0]).toMatchObject({ state: 'PENDING', failures: 0, lastCode: code });
    world.clock.set(START + MINUTE - 1);
    await world.turn();
    expect(relay.of(host)).toHaveLength(1);
    world.clock.set(START + MINUTE);
    await world.turn();
    expect((await world.deliveries())[0]).toMatchObject({ state: 'SENT', attempts: 2 });
  });

  test('a robot that is throttled for long does not keep people waiting: the next way is taken', async () => {
    const world = worldWith(everything());
    relay.answers.set(WECOM, [WECOM_BUSY, WECOM_BUSY, WECOM_BUSY, WECOM_BUSY]);
    await breakGlass(world);
    for (const minutes of [1, 2, 3]) {
      world.clock.set(START + minutes * MINUTE);
      await world.turn();
    }
    await world.turn();
    expect((await states(world))[1]).toEqual(['dingtalk', 'SENT', null]);
  });

  test('more than the vendor takes in a minute are queued, and none is dropped', async () => {
    const world = worldWith(everything());
    for (let n = 0; n < 30; n += 1) await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    await world.turn();
    expect(relay.of(WECOM)).toHaveLength(20);
    const waiting = (await world.deliveries()).filter(({ state }) => state === 'PENDING');
    expect(waiting).toHaveLength(10);
    expect(
      waiting.every(({ nextAt, failures }) => nextAt > START && nextAt <= START + MINUTE && failures === 0),
    ).toBe(true);
    // a minute later, as another process would find it
    const next = worldWith(everything());
    next.clock.set(START + MINUTE);
    await next.turn();
    expect(relay.of(WECOM)).toHaveLength(30);
    expect(new Set(relay.of(WECOM).map(({ body }) => body)).size).toBe(30);
  });

  test('a flood of small alarms does not stand before a grave one', async () => {
    const world = worldWith(everything());
    for (let n = 0; n < 30; n += 1) await world.act({ action: 'alarm.suppress', outcome: 'REFUSED' });
    await world.alarms.engine.run(START);
    world.clock.set(START + 1);
    await world.act({ action: 'signOff.breakGlass' });
    await world.turn();
    expect(relay.of(WECOM)).toHaveLength(20);
    expect(
      relay
        .of(WECOM)
        .slice(0, 5)
        .map(({ body }) => body)
        .join(),
    ).toContain('紧急越权');
  });

  test('a robot that hangs delays no other channel', async () => {
    const both = CHANNELS.replace('channels: [{ channel: wecom }, {', 'channels: [{');
    const world = worldWith(everything(), { to: 'quality, management', channels: both });
    relay.answers.set(DINGTALK, ['hang']);
    await world.act({ action: 'signOff.breakGlass' });
    const turn = world.turn();
    while (mailbox.mails.length === 0) await new Promise(setImmediate);
    expect(mailbox.mails).toHaveLength(1);
    await relay.stop();
    await turn;
    expect((await states(world)).sort()).toEqual([
      ['dingtalk', 'FAILED', 'UNREACHABLE'],
      ['mail', 'SENT', null],
    ]);
    await relay.stop().catch(() => undefined);
  });

  test('an alarm that reaches nobody says so', async () => {
    const world = worldWith({});
    await breakGlass(world);
    expect(await states(world)).toEqual([['-', 'GIVEN_UP', 'NO_CHANNEL']]);
  });

  test('a channel that is configured no more hands its messages to the next', async () => {
    const before = worldWith(everything());
    relay.answers.set(WECOM, [{ status: 503 }]);
    await breakGlass(before);
    const after = worldWith({ ...everything(), T_WECOM: '' });
    after.clock.set(START + MINUTE);
    await after.turn();
    await after.turn();
    expect(await states(after)).toEqual([
      ['wecom', 'GIVEN_UP', 'CHANNEL_OFF'],
      ['dingtalk', 'SENT', null],
    ]);
  });

  test('two processes that deliver at once send each message once', async () => {
    const [one, two] = [worldWith(everything()), worldWith(everything())];
    for (let n = 0; n < 15; n += 1) await one.act({ action: 'signOff.breakGlass' });
    await sequence(database);
    await one.alarms.engine.run(START);
    await Promise.all([one, two].map(({ alarms }) => alarms.delivery.run('wecom')));
    await one.turn();
    expect(relay.of(WECOM)).toHaveLength(15);
    expect(new Set(relay.of(WECOM).map(({ body }) => body)).size).toBe(15);
  });

  test('no message says what the entry said', async () => {
    const world = worldWith(everything());
    await breakGlass(world);
    expect(relay.received.map(({ body }) => body).join()).not.toMatch(/SECRET|lot_x|acc-1|person-1/);
  });
});
