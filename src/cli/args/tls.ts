import { addressFamily } from '../../core/address.js';
import { usageError } from '../../core/errors.js';
import type { TlsPins } from '../../core/probe-options.js';
import { parseTarget, type TargetDefaults } from '../../core/parse-target.js';
import type { Target, TargetMode } from '../../core/target.js';
import type { TlsVersionName } from '../../core/tls-names.js';
import { resolvePins } from '../../probe/pins.js';
import { helloCommand } from '../../smtp/command.js';
import type { CliOptions } from '../options/option.js';
import { TLS_OPTIONS } from '../options/tls.js';
import { duration, Getter, optional, type RawArgs } from './getter.js';
import { readInsideArgs, type InsideArgs } from './inside.js';
import { readOutputArgs, type OutputArgs } from './output.js';
import { stdinFiles } from './stdin.js';
import { readTrustArgs, type TrustArgs } from './trust.js';

/** `smtpcheck tls` as asked for, checked as far as that goes without opening a file. */
export interface TlsArgs extends TrustArgs, OutputArgs, InsideArgs {
  readonly targets: readonly Target[];
  /** Names more of them, which are read when files are. */
  readonly targetsFile?: string;
  readonly targetDefaults: TargetDefaults;
  readonly family: 0 | 4 | 6;
  readonly address?: string;
  readonly bind?: string;
  /** As typed; what it says is read when files are. */
  readonly proxyUrl?: string;
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
  readonly judgeChain: boolean;
  readonly showLeaf: boolean;
  readonly saveChain?: string;
  readonly reconnect: boolean;
  readonly sessionOut?: string;
}

/** A command that takes the options of `tls`. */
interface ServerCommand {
  readonly command: string;
  readonly options: CliOptions;
  /** Of a target that names none. */
  readonly port: number;
}

const TLS_COMMAND: ServerCommand = { command: 'tls', options: TLS_OPTIONS, port: 25 };

/**
 * Checks and converts a parsed command line.
 * @throws SmtpcheckError `usage`: what was expected, what came, and a hint.
 */
export function readTlsArgs(raw: RawArgs, targets: readonly string[], command = TLS_COMMAND): TlsArgs {
  const get = new Getter(raw, command.options);
  const mode = forcedMode(get);
  const targetsFile = get.one('targets-file');
  if (targets.length === 0 && targetsFile === undefined)
    throw usageError(
      'no target was given',
      `such as: smtpcheck ${command.command} mail.example.org:${command.port}`,
    );
  const sni = servername(get);
  const targetDefaults = { port: command.port, ...optional('mode', mode) };
  const args = {
    targets: targets.map((target) => parseTarget(target, targetDefaults)),
    ...optional('targetsFile', targetsFile),
    targetDefaults,
    family: family(get),
    ...optional('address', ip(get, 'address')),
    ...optional('bind', ip(get, 'bind')),
    ...optional('proxyUrl', get.one('proxy')),
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
    ...readTrustArgs(get),
    judgeChain: !get.flag('no-verify'),
    ...readOutputArgs(get),
    showLeaf: get.flag('show-leaf'),
    ...optional('saveChain', get.one('save-chain')),
    ...readInsideArgs(get),
    reconnect: get.flag('reconnect'),
    ...optional('sessionOut', get.one('session-out')),
  };
  checkTargets(args);
  checkTogether(args);
  return args;
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

const DAY_MS = 86_400_000;

function waiting(get: Getter, name: string): number | undefined {
  const ms = duration(get, name);
  if (ms === undefined || (ms > 0 && ms <= DAY_MS)) return ms;
  throw usageError(`--${name} takes more than nothing and at most a day`);
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

/**
 * What the targets may be, with the other arguments; again when a file has named more of them.
 * @throws SmtpcheckError `usage`
 */
export function checkTargets(args: TlsArgs): void {
  const literals = args.address === undefined ? args.targets.map((target) => target.host) : [args.address];
  const other = literals.find((host) => ![0, args.family].includes(addressFamily(host)));
  if (args.family !== 0 && other !== undefined) throw usageError(`-${args.family} excludes ${other}`);
  const several = args.targets.length > 1;
  if (several && args.saveChain !== undefined) throw usageError('--save-chain goes with one target');
  if (several && args.sessionOut !== undefined) throw usageError('--session-out goes with one target');
  if (several && args.address !== undefined) throw usageError('--address goes with one target');
}

function checkTogether(args: TlsArgs): void {
  stdinFiles([args.targetsFile, args.certFile, args.keyFile, args.passphraseFile, ...args.crlFiles]);
  if (args.certFile === undefined && args.keyFile !== undefined) throw usageError('--key needs --cert');
  if (args.certFile !== undefined && args.keyFile === undefined)
    throw usageError('--cert needs --key', 'if one file holds both, name it twice');
  if (args.passphraseFile !== undefined && args.keyFile === undefined)
    throw usageError('--passphrase-file needs --key');
}
