import { addressFamily } from '../core/address.js';
import type { HostnameReport, VerifyErrorReport } from '../core/report.js';
import type { Certificate } from '../x509/certificate-types.js';
import { matchHostname, matchIp } from '../x509/hostname.js';
import { formatName } from '../x509/name.js';
import { verifyCode } from '../x509/verify-codes.js';
import type { VerifyInput } from '../x509/verify-types.js';

/** X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH. */
const NAME_CODES = { name: 62, address: 64 } as const;

type Kind = keyof typeof NAME_CODES;

/**
 * Whether the leaf is for this name or address. Where only the address that was connected to is known (`wasGiven` is false), a
 * mismatch says nothing.
 */
export function checkName(leaf: Certificate | undefined, name: string, wasGiven: boolean): HostnameReport {
  if (leaf === undefined) return { name, result: 'not-checked', matched: null };
  const kind = kindOf(name);
  const matched = kind === 'name' ? matchHostname(leaf, name, 'strict') : matchIp(leaf, name);
  if (matched !== null && nodeAgrees(leaf, name, kind)) return { name, result: 'match', matched };
  return { name, result: wasGiven ? 'mismatch' : 'not-checked', matched: null };
}

/**
 * Path validation takes one host name and one address, as OpenSSL does: of each kind the first that does not match, since all of
 * them have to.
 */
export function nameInput(hostnames: readonly HostnameReport[]): Pick<VerifyInput, 'hostname' | 'ip'> {
  const hostname = representative(hostnames, 'name');
  const ip = representative(hostnames, 'address');
  return { ...(hostname === undefined ? {} : { hostname }), ...(ip === undefined ? {} : { ip }) };
}

/**
 * The errors with one for each name that does not match, host names first, in the place where path validation has its own; at
 * the end where Node's OpenSSL alone says that a name does not match.
 */
export function withNameErrors(
  errors: readonly VerifyErrorReport[],
  leaf: Certificate | undefined,
  hostnames: readonly HostnameReport[],
): VerifyErrorReport[] {
  const subject = leaf === undefined ? '' : formatName(leaf.subject);
  const at = errors.findIndex(isAboutName);
  const others = errors.filter((error) => !isAboutName(error));
  const place = at < 0 ? others.length : at;
  const ofNames = [...mismatches(hostnames, 'name'), ...mismatches(hostnames, 'address')].map((name) =>
    nameError(name, subject),
  );
  return [...others.slice(0, place), ...ofNames, ...others.slice(place)];
}

function isAboutName({ code }: Pick<VerifyErrorReport, 'code'>): boolean {
  return code === NAME_CODES.name || code === NAME_CODES.address;
}

function nameError(name: string, subject: string): VerifyErrorReport {
  const { code, name: constant } = verifyCode(NAME_CODES[kindOf(name)]);
  return { code, name: constant, depth: 0, subject };
}

function mismatches(hostnames: readonly HostnameReport[], kind: Kind): string[] {
  return hostnames.flatMap(({ name, result }) =>
    name !== null && result === 'mismatch' && kindOf(name) === kind ? [name] : [],
  );
}

function representative(hostnames: readonly HostnameReport[], kind: Kind): string | undefined {
  const [mismatch] = mismatches(hostnames, kind);
  const match = hostnames.find(
    ({ name, result }) => name !== null && result === 'match' && kindOf(name) === kind,
  );
  return mismatch ?? match?.name ?? undefined;
}

function kindOf(name: string): Kind {
  return addressFamily(name) === 0 ? 'name' : 'address';
}

/** The second opinion on the name (design section 2.3); it throws on some certificates that it can parse. */
function nodeAgrees(leaf: Certificate, name: string, kind: Kind): boolean {
  try {
    const found =
      kind === 'name'
        ? leaf.node.checkHost(name.replace(/\.$/, ''), { partialWildcards: false, subject: 'never' })
        : leaf.node.checkIP(name);
    return found !== undefined;
  } catch {
    return false;
  }
}
