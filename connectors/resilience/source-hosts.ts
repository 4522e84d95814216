/**
 * Which hosts a source may be reached at. The deployment lists them; whatever it lists, addresses that only a machine
 * itself or its cloud answers to (link-local, metadata) are refused, also when a name resolves to one while connecting.
 */
import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ConfigError } from '../../platform/errors';
import type { Environment } from './references';

const SOURCE_HOSTS = 'LOTGRAPH_SOURCE_HOSTS';
/** `code` of the error of a connection whose name resolved to an address that is refused. */
export const ADDRESS_REFUSED = 'ERR_SOURCE_ADDRESS';

const PATTERN =
  /^(?<wild>\*\.)?(?<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(?<port>\d{1,5}|\*))?$/u;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

interface HostPattern {
  readonly host: string;
  readonly wild: boolean;
  /** Null: the port of the scheme; `*`: any. */
  readonly port: string | null;
}

export interface SourceHosts {
  /** Throws ConfigError when the deployment does not allow this address; never repeats more of it than its host. */
  require(system: string, url: URL): void;
  /** Resolves names for a connection, and refuses those that lead to a refused address. */
  readonly lookup: LookupFunction;
}

/** Reads the list; without one any host is allowed that a reference of the deployment names. Throws ConfigError. */
export function sourceHosts(env: Environment): SourceHosts {
  const given = env[SOURCE_HOSTS]?.trim() ?? '';
  const patterns = given === '' ? null : given.split(',').map((text) => parsePattern(text.trim()));
  const named = (host: string) => patterns?.some((one) => !one.wild && one.host === host) === true;
  return {
    require: (system, url) => {
      const host = hostOf(url.hostname);
      if (isIP(host) !== 0 && isRefused(host))
        throw new ConfigError([
          `${system}: the address ${host} is never asked: it is link-local or metadata`,
        ]);
      const port = url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? '') : url.port;
      if (patterns !== null && !patterns.some((one) => fits(one, host, port, url.protocol)))
        throw new ConfigError([`${system}: ${SOURCE_HOSTS} does not allow ${host}:${port}`]);
    },
    lookup: (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        const mayBeHere = hostname === 'localhost' || named(hostname);
        // the types promise a list even where there is an error instead
        const addresses = error === null ? found : [];
        const first = addresses[0];
        const isBad = ({ address }: LookupAddress) =>
          isRefused(address) || (isLoopback(address) && !mayBeHere);
        if (first === undefined) callback(error ?? refusal(), '');
        else if (addresses.some(isBad)) callback(refusal(), '');
        else if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      });
    },
  };
}

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error('the name leads to an address that is refused'), { code: ADDRESS_REFUSED });
}

function parsePattern(text: string): HostPattern {
  const { wild, host, port } = PATTERN.exec(text.toLowerCase())?.groups ?? {};
  if (host === undefined)
    throw new ConfigError([`${SOURCE_HOSTS}: "${text}" is no host, host:port, host:* or *.domain`]);
  return { host: hostOf(host), wild: wild !== undefined, port: port ?? null };
}

function fits(pattern: HostPattern, host: string, port: string, protocol: string): boolean {
  const hostFits = pattern.wild ? host.endsWith(`.${pattern.host}`) : host === pattern.host;
  return hostFits && (pattern.port === '*' || port === (pattern.port ?? DEFAULT_PORTS[protocol]));
}

const hostOf = (name: string) => name.toLowerCase().replace(/^\[|\]$/gu, '');

const refusedAddresses = new BlockList();
refusedAddresses.addSubnet('0.0.0.0', 8);
refusedAddresses.addSubnet('169.254.0.0', 16);
refusedAddresses.addAddress('100.100.100.200');
refusedAddresses.addAddress('192.0.0.192');
refusedAddresses.addAddress('168.63.129.16');
refusedAddresses.addSubnet('224.0.0.0', 3);
refusedAddresses.addAddress('::', 'ipv6');
refusedAddresses.addSubnet('fe80::', 10, 'ipv6');
refusedAddresses.addSubnet('ff00::', 8, 'ipv6');
refusedAddresses.addAddress('fd00:ec2::254', 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

const isRefused = (address: string) => isIn(refusedAddresses, address);
const isLoopback = (address: string) => isIn(loopback, address);

/** An address of the older kind written as one of the newer is the same address. */
function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
