import { FORMAT_NAMES } from '../report/format-names.js';
import { nearestNames } from '../wire/nearest.js';
import { everyOption } from './catalogue/index.js';
import { misplacedHint } from './misplaced.js';
import { OFFER_OPTIONS } from './options/offer.js';
import { SCAN_OPTIONS } from './options/scan.js';

/** What `openssl s_client` calls it, and what we do. */
const S_CLIENT: Readonly<Record<string, string>> = {
  connect:
    'the target stands alone: smtpcheck tls host:25; a whole line of openssl is taken by smtpcheck s_client',
  starttls: 'STARTTLS is what smtpcheck does; leave -starttls out',
  capath: 'that is --ca-path here',
  cafile: 'that is --ca-file here',
  tls1_1: 'that is --tls1.1 here',
  tls1_2: 'that is --tls1.2 here',
  tls1_3: 'that is --tls1.3 here',
  ciphersuites: '--cipher takes TLS 1.3 suites as well',
  verify: 'verification is always on; -verify_depth is --depth here',
  verify_depth: 'that is --depth here',
  verify_return_error: 'a chain that does not verify always fails; leave it out',
  verify_hostname: 'that is --verify-hostname here',
  noservername: 'that is --no-sni here',
  showcerts: 'that is --show-certs here',
  msg: 'that is --trace here',
  name: 'that is --ehlo here',
  curves: 'that is --groups here',
  keylogfile: 'that is --keylog here',
};

const isFormat = (name: string): boolean => FORMAT_NAMES.some((format) => format === name);

const SECRETS = new Set(['password', 'pass', 'passphrase', 'token', 'secret']);

/**
 * A switch with a value, which yargs would take off without a word: `--tls1.2=yes` would leave the pin out.
 * Null when there is none.
 */
export function switchWithValue(argv: readonly string[]): string | null {
  const switches = everyOption()
    .filter(([, option]) => option.type === 'boolean')
    .flatMap(([name, option]) => [name, ...[option.alias ?? []].flat()]);
  for (const [i, word] of argv.entries()) {
    const [, name = '', value] = /^--?([^=]+)(=.*)?$/s.exec(word) ?? [];
    if (!switches.includes(name)) continue;
    if (value !== undefined || /^(?:true|false)$/.test(argv[i + 1] ?? '')) return word.replace(/=.*$/s, '');
  }
  return null;
}

/** The checks that ask for all of what an option of `tls` offers one of. */
const ASKS_FOR: Readonly<Record<string, string>> = {
  groups: 'groups',
  sigalgs: 'signature-schemes',
  alpn: 'extensions',
};

/** A scan offers everything there is, and so has no options that say what to offer. */
function pinHint(word: string): string | null {
  const name = word.toLowerCase().replace('_', '.');
  const tls = /^(?:tls1(?:\.[0-3])?|ciphers?|ciphersuites)$/.test(name);
  if (name in SCAN_OPTIONS || !(tls || Object.hasOwn(OFFER_OPTIONS, name))) return null;
  const check = ASKS_FOR[name] ?? 'protocols';
  return `a scan asks for all there is, and --only ${check} for nothing else; one handshake is pinned by smtpcheck tls (--tls1.2, --cipher, --groups)`;
}

/** Recognises what was meant by a command line that is refused, or null. */
export function mistakeHint(argv: readonly string[]): string | null {
  if (argv[0] === 'openssl') return 'leave the first word out: smtpcheck s_client takes the flags of openssl';
  const names = [...everyOption().map(([name]) => name), 'help', 'version'];
  const known = new Set([...names, ...everyOption().flatMap(([, { alias = [] }]) => [alias].flat()), 'h']);
  for (const word of argv) {
    const match = /^(--?)([A-Za-z46][A-Za-z0-9._-]*)/.exec(word);
    const name = match?.[2];
    if (name === undefined) continue;
    if (name === 'no-verify' && argv[0] === 'auth')
      return 'a login goes to no server that it did not verify; --insecure-auth sends the credentials all the same';
    if (/^(?:json|format|output|o)$/.test(name) && argv[0] === 'connect')
      return `a session is no report: smtpcheck tls ${word} has one of this server`;
    const pinned = argv[0] === 'scan' ? pinHint(name) : null;
    if (pinned !== null) return pinned;
    if (known.has(name)) {
      const misplaced = misplacedHint(argv[0], name);
      if (misplaced !== null) return misplaced;
      continue;
    }
    if (SECRETS.has(name.toLowerCase()))
      return 'secrets are never arguments, where every user of the machine can read them: use --password-file, --token-file, SMTPCHECK_PASSWORD, or the prompt';
    if (match?.[1] === '-' && /^o./.test(name)) return `a file is a word of its own: -o ${word.slice(2)}`;
    if (isFormat(name)) return `that is --format ${name} here`;
    const lower = name.toLowerCase();
    const native = Object.hasOwn(S_CLIENT, lower) ? S_CLIENT[lower] : undefined;
    if (native !== undefined) return native;
    const [near] = nearestNames(name, names, 1);
    if (near !== undefined) return `did you mean --${near}?`;
  }
  const target = argv[0];
  if (target !== undefined && /[.:]/.test(target) && !target.startsWith('-'))
    return `the command comes first: smtpcheck tls ${target}`;
  return null;
}
