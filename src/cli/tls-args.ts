import { addressFamily } from '../core/address.js';
import { parseDuration } from '../core/duration.js';
import { usageError } from '../core/errors.js';
import type { CertificatePin, TlsPins } from '../core/probe-options.js';
import { parseTarget } from '../core/parse-target.js';
import type { Target, TargetMode } from '../core/target.js';
import type { TlsVersionName } from '../core/tls-names.js';
import { parseCertificatePin, resolvePins } from '../probe/pins.js';
import { helloCommand } from '../smtp/command.js';
import { TLS_OPTIONS } from './tls-options.js';

/** What a parser made of the command line: strings, booleans, and arrays of them where an option came twice. */
export type RawArgs = Readonly<Record<string, unknown>>;

/** `smtpcheck tls` as asked for, checked as far as that goes without opening a file. */
export interface TlsArgs {
  readonly targets: readonly Target[];
  readonly family: 0 | 4 | 6;
  readonly address?: string;
  readonly bind?: string;
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly ehloName?: string;
  readonly servername?: string | null;
  readonly verifyHostname?: string;
  readonly pins: TlsPins;
  readonly alpn: readonly string[];
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly passphraseFile?: string;
  readonly caPaths: readonly string[];
  readonly caFiles: readonly string[];
  readonly caStores: readonly string[];
  readonly depth?: number;
  readonly authLevel?: number;
  readonly judgeChain: boolean;
  readonly expiresWithinMs?: number;
  readonly certificatePins: readonly CertificatePin[];
  readonly failOn: 'error' | 'warning';
  readonly json: boolean;
  readonly quiet: boolean;
  readonly showCerts: boolean;
  readonly saveChain?: string;
  readonly verbose: boolean;
  readonly debug: boolean;
}

/**
 * Checks and converts a parsed command line.
 * @throws SmtpcheckError `usage`: what was expected, what came, and a hint.
 */
export function readTlsArgs(raw: RawArgs, targets: readonly string[]): TlsArgs {
  const get = new Getter(raw);
  const mode = forcedMode(get);
  if (targets.length === 0)
    throw usageError('no target was given', 'such as: smtpcheck tls mail.example.org:25');
  const sni = servername(get);
  const args = {
    targets: targets.map((target) =>
      parseTarget(target, { port: 25, ...(mode === undefined ? {} : { mode }) }),
    ),
    family: family(get),
    ...optional('address', ip(get, 'address')),
    ...optional('bind', ip(get, 'bind')),
    ...optional('timeoutMs', waiting(get, 'timeout')),
    ...optional('connectTimeoutMs', waiting(get, 'connect-timeout')),
    ...optional('ehloName', ehloName(get)),
    ...(sni === undefined ? {} : { servername: sni }),
    ...optional('verifyHostname', hostToVerify(get)),
    pins: pins(get),
    alpn: get.many('alpn'),
    ...optional('certFile', get.one('cert')),
    ...optional('keyFile', get.one('key')),
    ...optional('passphraseFile', get.one('passphrase-file')),
    caPaths: get.many('ca-path'),
    caFiles: get.many('ca-file'),
    caStores: get.many('ca-store'),
    ...optional('depth', wholeNumber(get, 'depth', 0, 100)),
    ...optional('authLevel', wholeNumber(get, 'auth-level', 0, 5)),
    judgeChain: !get.flag('no-verify'),
    ...optional('expiresWithinMs', duration(get, 'expires-within')),
    certificatePins: get.many('pin').map(parseCertificatePin),
    failOn: get.one('fail-on') === 'warning' ? ('warning' as const) : ('error' as const),
    json: get.flag('json'),
    quiet: get.flag('quiet'),
    showCerts: get.flag('show-certs'),
    ...optional('saveChain', get.one('save-chain')),
    verbose: get.flag('verbose'),
    debug: get.flag('debug'),
  };
  checkTogether(args);
  return args;
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

/** Reads options out of what the parser left, and refuses what it let through. */
class Getter {
  constructor(private readonly raw: RawArgs) {}

  flag(name: string): boolean {
    const value = this.raw[name];
    return Array.isArray(value) ? value.includes(true) : value === true;
  }

  one(name: string): string | undefined {
    const values = this.many(name);
    if (values.length > 1) throw usageError(`--${name} was given ${values.length} times; it takes one value`);
    return values[0];
  }

  many(name: string): string[] {
    const value = this.raw[name];
    if (value === undefined) return [];
    return [value].flat().map((entry) => {
      if (typeof entry !== 'string' || entry === '') throw usageError(`--${name} needs a value`);
      const { choices } = TLS_OPTIONS[name] ?? {};
      if (choices?.includes(entry) === false) {
        throw usageError(`--${name} takes ${choices.join(' or ')}, not ${JSON.stringify(entry)}`);
      }
      return entry;
    });
  }
}

function forcedMode(get: Getter): TargetMode | undefined {
  const implicit = get.flag('implicit-tls');
  if (get.flag('lmtp')) {
    if (implicit) throw usageError('--lmtp and --implicit-tls exclude each other');
    return 'lmtp';
  }
  return implicit ? 'implicit' : undefined;
}

function family(get: Getter): 0 | 4 | 6 {
  const [four, six] = [get.flag('ipv4'), get.flag('ipv6')];
  if (four && six) throw usageError('-4 and -6 exclude each other', 'give neither to use both families');
  return four ? 4 : six ? 6 : 0;
}

function ip(get: Getter, name: string): string | undefined {
  const value = get.one(name);
  if (value === undefined) return undefined;
  const bare = value.replace(/^\[(.*)\]$/, '$1');
  if (addressFamily(bare) !== 0) return bare;
  throw usageError(`--${name} takes an IP address, not ${JSON.stringify(value)}`);
}

function duration(get: Getter, name: string): number | undefined {
  const value = get.one(name);
  return value === undefined ? undefined : parseDuration(value, `--${name}`);
}

const DAY_MS = 86_400_000;

function waiting(get: Getter, name: string): number | undefined {
  const ms = duration(get, name);
  if (ms === undefined || (ms > 0 && ms <= DAY_MS)) return ms;
  throw usageError(`--${name} takes more than nothing and at most a day`);
}

function wholeNumber(get: Getter, name: string, min: number, max: number): number | undefined {
  const value = get.one(name);
  if (value === undefined) return undefined;
  if (/^[0-9]{1,3}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw usageError(`--${name} takes a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
}

function ehloName(get: Getter): string | undefined {
  const name = get.one('ehlo');
  if (name !== undefined) helloCommand('EHLO', name);
  return name;
}

function servername(get: Getter): string | null | undefined {
  const name = get.one('servername');
  if (get.flag('no-sni')) {
    if (name !== undefined)
      throw usageError(
        '--servername and --no-sni exclude each other',
        'to verify a name without sending it: --no-sni --verify-hostname NAME',
      );
    return null;
  }
  if (name === undefined) return undefined;
  if (addressFamily(name) !== 0) {
    throw usageError(
      '--servername takes a name: SNI carries no addresses (RFC 6066)',
      `to find the address in the certificate: --verify-hostname ${name}`,
    );
  }
  return parseTarget(name, { port: 25 }).host;
}

function hostToVerify(get: Getter): string | undefined {
  const name = get.one('verify-hostname');
  if (name === undefined || addressFamily(name) !== 0) return name;
  return parseTarget(name, { port: 25 }).host;
}

const VERSION_FLAGS: readonly (readonly [string, TlsVersionName])[] = [
  ['tls1', 'TLSv1'],
  ['tls1.1', 'TLSv1.1'],
  ['tls1.2', 'TLSv1.2'],
  ['tls1.3', 'TLSv1.3'],
];

function pins(get: Getter): TlsPins {
  return resolvePins({
    versions: VERSION_FLAGS.filter(([flag]) => get.flag(flag)).map(([, version]) => version),
    ...optional('minTls', get.one('min-tls')),
    ...optional('maxTls', get.one('max-tls')),
    ...optional('cipher', get.one('cipher')),
    ...optional('groups', get.one('groups')),
    ...optional('sigalgs', get.one('sigalgs')),
  });
}

function checkTogether(args: TlsArgs): void {
  const literals = args.address === undefined ? args.targets.map((target) => target.host) : [args.address];
  const other = literals.find((host) => ![0, args.family].includes(addressFamily(host)));
  if (args.family !== 0 && other !== undefined) throw usageError(`-${args.family} excludes ${other}`);
  const several = args.targets.length > 1;
  if (several && args.saveChain !== undefined) throw usageError('--save-chain goes with one target');
  if (several && args.address !== undefined) throw usageError('--address goes with one target');
  if (args.quiet && args.json) throw usageError('--quiet and --json exclude each other');
  if (args.certFile === undefined && args.keyFile !== undefined) throw usageError('--key needs --cert');
  if (args.certFile !== undefined && args.keyFile === undefined)
    throw usageError('--cert needs --key', 'if one file holds both, name it twice');
  if (args.passphraseFile !== undefined && args.keyFile === undefined)
    throw usageError('--passphrase-file needs --key');
}
