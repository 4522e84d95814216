/** E-mail over SMTP. Off loopback the connection is TLS or it is not made: an alarm names acts and times. */
import { createHash } from 'node:crypto';
import { createTransport, type Transporter } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import type { Secret } from '../../../platform/secret';
import { type AlarmMessage, type Attempt, type Channel, SENT, failed, throttled } from './channel';
import { isLoopback } from './http-post';

const TIMEOUT_MS = 8_000;
const GREYLISTED_MS = 60_000;

export interface EmailSettings {
  /** `smtps://host:465` or `smtp://host:587`. */
  readonly server: string;
  readonly from: string;
  readonly user: Secret | null;
  readonly password: Secret | null;
}

/** What is wrong with a server's address, or null. */
export function serverProblem(server: string): string | null {
  const url = URL.canParse(server) ? new URL(server) : null;
  if (url === null || !/^smtps?:$/u.test(url.protocol) || url.hostname === '')
    return 'is not smtp://host:port or smtps://host:port';
  return url.username === '' && url.password === '' ? null : 'holds credentials; use user and password';
}

/** Options of the transport; plain text only to this machine. */
export function transportOptions(settings: EmailSettings): SMTPTransport.Options {
  const url = new URL(settings.server);
  const secure = url.protocol === 'smtps:';
  const local = isLoopback(url.hostname);
  return {
    host: url.hostname.replace(/^\[|\]$/gu, ''),
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && !local,
    ignoreTLS: !secure && local,
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(settings.user !== null && settings.password !== null
      ? { auth: { user: settings.user.reveal(), pass: settings.password.reveal() } }
      : {}),
  };
}

export class EmailChannel implements Channel {
  readonly type = 'email';
  readonly limits = [{ messages: 60, seconds: 60 }];
  readonly #transport: Transporter;

  constructor(
    readonly id: string,
    private readonly settings: EmailSettings,
  ) {
    this.#transport = createTransport(transportOptions(settings));
  }

  async send({ dedupeId, title, text, to }: AlarmMessage): Promise<Attempt> {
    if (to === null) return failed('NO_ADDRESS', true);
    const local = createHash('sha256').update(dedupeId).digest('hex').slice(0, 32);
    try {
      await this.#transport.sendMail({
        from: this.settings.from,
        to,
        subject: title,
        text,
        // the same at every attempt, so that mailboxes show a repeat once
        messageId: `<${local}@lotgraph.alarm>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return SENT;
    } catch (error) {
      return attemptOf(error as { code?: string; responseCode?: number });
    }
  }

  close(): Promise<void> {
    this.#transport.close();
    return Promise.resolve();
  }
}

function attemptOf({ code, responseCode }: { code?: string; responseCode?: number }): Attempt {
  if (responseCode === 421 || responseCode === 450 || responseCode === 451)
    return throttled(`SMTP_${responseCode}`, GREYLISTED_MS);
  if (responseCode !== undefined) return failed(`SMTP_${responseCode}`, responseCode >= 550);
  // codes of nodemailer: ETLS, EAUTH, ECONNECTION, ETIMEDOUT …
  return failed(/^E[A-Z]{2,20}$/u.test(code ?? '') ? `SMTP_${code ?? ''}` : 'SMTP_FAILED');
}
