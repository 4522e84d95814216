/** Every value that a draft of a mapping would change, streamed from the copy as `lotgraph map diff --export` does it. */
import { toId } from '../canonical/ids';
import { type ImpactChange, type ImpactSummary, assessImpact } from '../canonical/mappings/impact';
import type { Config } from '../platform/config';
import { createLogger } from '../platform/log';
import { openSync } from './open-sync';

export interface ExportImpactOptions {
  readonly config: Config;
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Text of the draft. */
  readonly text: string;
  /** Takes one line of JSON; resolves when more may come. */
  readonly write: (line: string) => Promise<void>;
  readonly signal: AbortSignal;
}

const ENTITIES = ['item', 'site', 'location', 'party', 'lot'] as const;

/** Throws MappingError when the text does not compile. */
export async function exportImpact(options: ExportImpactOptions): Promise<ImpactSummary> {
  const { config, root, env, text, write, signal } = options;
  const logger = createLogger({ level: config.logLevel, component: 'mapping' });
  const { services } = await openSync(config, root, env, logger);
  try {
    return await assessImpact({
      ...{ reader: services.database.reader, dictionary: services.dictionary, signal },
      draft: services.versions.compile('mapping.yaml', text),
      onChange: (change) => write(`${JSON.stringify(shown(change))}\n`),
    });
  } finally {
    await services.close();
  }
}

function shown({ entityPk, ...change }: ImpactChange): object {
  const kind = ENTITIES.find((one) => one === change.recordType);
  return { ...change, entity: entityPk === null || kind === undefined ? null : toId(kind, entityPk) };
}
