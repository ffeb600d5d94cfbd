import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { expect } from 'vitest';
import { SmtpcheckError, type ErrorCode } from '../../../src/core/errors.js';
import type { Reply } from '../../../src/smtp/reply.js';
import type { Credentials, SaslMechanism } from '../../../src/smtp/sasl/index.js';

export function password(user: string, value: string, authzid?: string): Credentials {
  return { user, secret: { kind: 'password', value }, ...(authzid === undefined ? {} : { authzid }) };
}

export function token(user: string, value: string, authzid?: string): Credentials {
  return { user, secret: { kind: 'token', value }, ...(authzid === undefined ? {} : { authzid }) };
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

export function text(of: { readonly bytes: Uint8Array } | null): string {
  return of === null ? '(the server speaks first)' : Buffer.from(of.bytes).toString('utf8');
}

export function base64(of: string): string {
  return Buffer.from(of, 'utf8').toString('base64');
}

export async function step(mechanism: SaslMechanism, challenge: string): Promise<string> {
  return text(await mechanism.step(bytes(challenge)));
}

export function reply(code: number, ...lines: readonly string[]): Reply {
  const enhanced = /^([245]\.\d+\.\d+)(?: |$)/.exec(lines.at(-1) ?? '');
  return { code, lines: lines.length === 0 ? [''] : lines, enhanced: enhanced?.[1] ?? null, bareLf: false };
}

/** What a promise rejects with, which must be our error and have this code. */
export async function refusal(promise: Promise<unknown>, code: ErrorCode): Promise<SmtpcheckError> {
  const error: unknown = await promise.then(
    () => 'nothing was thrown',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SmtpcheckError);
  expect((error as SmtpcheckError).code).toBe(code);
  return error as SmtpcheckError;
}

type Hash = 'sha1' | 'sha256' | 'sha512';
const OCTETS = { sha1: 20, sha256: 32, sha512: 64 } as const;

/**
 * The server of RFC 5802, from its side: it holds StoredKey and ServerKey, finds the ClientKey in the proof, and never sees a
 * password again after it was made.
 */
export class ScramServer {
  readonly salt = Buffer.from('a salt of some octets');
  private readonly storedKey: Buffer;
  private readonly serverKey: Buffer;

  constructor(
    private readonly hash: Hash,
    secret: string,
    readonly iterations = 1,
  ) {
    const salted = pbkdf2Sync(secret, this.salt, iterations, OCTETS[hash], hash);
    this.storedKey = createHash(hash).update(this.hmac(salted, 'Client Key')).digest();
    this.serverKey = this.hmac(salted, 'Server Key');
  }

  /** server-first-message */
  first(clientFirst: string): string {
    const nonce = /,r=([^,]*)/.exec(clientFirst)?.[1] ?? '';
    return `r=${nonce}more,s=${this.salt.toString('base64')},i=${this.iterations}`;
  }

  /** server-final-message: the signature, or the error that RFC 5802 has for what is wrong. */
  final(clientFirst: string, serverFirst: string, clientFinal: string, binding = Buffer.alloc(0)): string {
    const [, header = '', bare = ''] = /^([^,]*,[^,]*,)(.*)$/s.exec(clientFirst) ?? [];
    const [, withoutProof = '', proof = ''] = /^(.*),p=(.*)$/s.exec(clientFinal) ?? [];
    const input = Buffer.concat([Buffer.from(header), binding]).toString('base64');
    if (!withoutProof.startsWith(`c=${input},`)) return 'e=channel-bindings-dont-match';
    const message = `${bare},${serverFirst},${withoutProof}`;
    const signature = this.hmac(this.storedKey, message);
    const clientKey = Buffer.from(proof, 'base64').map((octet, i) => octet ^ (signature[i] ?? 0));
    if (!createHash(this.hash).update(clientKey).digest().equals(this.storedKey)) return 'e=invalid-proof';
    return `v=${this.hmac(this.serverKey, message).toString('base64')}`;
  }

  private hmac(key: Buffer, of: string): Buffer {
    return createHmac(this.hash, key).update(of).digest();
  }
}
