/** A way by which an alarm leaves the house. Channels deliver at least once: a receiver tells repeats by `dedupeId`. */
import type { LocalizedText } from '../../../platform/errors';
import type { Language } from '../../../platform/request';

export type ChannelType = 'email' | 'webhook' | 'wecom' | 'dingtalk' | 'feishu';

export interface AlarmMessage {
  /** The same at every attempt. */
  readonly dedupeId: string;
  readonly title: string;
  readonly text: string;
  /** Facts for machines, on webhooks alone; under the same rule as the text. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Address within the channel, e.g. of a mail; null where the channel has only one. */
  readonly to: string | null;
  /** Real time of this attempt, ms: the vendors check it. */
  readonly at: number;
}

/** How an attempt ended. `code` is short and safe to show: it holds no address and nothing of an answer's text. */
export type Attempt =
  | { readonly kind: 'SENT' }
  /** Nothing is wrong; ask again later. Counts as no failure. */
  | { readonly kind: 'THROTTLED'; readonly code: string; readonly waitMs: number }
  | { readonly kind: 'FAILED'; readonly code: string; readonly permanent: boolean };

/** So many messages in so many seconds. */
export interface ChannelLimit {
  readonly messages: number;
  readonly seconds: number;
}

export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  readonly limits: readonly ChannelLimit[];
  /** Never throws: what goes wrong is an attempt that failed. */
  send(message: AlarmMessage): Promise<Attempt>;
  close(): Promise<void>;
}

/** Who is told, in which language, by which ways, in their order. */
export interface Recipient {
  readonly id: string;
  readonly name: LocalizedText;
  readonly language: Language;
  readonly routes: readonly { readonly channel: string; readonly to: string | null }[];
}

export const SENT: Attempt = Object.freeze({ kind: 'SENT' });
export const failed = (code: string, permanent = false): Attempt => ({ kind: 'FAILED', code, permanent });
export const throttled = (code: string, waitMs: number): Attempt => ({ kind: 'THROTTLED', code, waitMs });
