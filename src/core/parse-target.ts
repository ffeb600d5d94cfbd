import { domainToASCII } from 'node:url';
import { addressFamily } from './address.js';
import { usageError } from './errors.js';
import type { Target, TargetMode } from './target.js';

const SCHEMES: Readonly<Record<string, { mode: TargetMode; port: number }>> = {
  smtp: { mode: 'starttls', port: 25 },
  submission: { mode: 'starttls', port: 587 },
  smtps: { mode: 'implicit', port: 465 },
  submissions: { mode: 'implicit', port: 465 },
  lmtp: { mode: 'lmtp', port: 24 },
};

const HINTS: Readonly<Record<string, string>> = {
  http: 'that is a web address; give the mail server: smtpcheck tls mail.example.org:25',
  https: 'that is a web address; give the mail server: smtpcheck tls mail.example.org:25',
  imap: 'smtpcheck speaks SMTP and LMTP only',
  imaps: 'smtpcheck speaks SMTP and LMTP only',
  pop3: 'smtpcheck speaks SMTP and LMTP only',
  mailto: 'give the mail server, not an address',
};

export interface TargetDefaults {
  /** Port when the target names none and has no scheme. */
  readonly port: number;
  /** What the command line forces (`--implicit-tls`, `--lmtp`). */
  readonly mode?: TargetMode;
}

/**
 * Reads what a user typed as a target: `host`, `host:port`, `[v6]:port`, a bare address, or one of the schemes
 * `smtp:` `submission:` `smtps:` `submissions:` `lmtp:`. Port 465 implies implicit TLS (RFC 8314 section 3.3).
 * @throws SmtpcheckError `usage` with a hint that recognises the mistake.
 */
export function parseTarget(text: string, defaults: TargetDefaults): Target {
  const { scheme, rest } = splitScheme(text.trim());
  const { host, port } = splitPort(rest, text);
  const number = port ?? scheme?.port ?? defaultPort(defaults);
  const mode = pickMode(scheme?.mode, defaults.mode, number, text);
  return { ...checkHost(host, text), port: number, mode };
}

function defaultPort(defaults: TargetDefaults): number {
  if (defaults.mode === 'implicit') return 465;
  return defaults.mode === 'lmtp' ? 24 : defaults.port;
}

function pickMode(
  scheme: TargetMode | undefined,
  forced: TargetMode | undefined,
  port: number,
  text: string,
): TargetMode {
  if (scheme !== undefined && forced !== undefined && scheme !== forced) {
    throw usageError(`${quote(text)} says ${describe(scheme)}, but the option says ${describe(forced)}`);
  }
  return forced ?? scheme ?? (port === 465 ? 'implicit' : 'starttls');
}

function describe(mode: TargetMode): string {
  return { starttls: 'SMTP with STARTTLS', implicit: 'implicit TLS', lmtp: 'LMTP' }[mode];
}

function splitScheme(text: string): { scheme: { mode: TargetMode; port: number } | undefined; rest: string } {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/.exec(text);
  if (match === null) {
    if (/^mailto:/i.test(text)) throw usageError(`${quote(text)} is not a mail server`, HINTS['mailto']);
    return { scheme: undefined, rest: text };
  }
  const name = (match[1] ?? '').toLowerCase();
  const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
  if (scheme === undefined) {
    const known = Object.keys(SCHEMES).join(', ');
    const hint = Object.hasOwn(HINTS, name) ? HINTS[name] : undefined;
    throw usageError(`unknown scheme ${quote(name)}: expected one of ${known}`, hint);
  }
  return { scheme, rest: (match[2] ?? '').replace(/\/$/, '') };
}

function splitPort(rest: string, text: string): { host: string; port: number | undefined } {
  if (rest.includes('@')) {
    throw usageError(
      `${quote(text)} names a user or a mailbox; expected a host`,
      'to check the mail servers of a domain, give their host names (its MX records)',
    );
  }
  const bracket = /^\[([^\]]*)\](?::(.*))?$/.exec(rest);
  if (bracket !== null) return { host: bracket[1] ?? '', port: parsePort(bracket[2], text) };
  if (addressFamily(rest) === 6) return { host: rest, port: undefined };
  const colon = rest.lastIndexOf(':');
  if (colon < 0) return { host: rest, port: undefined };
  if (rest.indexOf(':') !== colon) {
    throw usageError(
      `${quote(text)} is not an IPv6 address`,
      'write an IPv6 address with a port as [2001:db8::1]:25',
    );
  }
  return { host: rest.slice(0, colon), port: parsePort(rest.slice(colon + 1), text) };
}

function parsePort(port: string | undefined, text: string): number | undefined {
  if (port === undefined) return undefined;
  const number = /^[0-9]{1,5}$/.test(port) ? Number(port) : NaN;
  if (number >= 1 && number <= 65535) return number;
  throw usageError(`${quote(text)} has the port ${quote(port)}: expected a number from 1 to 65535`);
}

function checkHost(host: string, text: string): Pick<Target, 'host' | 'literal'> {
  if (host === '')
    throw usageError(`${quote(text)} names no host`, 'such as mail.example.org or mail.example.org:25');
  const literal = addressFamily(host);
  if (literal !== 0) return { host, literal };
  // Only names beyond ASCII go through UTS 46: it would turn 2130706433 into 127.0.0.1.

  const ascii = /^[\x00-\x7f]*$/.test(host) ? host : domainToASCII(host);
  const name = ascii.replace(/\.$/, '').toLowerCase();
  const labels = name.split('.');
  const wellFormed = labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  if (!wellFormed || name.length > 253) throw usageError(`${quote(text)} is not a host name or an address`);
  // RFC 1123 section 2.1: the last label of a name is never numeric. The C library would read 1.10 as 1.0.0.10.
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) {
    throw usageError(
      `${quote(text)} is not a host name or an address`,
      'write an IPv4 address with four numbers: 192.0.2.1',
    );
  }
  return { host: name, literal: 0 };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
