import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { reply, type Step } from './script.js';

/*
 * The server's side of SCRAM-SHA-256 (RFC 7677) for one user. It keeps no state: all that it needs of the first message comes
 * again with the second. Enough to show what a client does; no server for anybody's mail.
 */

export interface ScramAccount {
  readonly user: string;
  readonly password: string;
  readonly iterations: number;
}

const SALT = Buffer.from('smtpcheck lab salt');
const SUFFIX = 'smtpchecklab';

/** The answer to `AUTH SCRAM-SHA-256[-PLUS] <client-first>`. */
export function scramFirst(account: ScramAccount, line: string): readonly Step[] {
  const message = decode(line.split(/\s+/)[2] ?? '');
  const nonce = /(?:^|,)r=([^,]+)/.exec(message)?.[1];
  if (nonce === undefined) return [{ send: reply(501, '5.5.2 Cannot decode the response') }];
  return challenge(serverFirst(account, nonce + SUFFIX));
}

/** The answer to every line that is no command: client-final, or the empty response behind it. */
export function scramNext(account: ScramAccount, line: string): readonly Step[] {
  if (line === '') return [{ send: reply(235, '2.7.0 Authentication successful') }];
  const final = /^(c=[^,]*,r=([^,]*)),p=([A-Za-z0-9+/=]+)$/.exec(decode(line));
  const [, withoutProof = '', nonce = '', proof = ''] = final ?? [];
  if (!nonce.endsWith(SUFFIX)) return [{ send: reply(535, '5.7.8 Authentication failed') }];
  const bare = `n=${account.user},r=${nonce.slice(0, -SUFFIX.length)}`;
  const signed = `${bare},${serverFirst(account, nonce)},${withoutProof}`;
  const salted = pbkdf2Sync(account.password, SALT, account.iterations, 32, 'sha256');
  const clientKey = hmac(salted, 'Client Key');
  const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
  const expected = Buffer.from(clientKey.map((octet, i) => octet ^ (signature[i] ?? 0)));
  if (!expected.equals(Buffer.from(proof, 'base64')))
    return [{ send: reply(535, '5.7.8 Authentication failed') }];
  return challenge(`v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`);
}

const serverFirst = ({ iterations }: ScramAccount, nonce: string): string =>
  `r=${nonce},s=${SALT.toString('base64')},i=${iterations}`;

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

const challenge = (text: string): readonly Step[] => [
  { send: reply(334, Buffer.from(text).toString('base64')) },
];
