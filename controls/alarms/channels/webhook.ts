/** A webhook signed as standardwebhooks says: id, time and body under a shared secret; the id tells repeats. */
import { Webhook } from 'standardwebhooks';
import type { Secret } from '../../../platform/secret';
import { type AlarmMessage, type Attempt, type Channel, SENT, failed } from './channel';
import type { HttpPost } from './http-post';
import { attemptOfStatus } from './robot-answer';

export class WebhookChannel implements Channel {
  readonly type = 'webhook';
  readonly limits = [{ messages: 300, seconds: 60 }];
  readonly #webhook: Webhook;

  /** Throws when the secret is not base64, with or without `whsec_`. */
  constructor(
    readonly id: string,
    private readonly url: Secret,
    secret: Secret,
    private readonly http: HttpPost,
  ) {
    this.#webhook = new Webhook(secret.reveal());
  }

  async send({ dedupeId, title, text, facts, at }: AlarmMessage): Promise<Attempt> {
    const when = new Date(at);
    const body = JSON.stringify({
      type: 'alarm',
      timestamp: when.toISOString(),
      data: { title, text, ...facts },
    });
    const answer = await this.http.post(this.url.reveal(), body, {
      'webhook-id': dedupeId,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': this.#webhook.sign(dedupeId, when, body),
    });
    const attempt = attemptOfStatus(answer);
    if (attempt !== null || 'problem' in answer) return attempt ?? failed('UNREACHABLE');
    // a page in place of an answer comes from a portal or proxy on the way, not from the receiver
    return /^text\/html\b/iu.test(answer.contentType) ? failed('NOT_THE_RECEIVER') : SENT;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
