/**
 * Compiles `channels.yaml` and opens what is configured. A channel whose references are unset is off, not wrong; one
 * whose values cannot be used stops the start, and the message names the reference, never the value.
 */
import Ajv from 'ajv';
import schema from '../../../schema/dictionary/alarms/channels.schema.json';
import type { LocalizedText } from '../../../platform/errors';
import { once } from '../../../platform/once';
import type { Language } from '../../../platform/request';
import { type Secret, readSecret } from '../../../platform/secret';
import type { YamlFile, YamlPath } from '../../../platform/yaml-file';
import type { Channel, ChannelType, Recipient } from './channel';
import { DINGTALK_HOST, DingtalkChannel } from './dingtalk';
import { EmailChannel, serverProblem } from './email';
import { FEISHU_HOST, FeishuChannel } from './feishu';
import { HttpPost } from './http-post';
import { WECOM_HOST, WecomChannel } from './wecom';
import { WebhookChannel } from './webhook';

type References = Readonly<Record<string, string>>;
type Environment = Readonly<Record<string, string | undefined>>;

interface ChannelInFile {
  readonly id: string;
  readonly type: ChannelType;
  readonly [reference: string]: string;
}

interface ChannelsDocument {
  readonly allowHosts?: readonly string[];
  readonly channels: readonly ChannelInFile[];
  readonly recipients: readonly {
    readonly id: string;
    readonly name: LocalizedText;
    readonly language: Language;
    readonly channels: readonly { readonly channel: string; readonly to?: string }[];
  }[];
}

const validate = once(() =>
  new Ajv({
    allErrors: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
  }).compile<ChannelsDocument>(schema),
);

export interface CompiledChannels {
  readonly recipients: readonly Recipient[];
  /** Channels that are configured, by id. */
  readonly open: ReadonlyMap<string, Channel>;
  /** Ids of those that are not. */
  readonly off: readonly string[];
  close(): Promise<void>;
}

export interface CompileChannelsOptions {
  readonly env: Environment;
  readonly relay: string | null;
  readonly answerMs?: number;
}

/** Null when the file has problems; they are noted in it. Throws ConfigError for a relay that cannot be used. */
export function compileChannels(file: YamlFile, options: CompileChannelsOptions): CompiledChannels | null {
  const document = file.read(validate());
  if (document === null) return null;
  const http = new HttpPost({
    relay: options.relay,
    allowedHosts: [...(document.allowHosts ?? []), WECOM_HOST, DINGTALK_HOST, FEISHU_HOST],
    ...(options.answerMs === undefined ? {} : { answerMs: options.answerMs }),
  });
  const open = new Map<string, Channel>();
  const off: string[] = [];
  for (const [index, channel] of document.channels.entries()) {
    const at = ['channels', index];
    if (open.has(channel.id) || off.includes(channel.id))
      file.report([...at, 'id'], `there is another channel "${channel.id}"`);
    const made = openChannel({ file, at, channel, http, env: options.env });
    if (made === null) off.push(channel.id);
    else open.set(channel.id, made);
  }
  const recipients = compileRecipients(file, document, options.env);
  if (file.problems.length > 0) return null;
  const close = async (): Promise<void> => {
    await Promise.allSettled([...open.values()].map((one) => one.close()));
    await http.close();
  };
  return { recipients, open, off, close };
}

interface Opening {
  readonly file: YamlFile;
  readonly at: YamlPath;
  readonly channel: ChannelInFile;
  readonly http: HttpPost;
  readonly env: Environment;
}

/** Null while one of its references is unset: the channel is off. */
function openChannel(opening: Opening): Channel | null {
  const { channel, env, http } = opening;
  const { id, type, ...references } = channel;
  const optional = type === 'email' ? ['user', 'password'] : [];
  const values = valuesOf(references, env);
  if (Object.keys(references).some((name) => !values.has(name) && !optional.includes(name))) return null;
  const value = (name: string): Secret => values.get(name) as Secret;
  switch (type) {
    case 'wecom':
      return new WecomChannel(id, value('key'), http);
    case 'dingtalk':
      return new DingtalkChannel(id, value('token'), value('secret'), http);
    case 'feishu':
      return new FeishuChannel(id, value('token'), value('secret'), http);
    case 'webhook':
      return openWebhook(opening, value('url'), value('secret'));
    case 'email':
      return openEmail(opening, values);
  }
}

function valuesOf(references: References, env: Environment): Map<string, Secret> {
  const values = new Map<string, Secret>();
  for (const [name, reference] of Object.entries(references)) {
    const read = readSecret(reference, env);
    if ('secret' in read) values.set(name, read.secret);
  }
  return values;
}

function openWebhook({ file, at, channel, http }: Opening, url: Secret, secret: Secret): Channel | null {
  const problem = http.problemOf(url.reveal());
  if (problem !== null) {
    file.report([...at, 'url'], `what it refers to ${problem}`);
    return null;
  }
  if (!/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/u.test(secret.reveal())) {
    file.report([...at, 'secret'], 'what it refers to is not whsec_ and at least 24 bytes in base64');
    return null;
  }
  return new WebhookChannel(channel.id, url, secret, http);
}

function openEmail({ file, at, channel }: Opening, values: ReadonlyMap<string, Secret>): Channel | null {
  const server = values.get('server')?.reveal() ?? '';
  const problem = serverProblem(server);
  if (problem !== null) {
    file.report([...at, 'server'], `what it refers to ${problem}`);
    return null;
  }
  return new EmailChannel(channel.id, {
    server,
    from: values.get('from')?.reveal() ?? '',
    user: values.get('user') ?? null,
    password: values.get('password') ?? null,
  });
}

function compileRecipients(file: YamlFile, document: ChannelsDocument, env: Environment): Recipient[] {
  const types = new Map(document.channels.map(({ id, type }) => [id, type]));
  const seen = new Set<string>();
  return document.recipients.map(({ id, name, language, channels }, index) => {
    const at = ['recipients', index];
    if (seen.has(id)) file.report([...at, 'id'], `there is another recipient "${id}"`);
    seen.add(id);
    const routes = channels.map(({ channel, to }, position) => {
      const path = [...at, 'channels', position];
      const type = types.get(channel);
      if (type === undefined) file.report([...path, 'channel'], `there is no channel "${channel}"`);
      if ((type === 'email') !== (to !== undefined) && type !== undefined)
        file.report(path, type === 'email' ? 'a mail needs "to"' : `"to" has no use with ${type}`);
      return { channel, to: to === undefined ? null : addressOf(to, env) };
    });
    return { id, name, language, routes };
  });
}

/** Null while the reference is unset; the route is then skipped. */
function addressOf(reference: string, env: Environment): string | null {
  const read = readSecret(reference, env);
  return 'secret' in read ? read.secret.reveal() : null;
}
