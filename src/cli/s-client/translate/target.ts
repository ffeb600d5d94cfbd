import { addressFamily } from '../../../core/address.js';
import { usageError } from '../../../core/errors.js';
import type { SClientLine } from '../parse.js';
import { joined, NOTHING, renamed, switched, type Part } from './part.js';

/** s_client's own default. */
const DEFAULT_PORT = '4433';
const IMPLICIT_TLS_PORT = '465';
/** Where a client has to say STARTTLS (RFC 5321 section 4.5.4.2, RFC 6409 section 3.1). */
const STARTTLS_PORTS: readonly string[] = ['25', '587'];

/** Names of ports that s_client looks up in the system's list of services. */
const SERVICES: Readonly<Record<string, string>> = {
  smtp: '25',
  mail: '25',
  submission: '587',
  submissions: '465',
  smtps: '465',
  ssmtp: '465',
  urd: '465',
  lmtp: '24',
};

/** Where to connect, and how TLS begins there. */
export interface SClientTarget extends Part {
  readonly host: string;
}

/** @throws SmtpcheckError `usage` */
export function translateTarget(line: SClientLine): SClientTarget {
  const { host, port } = targetOf(line);
  const target = `${host.includes(':') ? `[${host}]` : host}:${port ?? DEFAULT_PORT}`;
  const missing =
    port === null
      ? [`without a port, s_client takes ${DEFAULT_PORT}, and so does this; mail servers have 25, 587 or 465`]
      : [];
  const { words, notes } = joined(
    howTlsBegins(line, target, port),
    { words: [], notes: missing },
    network(line),
  );
  return { host, words, notes };
}

interface HostPort {
  readonly host: string | null;
  readonly port: string | null;
}

/** The server; where no host is named OpenSSL takes the loopback interface. */
function targetOf({ flags, target }: SClientLine): { readonly host: string; readonly port: string | null } {
  const named = target ?? flags.get('connect');
  if (named === undefined && !flags.has('host') && !flags.has('port'))
    throw usageError('no server was named', 'such as: smtpcheck s_client -starttls smtp -connect HOST:25');
  const read =
    named === undefined ? { host: flags.get('host') ?? null, port: null } : hostAndPort(named, '-connect');
  const port = read.port ?? flags.get('port') ?? null;
  return { host: read.host ?? 'localhost', port: port === null ? null : (SERVICES[port] ?? port) };
}

/**
 * `host`, `host:port`, `[v6]:port`, as BIO_parse_hostserv(3) reads them; `*` and nothing are both "any".
 * @throws SmtpcheckError `usage` for what OpenSSL calls ambiguous.
 */
function hostAndPort(text: string, flag: string): HostPort {
  const match = /^\[([^\]]*)\](?::([^:]*))?$/.exec(text) ?? /^([^:[\]]*)(?::([^:]*))?$/.exec(text);
  if (match === null) {
    throw usageError(
      `${flag} takes HOST:PORT, not ${JSON.stringify(text)}`,
      addressFamily(text) === 6 ? `an IPv6 address goes into brackets: ${flag} [2001:db8::1]:25` : undefined,
    );
  }
  const [, host = '', port] = match;
  const given = (part: string | undefined): string | null =>
    part === undefined || part === '' || part === '*' ? null : part;
  if (port !== undefined && given(port) === null) throw usageError(`${flag} ${text} has an empty port`);
  return { host: given(host), port: given(port) };
}

/** STARTTLS, or TLS from the first byte, as s_client does it where -starttls is missing. */
function howTlsBegins({ flags }: SClientLine, target: string, port: string | null): Part {
  const protocol = flags.get('starttls');
  if (protocol === 'lmtp') return { words: [target, '--lmtp'], notes: [] };
  // The port alone would make it TLS from the first byte.
  if (protocol === 'smtp')
    return { words: [port === IMPLICIT_TLS_PORT ? `smtp://${target}` : target], notes: [] };
  if (port === IMPLICIT_TLS_PORT) return { words: [target], notes: [] };
  const why =
    port !== null && STARTTLS_PORTS.includes(port)
      ? `port ${port} wants STARTTLS first: add -starttls smtp`
      : 'if the server wants STARTTLS first, add -starttls smtp';
  return {
    words: [target, '--implicit-tls'],
    notes: [`without -starttls, s_client begins TLS at once, and so does this; ${why}`],
  };
}

function network(line: SClientLine): Part {
  return joined(
    { words: [...switched(line, '4', '-4'), ...switched(line, '6', '-6')], notes: [] },
    bind(line),
    proxy(line),
    { words: ehloName(line), notes: [] },
  );
}

function bind({ flags }: SClientLine): Part {
  const value = flags.get('bind');
  if (value === undefined) return NOTHING;
  const { host, port } = hostAndPort(value, '-bind');
  if (host === null) throw usageError('-bind names no address', 'the local port cannot be chosen here');
  return {
    words: ['--bind', host],
    notes: port === null ? [] : [`-bind ${value}: the local port cannot be chosen here`],
  };
}

function proxy({ flags }: SClientLine): Part {
  const value = flags.get('proxy');
  return value === undefined ? NOTHING : { words: ['--proxy', `http://${value}`], notes: [] };
}

/** -xmpphost is another name for -name, in every protocol. */
function ehloName(line: SClientLine): string[] {
  const [last] = [...line.flags.keys()].filter((flag) => flag === 'name' || flag === 'xmpphost').reverse();
  return last === undefined ? [] : renamed(line, last, '--ehlo');
}
