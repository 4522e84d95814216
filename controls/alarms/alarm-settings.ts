/** Loads the alarms of a deployment: its rules, its channels, and who is told. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import { AUDIT_ACTIONS } from '../audit/audit-actions';
import type { DocumentTexts } from '../controlled-documents/document-kind';
import { type CompiledChannels, compileChannels } from './channels/compile-channels';
import { YamlFile } from '../../platform/yaml-file';
import type { AlarmRules } from './rules/alarm-rule';
import { compileRules } from './rules/compile-rules';

export interface AlarmSettings extends AlarmRules {
  readonly channels: CompiledChannels;
}

export interface CompileAlarmsOptions {
  readonly dictionary: Dictionary;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly relay: string | null;
}

export interface LoadAlarmsOptions extends CompileAlarmsOptions {
  /** Folder that holds `rules.yaml` and `channels.yaml`. */
  readonly folder: string;
}

export const ALARM_FILES = ['rules.yaml', 'channels.yaml'] as const;

/** The files as they stand in the folder. Throws ConfigError. */
export function readAlarmTexts(folder: string): DocumentTexts {
  return Object.fromEntries(ALARM_FILES.map((name) => [name, readText(folder, name)]));
}

/** Throws ConfigError that lists every problem of both texts, each with file, line and column. */
export function compileAlarms(texts: DocumentTexts, options: CompileAlarmsOptions): AlarmSettings {
  const [rules, channelTexts] = ALARM_FILES.map((name) => texts[name] ?? '') as [string, string];
  const rulesFile = new YamlFile('alarms/rules.yaml', rules);
  const channelsFile = new YamlFile('alarms/channels.yaml', channelTexts);
  const channels = compileChannels(channelsFile, options);
  const compiled = compileRules(rulesFile, {
    dictionary: options.dictionary,
    actions: AUDIT_ACTIONS,
    recipients: new Set(channels?.recipients.map(({ id }) => id) ?? []),
  });
  const problems = [...channelsFile.messages(), ...rulesFile.messages()];
  if (channels === null || compiled === null) {
    void channels?.close();
    throw new ConfigError(problems);
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([rules, channelTexts]))
    .digest('hex');
  return { ...compiled, version: `sha256:${hash}`, channels };
}

/** The files of a folder, compiled. Throws ConfigError as `compileAlarms` does. */
export function loadAlarms({ folder, ...options }: LoadAlarmsOptions): AlarmSettings {
  return compileAlarms(readAlarmTexts(folder), options);
}

function readText(folder: string, name: string): string {
  try {
    return readFileSync(path.join(folder, name), 'utf8');
  } catch (error) {
    throw new ConfigError([
      `${name} cannot be read in the folder of the alarms (${(error as { code: string }).code})`,
    ]);
  }
}
