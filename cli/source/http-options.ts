/** What a person says about an API on the command line, for the commands that look at one. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readHttpOptions, type HttpSourceOptions } from '../../connectors/inspect/open-http';
import { InvalidInputError } from '../../platform/errors';

export interface HttpCommandOptions {
  readonly odata?: string;
  readonly openapi?: string;
  readonly login?: string;
}

export const withHttpOptions = (command: Command): Command =>
  command
    .option('--odata <version>', 'the source is an OData service of version 2 or 4')
    .option('--openapi <file>', 'OpenAPI document of a REST API')
    .option('--login <yaml>', "how to sign in, as a mapping writes it: '{ type: bearer, token: env:NAME }'");

/** Throws InvalidInputError naming the option that is wrong. */
export function httpOptions({ odata, openapi, login }: HttpCommandOptions): HttpSourceOptions {
  return readHttpOptions({
    ...(odata === undefined ? {} : { odata }),
    ...(openapi === undefined ? {} : { openApi: readText(openapi) }),
    ...(login === undefined ? {} : { login }),
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new InvalidInputError(`the file ${file} cannot be read`, { option: '--openapi' });
  }
}
