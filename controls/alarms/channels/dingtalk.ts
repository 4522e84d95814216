/**
 * DingTalk (钉钉) robot with 加签: HMAC-SHA256 of `<ms>\n<secret>` under the secret, base64, in the query. 20 messages a
 * minute for each robot; who sends more is left out for ten minutes.
 */
import { createHmac } from 'node:crypto';
import type { Secret } from '../../../platform/secret';
import type { AlarmMessage, Attempt, Channel } from './channel';
import type { HttpPost } from './http-post';
import { type RobotCodes, attemptOfRobot } from './robot-answer';
import { withinBytes } from './text-limit';

export const DINGTALK_HOST = 'oapi.dingtalk.com';
const MOST_BYTES = 18_000;
const PENALTY_MS = 10 * 60_000;

const CODES: RobotCodes = {
  field: 'errcode',
  throttled: new Map([
    [130101, PENALTY_MS],
    [410100, PENALTY_MS],
  ]),
  // 310000: signature, keyword or address not accepted; 300001, 300005: no such token; 400013: group dissolved
  permanent: new Set([310000, 300001, 300005, 400013, 400101, 400102]),
};

/** The signature for an instant in ms, as it goes into the query before encoding. */
export function dingtalkSign(timestamp: number, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

export class DingtalkChannel implements Channel {
  readonly type = 'dingtalk';
  readonly limits = [{ messages: 20, seconds: 60 }];

  constructor(
    readonly id: string,
    private readonly token: Secret,
    private readonly secret: Secret,
    private readonly http: HttpPost,
    private readonly origin = `https://${DINGTALK_HOST}`,
  ) {}

  async send({ title, text, at }: AlarmMessage): Promise<Attempt> {
    const query = new URLSearchParams({
      access_token: this.token.reveal(),
      timestamp: String(at),
      sign: dingtalkSign(at, this.secret.reveal()),
    });
    const content = withinBytes(`${title}\n${text}`, MOST_BYTES);
    const answer = await this.http.post(
      `${this.origin}/robot/send?${query.toString()}`,
      JSON.stringify({ msgtype: 'text', text: { content } }),
    );
    return attemptOfRobot(answer, CODES);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
