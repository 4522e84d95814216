/** Opens an API that no mapping describes yet. It is asked little, slowly, and only at hosts that are allowed. */
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';
import { systemClock } from '../../platform/clock';
import { InvalidInputError } from '../../platform/errors';
import schema from '../../schema/mappings/mapping.schema.json';
import type { Login } from '../mapping/document';
import type { Environment } from '../resilience/references';
import { sourceHosts } from '../resilience/source-hosts';
import { HttpClient } from '../rest/http-client';
import { signInFor } from '../rest/sign-in';
import { inspectOData } from './odata-inspector';
import { inspectRest } from './rest-inspector';
import type { OpenedSource } from './source-profile';

export interface HttpSourceOptions {
  readonly login?: Login;
  /** Set for an OData service. */
  readonly odata?: 2 | 4;
  /** The parsed OpenAPI document of a REST API. */
  readonly openApi?: unknown;
}

const LIMITS = { concurrency: 1, attempts: 2, deadlines: { connect: '5s', request: '20s' } } as const;
const SYSTEM = 'source';

/** Throws ConfigError for an address or credential that cannot be used; the message repeats neither. */
export function openHttp(
  address: string,
  { env, http = {} }: { readonly env: Environment; readonly http?: HttpSourceOptions },
): OpenedSource {
  const hosts = sourceHosts(env);
  const signIn = signInFor(SYSTEM, http.login, { env, clock: systemClock, hosts });
  const client = new HttpClient(SYSTEM, address, { connection: 'env:SOURCE', ...LIMITS }, signIn, hosts);
  return {
    connector: http.odata === undefined ? 'rest' : 'odata',
    inspector:
      http.odata === undefined ? inspectRest(client, http.openApi) : inspectOData(client, http.odata),
    close: () => client.close(),
  };
}

/** What a person says about an API on a command line: a version, texts of an OpenAPI document and of a login. */
export interface HttpSourceTexts {
  readonly odata?: string;
  readonly openApi?: string;
  /** As a mapping writes it: `{ type: bearer, token: env:TOKEN }`. */
  readonly login?: string;
}

/** Throws InvalidInputError naming the option that is wrong, and no secret. */
export function readHttpOptions({ odata, openApi, login }: HttpSourceTexts): HttpSourceOptions {
  if (odata !== undefined && odata !== '2' && odata !== '4')
    throw new InvalidInputError('the version of OData is 2 or 4', { field: 'odata' });
  return {
    ...(odata === undefined ? {} : { odata: odata === '2' ? 2 : 4 }),
    ...(openApi === undefined ? {} : { openApi: parsed(openApi, 'openapi') }),
    ...(login === undefined ? {} : { login: requireLogin(parsed(login, 'login')) }),
  };
}

function parsed(text: string, field: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    throw new InvalidInputError(`${field} is neither YAML nor JSON`, { field });
  }
}

function requireLogin(login: unknown): Login {
  const { $schema, $defs } = schema;
  const isLogin = new Ajv2020({ strict: false }).compile<Login>({ $schema, $defs, $ref: '#/$defs/login' });
  if (isLogin(login)) return login;
  throw new InvalidInputError(
    'the login is none that a mapping could have; secrets stand behind env: or file:',
    {
      field: 'login',
    },
  );
}
