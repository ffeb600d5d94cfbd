import { addressFamily } from '../../core/address.js';
import { parseDuration } from '../../core/duration.js';
import { usageError } from '../../core/errors.js';
import { parseProxy } from '../../core/parse-proxy.js';
import { parseRate } from '../../core/rate.js';
import { parseTarget } from '../../core/parse-target.js';
import type { GateOptionsInFile } from './file-types.js';
import type { GateOptions } from './gate.js';
import type { Reading, Resolve } from './reading.js';
import type { Path } from './yaml-text.js';

/** Options of which one takes the place of the others: a target that names a CA of its own trusts that alone. */
const TOGETHER: readonly (readonly (keyof GateOptionsInFile)[])[] = [
  ['ca-path', 'ca-file', 'ca-store'],
  ['crl-file', 'crl-check'],
  ['servername', 'no-sni'],
  ['ipv4', 'ipv6'],
];

/** The options of a target with what the file has for all targets where the target is silent. */
export function withDefaults(defaults: GateOptionsInFile, own: GateOptionsInFile): GateOptionsInFile {
  const replaced = TOGETHER.filter((keys) => keys.some((key) => own[key] !== undefined)).flat();
  const kept = Object.entries(defaults).filter(([key]) => !replaced.includes(key as keyof GateOptionsInFile));
  return { ...(Object.fromEntries(kept) as GateOptionsInFile), ...own };
}

/** Tells what of the options cannot be, each with its place: of `defaults`, and of each target. */
export function checkOptions(options: GateOptionsInFile, path: Path, reading: Reading): void {
  const check = (key: keyof GateOptionsInFile, read: (value: string) => unknown): void => {
    const value = options[key];
    if (typeof value === 'string') reading.attempt([...path, key], () => read(value));
  };
  for (const key of ['timeout', 'connect-timeout'] as const) check(key, (value) => waiting(value, key));
  for (const key of ['expires-within', 'max-wait'] as const)
    check(key, (value) => parseDuration(value, `"${key}"`));
  check('rate', (value) => parseRate(value, '"rate"'));
  check('ehlo', (value) => ehloName(value, reading));
  check('servername', serverName);
  check('verify-hostname', hostName);
  check('bind', (value) => ipAddress(value, 'bind'));
  check('proxy', (value) => parseProxy(value, ''));
  const both = (a: keyof GateOptionsInFile, b: keyof GateOptionsInFile): void => {
    if (options[a] === undefined || options[a] === false) return;
    if (options[b] === undefined || options[b] === false) return;
    reading.complain([...path, b], `"${a}" and "${b}" exclude each other`, undefined, 'key');
  };
  both('ipv4', 'ipv6');
  both('servername', 'no-sni');
  if (options['crl-check'] !== undefined && options['crl-file'] === undefined)
    reading.complain([...path, 'crl-check'], '"crl-check" needs "crl-file"', 'nothing is fetched', 'key');
}

/** Options that were checked, as a probe takes them. */
export function readOptions(options: GateOptionsInFile, resolve: Resolve): GateOptions {
  const { depth, concurrency, bind } = options;
  const duration = (
    key: 'expires-within' | 'timeout' | 'connect-timeout' | 'max-wait',
  ): number | undefined => (options[key] === undefined ? undefined : parseDuration(options[key], key));
  const verifyHostname = options['verify-hostname'];
  return {
    caPaths: list(options['ca-path']).map(resolve),
    caFiles: list(options['ca-file']).map(resolve),
    caStores: list(options['ca-store']),
    partialChain: options['partial-chain'] === true,
    x509Strict: options['x509-strict'] === true,
    crlFiles: list(options['crl-file']).map(resolve),
    crlCheck: options['crl-check'] ?? 'leaf',
    failOn: options['fail-on'] ?? 'error',
    inconclusive: options.inconclusive ?? 'inconclusive',
    family: options.ipv4 === true ? 4 : options.ipv6 === true ? 6 : 0,
    ...present({
      depth,
      concurrency,
      bind: bind === undefined ? undefined : bareAddress(bind),
      authLevel: options['auth-level'],
      expiresWithinMs: duration('expires-within'),
      timeoutMs: duration('timeout'),
      connectTimeoutMs: duration('connect-timeout'),
      maxWaitMs: duration('max-wait'),
      ehloName: options.ehlo,
      servername: options['no-sni'] === true ? null : serverNameOf(options.servername),
      verifyHostname: verifyHostname === undefined ? undefined : hostName(verifyHostname),
      proxyUrl: options.proxy,
      ratePerMinute: options.rate === undefined ? undefined : parseRate(options.rate, 'rate'),
      maxConnections: options['max-connections'],
    }),
  };
}

/** What is undefined is absent. */
export function present<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

export function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

const DAY_MS = 86_400_000;

function waiting(text: string, key: string): number {
  const ms = parseDuration(text, `"${key}"`);
  if (ms > 0 && ms <= DAY_MS) return ms;
  throw usageError(`"${key}" takes more than nothing and at most a day`);
}

function ehloName(name: string, { words }: Reading): void {
  if (!words.isEhloName(name))
    throw usageError(
      `"ehlo" takes a domain or an address literal, not ${JSON.stringify(name)}`,
      'such as mail.example.org or [192.0.2.1]',
    );
}

function serverName(name: string): string {
  if (addressFamily(name) !== 0)
    throw usageError(
      '"servername" takes a name: SNI carries no addresses (RFC 6066)',
      `to find the address in the certificate: verify-hostname: ${name}`,
    );
  return hostName(name);
}

function serverNameOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : serverName(name);
}

function hostName(name: string): string {
  return addressFamily(name) === 0 ? parseTarget(name, { port: 25 }).host : name;
}

/** @throws SmtpcheckError `usage` */
export function ipAddress(text: string, key: string): string {
  const bare = bareAddress(text);
  if (addressFamily(bare) !== 0) return bare;
  throw usageError(`"${key}" takes an IP address, not ${JSON.stringify(text)}`);
}

function bareAddress(text: string): string {
  return text.replace(/^\[(.*)\]$/, '$1');
}
