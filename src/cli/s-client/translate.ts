import { addressFamily } from '../../core/address.js';
import { usageError } from '../../core/errors.js';
import { flagByName } from './flags.js';
import type { SClientLine } from './parse.js';
import { securityLevel, translateCiphers, type Expansion } from './translate/ciphers.js';
import { joined, renamed, switched } from './translate/part.js';
import { translateTarget } from './translate/target.js';
import { translateTrust } from './translate/trust.js';
import { TLS12, translateVersions, type VersionRange } from './translate/versions.js';

/** The native command that a line of s_client stands for. */
export interface Translation {
  readonly command: 'tls' | 'connect';
  /** Behind the command's name. */
  readonly words: readonly string[];
  /** Where s_client would do something else than its user thinks, or than this does. */
  readonly notes: readonly string[];
}

export interface Circumstances {
  /** There is something on stdin that the server is to hear, or somebody who types. */
  readonly hasInput: boolean;
  /** Of the list that `listToExpand` gives. */
  readonly expansion: Expansion | null;
}

/** @throws SmtpcheckError `usage` for flags that exclude each other, `library-cannot-offer`. */
export function translate(line: SClientLine, { hasInput, expansion }: Circumstances): Translation {
  const { host, ...target } = translateTarget(line);
  const { words: versions, ...range } = translateVersions(line);
  const command = hasInput ? 'connect' : 'tls';
  const { words, notes } = joined(
    target,
    { words: versions, notes: oldVersionNotes(line, range) },
    translateCiphers(line, range, expansion),
    { words: [...offer(line), ...clientCertificate(line)], notes: [] },
    translateTrust(line),
    { words: output(line, command), notes: [] },
    { words: [], notes: [...verdictNotes(line, host), ...inputNotes(line, command)] },
    { words: [], notes: listNotes(line) },
  );
  return { command, words, notes };
}

/** Its security level, 1 or 2, allows no signature that these versions have; the hello is sent all the same. */
function oldVersionNotes(line: SClientLine, { max }: VersionRange): string[] {
  if (max >= TLS12 || securityLevel(line) === '0') return [];
  return [
    's_client breaks TLS 1.0 and 1.1 off by itself unless -cipher has @SECLEVEL=0, as if the server had refused; this asks the server',
  ];
}

function offer(line: SClientLine): string[] {
  const { flags } = line;
  const [last] = [...flags.keys()].filter((flag) => flag === 'groups' || flag === 'curves').reverse();
  const protocols = flags.get('alpn')?.split(',') ?? [];
  if (protocols.includes('')) throw usageError('-alpn has an empty name', 'such as: -alpn smtp,h2');
  return [
    ...(last === undefined ? [] : renamed(line, last, '--groups')),
    ...renamed(line, 'sigalgs', '--sigalgs'),
    ...protocols.flatMap((name) => ['--alpn', name]),
  ];
}

/** Without -key, s_client looks for the key in the file of the certificate. */
function clientCertificate(line: SClientLine): string[] {
  const { flags } = line;
  const cert = flags.get('cert');
  if (cert === undefined) {
    if (flags.has('key')) throw usageError('-key needs -cert');
    return [];
  }
  const source = flags.get('pass');
  return [
    ...['--cert', cert, '--key', flags.get('key') ?? cert],
    ...(source === undefined ? [] : ['--passphrase-file', passphraseFile(source)]),
  ];
}

export function passphraseFile(source: string): string {
  // By whatever name, it is not the dialogue then: the passphrase would be said to the server.
  if (/^(?:stdin|fd:0+|file:(?:\/dev\/stdin|\/dev\/fd\/0|\/proc\/self\/fd\/0))$/.test(source)) return '-';
  return source.startsWith('fd:') ? `/dev/fd/${source.slice(3)}` : source.slice('file:'.length);
}

const TRACING = ['msg', 'trace', 'state', 'tlsextdebug'];

function output(line: SClientLine, command: Translation['command']): string[] {
  const { flags } = line;
  const silent = flags.has('quiet') || flags.has('brief');
  return [
    ...(command === 'connect' ? [] : certificates(line, silent)),
    ...(command === 'tls' && flags.has('quiet') ? ['--quiet'] : []),
    ...switched(line, 'debug', '--debug'),
    ...(TRACING.some((flag) => flags.has(flag)) ? ['--trace'] : []),
    ...renamed(line, 'keylogfile', '--keylog'),
    ...renamed(line, 'sess_out', '--session-out'),
    ...switched(line, 'reconnect', '--reconnect'),
  ];
}

/** s_client prints the certificate of the server, which is what people pipe into `openssl x509`. */
function certificates({ flags }: SClientLine, silent: boolean): string[] {
  if (silent) return [];
  return [flags.has('showcerts') ? '--show-certs' : '--show-leaf'];
}

function verdictNotes({ flags }: SClientLine, host: string): string[] {
  const name = flags.get('servername') ?? (addressFamily(host) === 0 ? host : null);
  return [
    ...(flags.has('verify_return_error')
      ? []
      : ['s_client exits 0 whatever is wrong with the chain; this exits 1']),
    ...(name === null || flags.has('verify_hostname') || flags.has('verify_ip')
      ? []
      : [`s_client checks no host name without -verify_hostname; this checks ${name}`]),
  ];
}

/** Of -quiet, -ign_eof and -no_ign_eof the last one counts; a line is a command only where the end of input ends all. */
function readsLetters({ flags }: SClientLine): boolean {
  const [last] = [...flags.keys()].filter((flag) => /^(?:quiet|ign_eof|no_ign_eof)$/.test(flag)).reverse();
  return (last === undefined || last === 'no_ign_eof') && !flags.has('nocommands');
}

function inputNotes(line: SClientLine, command: Translation['command']): string[] {
  if (command === 'tls' || !readsLetters(line)) return [];
  return ['lines that begin with Q, R, K or k go to the server; for s_client they are commands of its own'];
}

function listNotes({ flags, repeated }: SClientLine): string[] {
  const idle = [...flags.keys()].filter((flag) => flagByName(flag)?.kind === 'idle');
  return [
    ...repeated.map((flag) => `-${flag} was given more than once; the last one counts, as in s_client`),
    ...(idle.length === 0
      ? []
      : [`left out, since nothing changes by it: ${idle.map((flag) => `-${flag}`).join(' ')}`]),
  ];
}
