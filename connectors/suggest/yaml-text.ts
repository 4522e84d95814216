/** Scalars and lists of a draft as YAML flow text: plain where that is certain to be read back as the same text. */
const PLAIN = /^[\p{L}_][\p{L}\p{N}_.]*(?: [\p{L}\p{N}_.]+)*$/u;
const WORDS_OF_YAML = /^(?:true|false|null|yes|no|on|off|y|n)$/iu;

export const scalar = (text: string): string =>
  PLAIN.test(text) && !WORDS_OF_YAML.test(text) ? text : JSON.stringify(text);

export const flowList = (parts: readonly string[]): string => `[${parts.join(', ')}]`;

/** A comment on one line, whatever the text holds. */
export const comment = (text: string): string => `# ${text.replace(/\s+/gu, ' ').trim()}`;

export const percentOf = (share: number): string => `${Math.round(share * 100)} %`;
