/**
 * Feishu (飞书) robot with 签名校验: HMAC-SHA256 of nothing under the key `<seconds>\n<secret>`, base64, in the body.
 * 100 messages a minute and 5 a second for each robot.
 */
import { createHmac } from 'node:crypto';
import type { Secret } from '../../../platform/secret';
import type { AlarmMessage, Attempt, Channel } from './channel';
import type { HttpPost } from './http-post';
import { type RobotCodes, attemptOfRobot } from './robot-answer';
import { withinBytes } from './text-limit';

export const FEISHU_HOST = 'open.feishu.cn';
const MOST_BYTES = 18_000;

const CODES: RobotCodes = {
  field: 'code',
  throttled: new Map([[11232, 60_000]]),
  // 19001: no such token; 19021: signature or time; 19022: address; 19024: keyword; 9499: malformed request
  permanent: new Set([19001, 19021, 19022, 19024, 9499]),
};

/** The signature for an instant in whole seconds. */
export function feishuSign(timestamp: number, secret: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
}

export class FeishuChannel implements Channel {
  readonly type = 'feishu';
  readonly limits = [
    { messages: 5, seconds: 1 },
    { messages: 100, seconds: 60 },
  ];

  constructor(
    readonly id: string,
    private readonly token: Secret,
    private readonly secret: Secret,
    private readonly http: HttpPost,
    private readonly origin = `https://${FEISHU_HOST}`,
  ) {}

  async send({ title, text, at }: AlarmMessage): Promise<Attempt> {
    const timestamp = Math.floor(at / 1000);
    const body = {
      timestamp: String(timestamp),
      sign: feishuSign(timestamp, this.secret.reveal()),
      msg_type: 'text',
      content: { text: withinBytes(`${title}\n${text}`, MOST_BYTES) },
    };
    const path = `/open-apis/bot/v2/hook/${encodeURIComponent(this.token.reveal())}`;
    return attemptOfRobot(await this.http.post(this.origin + path, JSON.stringify(body)), CODES);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
