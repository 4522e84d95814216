/** Structured logs, one JSON object a line; secrets are redacted by name. */
import pino from 'pino';

export type Logger = pino.Logger;

/** Makes the root logger of a process; `component` names the process in each line. */
export function createLogger(options: {
  level: string;
  component: string;
  destination?: NodeJS.WritableStream;
}): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: { component: options.component },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['*.password', '*.token', '*.authorization', 'headers.authorization', '*.secret'],
      censor: '[redacted]',
    },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings, pino.destination(2));
}

/** A logger that says nothing, for tests. */
export const silentLogger: Logger = pino({ level: 'silent' });
