import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** What one run of a command left behind. */
export interface CommandResult {
  /** The exit status; 128 + the signal's number when a signal ended it, as a shell would say. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SClientOptions {
  /**
   * What to send once the handshake is over; then stdin is closed, on which s_client leaves without reading the
   * answer. For a dialogue pass `-quiet` too: it keeps the connection until the server closes, and it is what stops
   * lines that start with Q or R from being read as s_client's own commands.
   */
  readonly input?: string;
  /** Default 15 s. */
  readonly timeoutMs?: number;
}

/** One `verify error:num=` of the verify callback, with the depth that was printed before it. */
export interface SClientVerifyError {
  readonly num: number;
  readonly depth: number;
  readonly reason: string;
}

/** What s_client says about a session; undefined where it says nothing, or nothing that can be believed. */
export interface SClientReport {
  /** True when a cipher was agreed and the handshake ended well. */
  readonly established: boolean;
  /** OpenSSL's word, such as `TLSv1.2`. */
  readonly protocol: string | undefined;
  readonly cipher: string | undefined;
  /** `X25519`, `prime256v1`, `X25519MLKEM768`, …; `DH` for finite fields; undefined for RSA key exchange. */
  readonly group: string | undefined;
  /** Size of the server's ephemeral key, where printed. */
  readonly groupBits: number | undefined;
  readonly peerSignatureType: string | undefined;
  readonly peerSigningDigest: string | undefined;
  /** The session's verify result. A handshake ended by `-verify_return_error` has the error that ended it. */
  readonly verifyCode: number | undefined;
  readonly verifyReason: string | undefined;
  /** As sent, in order; names in the form that `-nameopt` asked for. */
  readonly chain: readonly { readonly subject: string; readonly issuer: string }[];
  /** The whole chain with `-showcerts`, else the leaf alone. */
  readonly certificatesPem: readonly string[];
  readonly verifyErrors: readonly SClientVerifyError[];
  /** Undefined for TLS 1.3, where the extension means nothing. */
  readonly extendedMasterSecret: boolean | undefined;
  /** RFC 5746; undefined for TLS 1.3, which has no renegotiation. */
  readonly secureRenegotiation: boolean | undefined;
  /** `NONE` when there is none. */
  readonly compression: string | undefined;
  readonly alpn: string | undefined;
  /** Undefined unless `-status` asked for a staple. */
  readonly ocspStapled: boolean | undefined;
}

/** Runs `openssl s_client` with these arguments; rejects only when it cannot be run or does not end in time. */
export function sClient(args: readonly string[], options: SClientOptions = {}): Promise<CommandResult> {
  const timeoutMs = options.timeoutMs ?? 15_000;
  return new Promise((resolve, reject) => {
    const child = spawn('openssl', ['s_client', ...args], { env: { ...process.env, LC_ALL: 'C' } });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A refused handshake ends s_client before it reads its input; that EPIPE says nothing of interest.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (timedOut) {
        const said = `${stdout}${stderr}`;
        reject(new Error(`openssl s_client ${args.join(' ')} took more than ${timeoutMs} ms\n${said}`));
        return;
      }
      resolve({ exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0), stdout, stderr });
    });
  });
}

/**
 * Reads what `openssl s_client` (without `-brief` or `-quiet`) printed. Of what is printed more than once, such as
 * the session block of each TLS 1.3 ticket, the first counts: it is the one about the handshake.
 */
export function parseSClient(out: Pick<CommandResult, 'stdout' | 'stderr'>): SClientReport {
  const { stdout } = out;
  // "New, TLSv1.0, Cipher is …" names the version that the suite came with, not the one agreed; only a TLS 1.3 suite
  // cannot be had in any other version, and then there is no session block before the first ticket.
  const agreed = /^(?:New|Reused), (\S+), Cipher is (\S+)/m.exec(stdout);
  const established = agreed !== null && agreed[2] !== '(NONE)';
  const tls13 = established && agreed[1] === 'TLSv1.3';
  const legacy = established && !tls13;
  const verifyErrors = readVerifyErrors(out.stderr);
  const alpn = first(stdout, /^ALPN protocol: (.+)/m);
  return {
    established,
    protocol: tls13 ? 'TLSv1.3' : legacy ? first(stdout, /^ *Protocol *: (\S+)/m) : undefined,
    cipher: established ? agreed[2] : undefined,
    ...readGroup(stdout),
    peerSignatureType: first(stdout, /^Peer signature type: (.+)/m),
    peerSigningDigest: first(stdout, /^Peer signing digest: (.+)/m),
    ...readVerifyResult(stdout, established, verifyErrors),
    chain: readChain(stdout),
    certificatesPem: readCertificates(stdout),
    verifyErrors,
    extendedMasterSecret: legacy ? yes(first(stdout, /^ *Extended master secret: (\S+)/m), 'yes') : undefined,
    secureRenegotiation: legacy
      ? yes(first(stdout, /^Secure Renegotiation (IS(?: NOT)?) /m), 'IS')
      : undefined,
    compression: established ? first(stdout, /^Compression: (.+)/m) : undefined,
    alpn,
    ocspStapled: readStaple(stdout),
  };
}

function first(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[1]?.trimEnd();
}

function yes(word: string | undefined, affirmative: string): boolean | undefined {
  return word === undefined ? undefined : word === affirmative;
}

/** `X25519, 253 bits`, `ECDH, prime256v1, 256 bits`, `DH, 2048 bits`; OpenSSL 3.5 renamed the line and added another. */
function readGroup(stdout: string): Pick<SClientReport, 'group' | 'groupBits'> {
  const [kind, ...rest] = first(stdout, /^(?:Server|Peer) Temp Key: (.+)/m)?.split(', ') ?? [];
  const bits = rest.map((word) => /^(\d+) bits$/.exec(word)?.[1]).find((word) => word !== undefined);
  const named = kind === 'ECDH' ? rest[0] : kind;
  const negotiated = first(stdout, /^Negotiated TLS1\.3 group: (.+)/m);
  return {
    group: negotiated === undefined || negotiated === '<NULL>' ? named : negotiated,
    groupBits: bits === undefined ? undefined : Number(bits),
  };
}

/**
 * "Verify return code: 0 (ok)" is also what s_client prints when no certificate ever came and when
 * `-verify_return_error` ended the handshake, so there the callback's last error is taken instead.
 */
function readVerifyResult(
  stdout: string,
  established: boolean,
  errors: readonly SClientVerifyError[],
): Pick<SClientReport, 'verifyCode' | 'verifyReason'> {
  if (!established) return { verifyCode: errors.at(-1)?.num, verifyReason: errors.at(-1)?.reason };
  const line = /^ *Verify return code: (\d+) \((.*)\)/m.exec(stdout);
  return { verifyCode: line ? Number(line[1]) : undefined, verifyReason: line?.[2] };
}

function readChain(stdout: string): { subject: string; issuer: string }[] {
  const block = first(stdout, /^Certificate chain\n([\s\S]*?)^---$/m) ?? '';
  return [...block.matchAll(/^ *\d+ s:(.*)\n +i:(.*)$/gm)].map(([, subject = '', issuer = '']) => ({
    subject,
    issuer,
  }));
}

function readCertificates(stdout: string): string[] {
  // What the server says after the handshake is printed too, and must not be able to add certificates.
  const [beforeData = ''] = stdout.split(/^SSL handshake has read /m, 1);
  return beforeData.match(/^-----BEGIN CERTIFICATE-----\n[\s\S]*?^-----END CERTIFICATE-----\n/gm) ?? [];
}

function readVerifyErrors(stderr: string): SClientVerifyError[] {
  const errors: SClientVerifyError[] = [];
  let depth = 0;
  for (const line of stderr.split('\n')) {
    const at = /^depth=(\d+) /.exec(line);
    if (at) depth = Number(at[1]);
    const error = /^verify error:num=(\d+):(.*)$/.exec(line);
    if (error) errors.push({ num: Number(error[1]), depth, reason: error[2] ?? '' });
  }
  return errors;
}

function readStaple(stdout: string): boolean | undefined {
  const line = /^OCSP response: *(.*)$/m.exec(stdout);
  return line ? !line[1]?.startsWith('no response') : undefined;
}
