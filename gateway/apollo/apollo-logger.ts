/** Our log behind the face that Apollo's packages expect. */
import type { Logger } from '../../platform/log';

type Say = (message?: unknown) => void;

/** What Apollo's packages call a logger. */
export interface ApolloLogger {
  readonly debug: Say;
  readonly info: Say;
  readonly warn: Say;
  readonly error: Say;
}

/** In-process subgraphs have no URL, which the gateway thinks a mistake. */
const NO_MISTAKE = 'is missing a url';

export function apolloLogger(log: Logger): ApolloLogger {
  return {
    debug: (message) => log.trace({ message: String(message) }, 'apollo'),
    info: (message) => log.debug({ message: String(message) }, 'apollo'),
    warn: (message) => log.warn({ message: String(message) }, 'apollo'),
    error: (message) => {
      if (!String(message).includes(NO_MISTAKE)) log.error({ message: String(message) }, 'apollo');
    },
  };
}
