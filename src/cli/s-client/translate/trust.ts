import { usageError } from '../../../core/errors.js';
import type { SClientLine } from '../parse.js';
import { securityLevel } from './ciphers.js';
import { joined, NOTHING, renamed, switched, type Part } from './part.js';

/** The highest --depth; chains are not read beyond a third of it. */
const DEEPEST = 100;
const HIGHEST_LEVEL = 5;

/** Which CAs, how strictly, and for which name. @throws SmtpcheckError `usage` */
export function translateTrust(line: SClientLine): Part {
  return joined(stores(line), depth(line), strictness(line), names(line), revocation(line));
}

function stores(line: SClientLine): Part {
  const verify = [
    ...renamed(line, 'verifyCApath', '--ca-path'),
    ...renamed(line, 'verifyCAfile', '--ca-file'),
  ];
  if (verify.length > 0) return { words: verify, notes: [] };
  const named = [...renamed(line, 'CApath', '--ca-path'), ...renamed(line, 'CAfile', '--ca-file')];
  if (named.length > 0) return { words: named, notes: [] };
  if (line.flags.has('no-CAfile') && line.flags.has('no-CApath')) {
    throw usageError('with -no-CAfile and -no-CApath no CA is left to trust', 'name them: -CAfile, -CApath');
  }
  return {
    words: ['--ca-store', 'system'],
    notes: ["no CA was named: like s_client, this trusts OpenSSL's default ones, the system's"],
  };
}

function depth({ flags }: SClientLine): Part {
  const limit = flags.get('verify_depth');
  if (limit !== undefined) return { words: asDepth(limit), notes: [] };
  const verify = flags.get('verify');
  if (verify === undefined) return NOTHING;
  const words = asDepth(verify);
  const note = '-verify N limits no depth in s_client, whatever its manual says';
  return { words, notes: [words.length === 0 ? note : `${note}; ${words.join(' ')} does`] };
}

/** Nothing for a limit that no chain can reach. */
function asDepth(n: string): string[] {
  return Number(n) > DEEPEST ? [] : ['--depth', String(Number(n))];
}

function strictness(line: SClientLine): Part {
  const level = line.flags.get('auth_level') ?? securityLevel(line);
  return {
    words: [
      // OpenSSL takes a level above its highest for the highest.
      ...(level === undefined ? [] : ['--auth-level', String(Math.min(Number(level), HIGHEST_LEVEL))]),
      ...switched(line, 'partial_chain', '--partial-chain'),
      ...switched(line, 'x509_strict', '--x509-strict'),
    ],
    notes: [],
  };
}

function names(line: SClientLine): Part {
  const { flags } = line;
  if (flags.has('servername') && flags.has('noservername'))
    throw usageError('-servername and -noservername exclude each other');
  if (flags.has('verify_hostname') && flags.has('verify_ip'))
    throw usageError('-verify_hostname and -verify_ip: one name can be verified at a time');
  return {
    words: [
      ...renamed(line, 'servername', '--servername'),
      ...switched(line, 'noservername', '--no-sni'),
      ...renamed(line, 'verify_hostname', '--verify-hostname'),
      ...renamed(line, 'verify_ip', '--verify-hostname'),
    ],
    notes: [],
  };
}

function revocation(line: SClientLine): Part {
  const all = line.flags.has('crl_check_all');
  const asked = all || line.flags.has('crl_check');
  const file = renamed(line, 'CRL', '--crl-file');
  if (file.length === 0) {
    if (!asked) return NOTHING;
    throw usageError(
      `-crl_check${all ? '_all' : ''} needs -CRL FILE here`,
      'lists in a CA directory (HASH.r0) are not looked for',
    );
  }
  return {
    words: [...file, '--crl-check', all ? 'all' : 'leaf'],
    notes: asked
      ? []
      : ['-CRL alone checks nothing in s_client, which wants -crl_check; here the list is looked at'],
  };
}
