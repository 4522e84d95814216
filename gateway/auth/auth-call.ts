/** One call of an /auth address: what was sent, by whom. */
import type { IncomingMessage } from 'node:http';
import type { Attempt } from '../../controls/identity/identity-context';
import { readBody } from '../../controls/serving/http-body';
import { GatewayError, InvalidInputError } from '../../platform/errors';
import type { Caller } from '../../platform/request';
import { preferredLanguage } from '../http/language';
import { attemptOf } from './attempt';

const BODY_LIMIT = 16_384;
const TEXT_LIMIT = 4096;

/** A JSON body whose values are asked for by name. */
export class Fields {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  /** Thrown when it is not text of a sensible length: INVALID_INPUT. */
  text(field: string): string {
    const value = this.values[field];
    if (typeof value === 'string' && value !== '' && value.length <= TEXT_LIMIT) return value;
    throw new InvalidInputError(`${field} must be text.`, { field });
  }

  optionalText(field: string): string | null {
    return this.values[field] === undefined || this.values[field] === null ? null : this.text(field);
  }

  /** Ms since the epoch, from an ISO instant. */
  instant(field: string): number {
    const value = Date.parse(this.text(field));
    if (!Number.isNaN(value)) return value;
    throw new InvalidInputError(`${field} must be an ISO instant.`, { field });
  }

  /** A list of text; empty where it is not said. */
  texts(field: string): readonly string[] {
    const value = this.values[field] ?? [];
    if (Array.isArray(value) && value.every((entry): entry is string => typeof entry === 'string'))
      return value;
    throw new InvalidInputError(`${field} must be a list of text.`, { field });
  }

  flag(field: string): boolean {
    return this.values[field] === true;
  }

  object(field: string): object {
    const value = this.values[field];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new InvalidInputError(`${field} must be an object.`, { field });
  }
}

export interface AuthCall {
  readonly fields: Fields;
  readonly attempt: Attempt;
  /** The person or service whose token came with the call. Rejects without one: UNAUTHENTICATED. */
  caller(): Promise<Caller>;
  /** Leaves something with the browser that only /auth/oidc is sent again. */
  leave(flow: string): void;
  /** Session of a token that may do nothing but enrol. Rejects when it is another: UNAUTHENTICATED. */
  enrolling(): Promise<string>;
}

/** What answers an address; what it returns is sent as JSON. */
export type AuthRoute = (call: AuthCall) => Promise<object>;

/** Reads the body. Thrown when it is no JSON object, or not sent as one: INVALID_REQUEST. */
export async function readFields(request: IncomingMessage): Promise<Fields> {
  // only a page of ours can send JSON here: a foreign one would have to ask first, and is never told yes
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (request.method !== 'POST' || type !== 'application/json')
    throw new GatewayError('INVALID_REQUEST', 'Send a JSON object by POST.');
  const body = await readBody(request, BODY_LIMIT);
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new GatewayError('INVALID_REQUEST', 'The body is not valid JSON.', {}, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GatewayError('INVALID_REQUEST', 'Send a JSON object by POST.');
  return new Fields(value as Record<string, unknown>);
}

/** What the call says of itself: the language by field or header, the client by name. */
export function attemptFrom(request: IncomingMessage, fields: Fields): Attempt {
  const said = fields.optionalText('language');
  const language =
    said === 'zh' || said === 'en' ? said : preferredLanguage(request.headers['accept-language']);
  return attemptOf(request, { client: fields.optionalText('client'), language });
}
