import { SmtpcheckError } from '../core/errors.js';
import { childOf, octetsOf, readBer, type BerElement } from './ber.js';
import { TAG } from './der.js';
import { MAX_ROUNDS, readPbe, roundsOf } from './pbe.js';

const BEGIN = '-----BEGIN ';
const LABEL_END = '-----';
const END = '-----END ';
const ENCRYPTED = 'ENCRYPTED PRIVATE KEY';
/** Keys in OpenSSL's own encryption, which derives by a single round of MD5, and in which nothing else is encrypted. */
const TRADITIONAL = /^(?:RSA|EC|DSA) PRIVATE KEY$/;
const PROC_TYPE = /^\s*Proc-Type: ?4,ENCRYPTED/;

/**
 * Refuses a private key whose passphrase is stretched with more work than anybody asks for (RFC 5958 section 3 with RFC 8018, or
 * scrypt of RFC 7914): OpenSSL would derive for hours, and nothing in this process could stop it. To be called before OpenSSL
 * sees the key. A key that is not encrypted, and any block of a PEM text that is no key, passes.
 * @throws SmtpcheckError `file-unreadable`, also for an encrypted key whose parameters cannot be read.
 */
export function refuseCostlyKey(pemOrDer: Uint8Array | string, file: string): void {
  const text = typeof pemOrDer === 'string' ? pemOrDer : Buffer.from(pemOrDer).toString('latin1');
  if (!text.includes(BEGIN)) {
    judgeKey(readKey(Buffer.from(text, 'latin1'), file), file);
    return;
  }
  // Split, not matched: a lazy pattern would look for the end of each of a million BEGIN lines.
  for (const block of text.split(BEGIN).slice(1)) judgeBlock(block, file);
}

function judgeBlock(block: string, file: string): void {
  const labelEnd = block.indexOf(LABEL_END);
  const label = block.slice(0, Math.max(labelEnd, 0));
  const [body = ''] = block.slice(labelEnd + LABEL_END.length).split(END, 1);
  // OpenSSL asks for a passphrase for ENCRYPTED PRIVATE KEY alone; the other labels of keys are judged to be sure.
  if (!label.endsWith('PRIVATE KEY')) return;
  if (TRADITIONAL.test(label) && PROC_TYPE.test(body)) return;
  const base64 = body.replace(/\s+/g, '');
  // What OpenSSL would read of anything else than clean base64 is not known here.
  const clean = /^[A-Za-z0-9+/]*={0,2}$/.test(base64);
  if (!clean) throw noKey(file);
  const key = readKey(Buffer.from(base64, 'base64'), file);
  if (label === ENCRYPTED && !isEncrypted(key)) throw noKey(file);
  judgeKey(key, file);
}

function readKey(bytes: Uint8Array, file: string): BerElement {
  try {
    return readBer(bytes);
  } catch (error) {
    throw noKey(file, error);
  }
}

/** EncryptedPrivateKeyInfo begins with an AlgorithmIdentifier, a key in the clear with its version. */
function isEncrypted({ tag, children }: BerElement): boolean {
  return (
    tag === TAG.sequence && children[0]?.tag === TAG.sequence && children[0].children[0]?.tag === TAG.oid
  );
}

function judgeKey(key: BerElement, file: string): void {
  if (!isEncrypted(key)) return;
  let rounds: number;
  try {
    octetsOf(key.children[1]);
    rounds = roundsOf(readPbe(childOf(key, 0, TAG.sequence)));
  } catch (error) {
    throw refusal(file, 'its encryption is none that is known here', error);
  }
  if (rounds <= MAX_ROUNDS) return;
  const asked = Number.isFinite(rounds) ? `${rounds} rounds` : 'more memory or rounds than can be counted';
  throw refusal(file, `its key derivation asks for ${asked}; ${MAX_ROUNDS} rounds are the most that is done`);
}

function noKey(file: string, cause?: unknown): SmtpcheckError {
  return refusal(file, 'it is no private key that OpenSSL can read', cause);
}

function refusal(file: string, what: string, cause?: unknown): SmtpcheckError {
  const hint = what.includes('encryption') || what.includes('derivation') ? AGAIN : undefined;
  return new SmtpcheckError('file-unreadable', 'arguments', `${file}: ${what}`, { hint, cause });
}

const AGAIN = 'openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in KEY -out NEW encrypts it again';
