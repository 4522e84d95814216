/** Loads the alarms of a deployment: its rules, its channels, and who is told. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { ConfigError } from '../../platform/errors';
import { AUDIT_ACTIONS } from '../audit/audit-actions';
import { type CompiledChannels, compileChannels } from './channels/compile-channels';
import { YamlFile } from '../../platform/yaml-file';
import type { AlarmRules } from './rules/alarm-rule';
import { compileRules } from './rules/compile-rules';

export interface AlarmSettings extends AlarmRules {
  readonly channels: CompiledChannels;
}

export interface LoadAlarmsOptions {
  /** Folder that holds `rules.yaml` and `channels.yaml`. */
  readonly folder: string;
  readonly dictionary: Dictionary;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly relay: string | null;
}

/** Throws ConfigError that lists every problem of both files, each with file, line and column. */
export function loadAlarms(options: LoadAlarmsOptions): AlarmSettings {
  const texts = ['rules.yaml', 'channels.yaml'].map((name) => readText(options.folder, name));
  const [rulesFile, channelsFile] = texts.map(({ name, text }) => new YamlFile(name, text)) as [
    YamlFile,
    YamlFile,
  ];
  const channels = compileChannels(channelsFile, options);
  const compiled = compileRules(rulesFile, {
    dictionary: options.dictionary,
    actions: AUDIT_ACTIONS,
    recipients: new Set(channels?.recipients.map(({ id }) => id) ?? []),
  });
  const problems = [...channelsFile.messages(), ...rulesFile.messages()];
  if (channels === null || compiled === null) throw new ConfigError(problems);
  const hash = createHash('sha256')
    .update(JSON.stringify(texts.map(({ text }) => text)))
    .digest('hex');
  return { ...compiled, version: `sha256:${hash}`, channels };
}

function readText(folder: string, name: string): { name: string; text: string } {
  try {
    return {
      name: path.join(path.basename(folder), name),
      text: readFileSync(path.join(folder, name), 'utf8'),
    };
  } catch (error) {
    throw new ConfigError([
      `${name} cannot be read in the folder of the alarms (${(error as { code: string }).code})`,
    ]);
  }
}

/** The rules alone, for processes that deliver nothing. Throws ConfigError as `loadAlarms` does. */
export function loadAlarmRules(options: Pick<LoadAlarmsOptions, 'folder' | 'dictionary'>): AlarmRules {
  const { version, calendar, rules } = loadAlarms({ ...options, env: {}, relay: null });
  return { version, calendar, rules };
}
