/** `lotgraph map suggest`: a draft of a mapping from what a source shows. Reads only. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openSource } from '../../connectors/inspect/open-source';
import { suggestMapping } from '../../connectors/suggest/suggest-mapping';
import { loadSynonyms } from '../../connectors/suggest/synonyms';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { InvalidInputError } from '../../platform/errors';
import { httpOptions, type HttpCommandOptions } from '../source/http-options';
import { commandSignal, openOptions, synonymsFile, wholeNumber } from './open-mapping';

export interface SuggestCommandOptions extends HttpCommandOptions {
  readonly system: string;
  readonly kind: string;
  readonly zone: string;
  readonly resource?: readonly string[];
  readonly sample: string;
  readonly out?: string;
  readonly force?: boolean;
}

const MOST_ROWS = 10_000;

/** Resolves to the exit code: 0, or 1 when nothing could be drafted. */
export async function suggestCommand(
  root: string,
  reference: string,
  options: SuggestCommandOptions,
): Promise<number> {
  const { out, system, kind, zone } = options;
  if (!/^[a-z][a-z0-9-]*$/u.test(system))
    throw new InvalidInputError('--system is a short id: lower case letters, digits and hyphens');
  if (out !== undefined && existsSync(out) && options.force !== true)
    throw new InvalidInputError(`${out} is there already; --force replaces it`);
  const dictionary = loadDictionary(path.join(root, 'schema/dictionary/terms'));
  const http = httpOptions(options);
  const source = openSource(reference, { ...openOptions(root), http });
  try {
    const suggestion = await suggestMapping(source, {
      ...{ system, kind, zone, reference },
      http: {
        ...(http.odata === undefined ? {} : { odata: http.odata }),
        ...(options.login === undefined ? {} : { login: options.login }),
      },
      ...(options.resource === undefined ? {} : { resources: options.resource }),
      sampleRows: wholeNumber('--sample', options.sample, MOST_ROWS),
      synonyms: loadSynonyms(synonymsFile(root), dictionary),
      signal: commandSignal(),
    });
    if (out === undefined) console.log(suggestion.text);
    else {
      mkdirSync(path.dirname(path.resolve(out)), { recursive: true });
      writeFileSync(out, suggestion.text);
    }
    const drafted = suggestion.streams.filter(({ leftOut }) => leftOut === null).length;
    console.error(
      `${drafted} streams drafted, ${suggestion.streams.length - drafted} left as comments, ${suggestion.todos} questions (TODO)` +
        (suggestion.unrecognised.length === 0
          ? ''
          : `; not recognised: ${suggestion.unrecognised.join(', ')}`),
    );
    return suggestion.compiles ? 0 : 1;
  } finally {
    await source.close();
  }
}
