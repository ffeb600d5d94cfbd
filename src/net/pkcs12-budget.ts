import { SmtpcheckError } from '../core/errors.js';
import { childOf, countOf, expectBer, octetsOf, readBer, type BerElement } from '../x509/ber.js';
import { malformed, TAG } from '../x509/der.js';
import { macRounds, MAX_ROUNDS, oidOf, PBMAC1, readPbe, roundsOf } from '../x509/pbe.js';
import { decryptEveryWay, weightOf } from './pkcs12-decrypt.js';
import { unbounded } from './pkcs12-error.js';

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const SAFE_CONTENTS_BAG = '1.2.840.113549.1.12.10.1.6';
const EXPLICIT_0 = 0xa0;
/** A string with an implicit tag. */
const IMPLICIT_0 = 0x80;

/** What has been asked for so far. */
interface Budget {
  readonly passphrase: string | undefined;
  rounds: number;
}

/**
 * Refuses a PKCS#12 file whose key derivations, all together, ask for more work than anybody does: OpenSSL would be at it for
 * hours, and nothing in this process could stop it. Every place that has parameters is looked at (RFC 7292 section 4): the MAC,
 * each encrypted content, each shrouded key; those too that are only seen when the content around them is decrypted, which is
 * therefore done here. A file in which they cannot all be read is refused.
 * @throws SmtpcheckError `file-unreadable`
 */
export function refuseCostlyPkcs12(file: Uint8Array, passphrase: string | undefined): void {
  const budget: Budget = { passphrase, rounds: 0 };
  try {
    const pfx = expectBer(readBer(file), TAG.sequence);
    const [, authSafe, mac] = pfx.children;
    if (mac !== undefined) judgeMac(expectBer(mac, TAG.sequence), budget);
    const { type, content } = readContentInfo(authSafe);
    if (type !== DATA) throw malformed('it is protected by a signature');
    const safe = readBer(octetsOf(content));
    for (const info of expectBer(safe, TAG.sequence).children) judgeContent(info, budget);
  } catch (error) {
    if (!(error instanceof SmtpcheckError) || error.code !== 'certificate-malformed') throw error;
    throw unbounded('it is damaged, or not written as OpenSSL, Java, NSS and Windows write it', error);
  }
}

/** `weight` is how much longer than one of OpenSSL's a round takes. */
function spend(budget: Budget, rounds: number, weight = 1): void {
  budget.rounds += rounds * weight;
  if (budget.rounds <= MAX_ROUNDS) return;
  throw unbounded(`its key derivation asks for more than ${MAX_ROUNDS / weight} rounds`);
}

/** MacData: the count comes last and may be absent, for one round. With PBMAC1 (RFC 9579) it is in the algorithm. */
function judgeMac(mac: BerElement, budget: Budget): void {
  const last = mac.children.at(-1);
  if (last?.tag === TAG.integer) spend(budget, countOf(last));
  const algorithm = childOf(childOf(mac, 0, TAG.sequence), 0, TAG.sequence);
  if (oidOf(algorithm.children[0]) === PBMAC1) spend(budget, macRounds(algorithm));
}

function readContentInfo(info: BerElement | undefined): { type: string; content: BerElement | undefined } {
  const { children } = expectBer(info, TAG.sequence);
  return { type: oidOf(children[0]), content: children[1] && expectBer(children[1], EXPLICIT_0).children[0] };
}

function judgeContent(info: BerElement, budget: Budget): void {
  const { type, content } = readContentInfo(info);
  if (type === DATA) judgeBags(readBer(octetsOf(content)), budget);
  // OpenSSL passes over any other type.
  if (type !== ENCRYPTED_DATA) return;
  const encrypted = childOf(expectBer(content, TAG.sequence), 1, TAG.sequence);
  const pbe = readPbe(childOf(encrypted, 1, TAG.sequence));
  spend(budget, roundsOf(pbe), weightOf(pbe, budget.passphrase));
  const data = octetsOf(encrypted.children[2], IMPLICIT_0);
  for (const text of decryptEveryWay(pbe, data, budget.passphrase)) judgeBags(readBer(text), budget);
}

/** SafeContents. Bags in bags are no deeper than the reader of elements goes. */
function judgeBags(bags: BerElement, budget: Budget): void {
  for (const bag of expectBer(bags, TAG.sequence).children) {
    const { type, content } = readContentInfo(bag);
    if (type === SAFE_CONTENTS_BAG) judgeBags(expectBer(content, TAG.sequence), budget);
    if (type !== SHROUDED_KEY_BAG) continue;
    const key = expectBer(content, TAG.sequence);
    spend(budget, roundsOf(readPbe(childOf(key, 0, TAG.sequence))));
  }
}
