/** WeCom (企业微信) group robot: the key in the address is the only secret. 20 messages a minute for each robot. */
import type { Secret } from '../../../platform/secret';
import type { AlarmMessage, Attempt, Channel } from './channel';
import type { HttpPost } from './http-post';
import { type RobotCodes, attemptOfRobot } from './robot-answer';
import { withinBytes } from './text-limit';

export const WECOM_HOST = 'qyapi.weixin.qq.com';
/** The vendor's bound for a text message is 2048 bytes. */
const MOST_BYTES = 2000;

const CODES: RobotCodes = {
  field: 'errcode',
  throttled: new Map([[45009, 60_000]]),
  // 93000: no such robot; 40001, 40014, 40058: key or arguments are not valid
  permanent: new Set([93000, 40001, 40014, 40058]),
};

export class WecomChannel implements Channel {
  readonly type = 'wecom';
  readonly limits = [{ messages: 20, seconds: 60 }];

  constructor(
    readonly id: string,
    private readonly key: Secret,
    private readonly http: HttpPost,
    private readonly origin = `https://${WECOM_HOST}`,
  ) {}

  async send({ title, text }: AlarmMessage): Promise<Attempt> {
    const address = `${this.origin}/cgi-bin/webhook/send?key=${encodeURIComponent(this.key.reveal())}`;
    const content = withinBytes(`${title}\n${text}`, MOST_BYTES);
    const answer = await this.http.post(address, JSON.stringify({ msgtype: 'text', text: { content } }));
    return attemptOfRobot(answer, CODES);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
