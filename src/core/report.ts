import type { AuthReport } from './auth-report.js';
import type { ReportError } from './errors.js';
import type { FileReport } from './file-report.js';
import type { Finding } from './finding.js';
import type { OcspReport } from './ocsp-report.js';
import type { Outcome } from './outcome.js';
import type { PolicyReport } from './policy-report.js';
import type { ScanReport } from './scan-report.js';
import type { ProxyProtocol } from './proxy.js';
import type { ResumptionReport } from './resumption-report.js';
import type { TargetMode } from './target.js';
import type { TlsaReport } from './tlsa-report.js';

/** One EHLO keyword and its parameters, as sent (RFC 5321 section 4.1.1.1). */
export interface EhloKeyword {
  readonly keyword: string;
  readonly params: readonly string[];
}

export interface TargetReport {
  readonly host: string;
  readonly port: number;
  /** The numeric address that was connected to, or null when none was. */
  readonly address: string | null;
  readonly family: 4 | 6 | null;
  /** The SNI name that was sent, or null. */
  readonly servername: string | null;
  readonly mode: TargetMode;
  /** The proxy that was asked to connect. Where it looks the name up, `address` and `family` are null. */
  readonly proxy?: {
    readonly protocol: ProxyProtocol;
    readonly host: string;
    readonly port: number;
    /** Where it was reached, or null when it was not. */
    readonly address: string | null;
    /** Who looked the name of the target up; null where it is an address. */
    readonly resolvedBy: 'smtpcheck' | 'proxy' | null;
  };
  /** Every address that was tried, with the reason it was left. */
  readonly tried?: readonly { readonly address: string; readonly result: string }[];
}

/** Milliseconds by phase; a phase that was not reached is absent. */
export interface Timings {
  dnsMs?: number;
  connectMs?: number;
  bannerMs?: number;
  starttlsMs?: number;
  handshakeMs?: number;
  totalMs?: number;
}

export interface SmtpReport {
  readonly banner: string | null;
  readonly ehlo: readonly EhloKeyword[] | null;
  readonly ehloAfterTls: readonly EhloKeyword[] | null;
  readonly starttls: 'offered' | 'not-offered' | 'refused' | null;
}

export interface CipherReport {
  /** OpenSSL's name. */
  readonly name: string;
  /** IANA's name, or null for a suite that is not registered. */
  readonly iana: string | null;
  /** The two-octet value, such as `0xc02f`. */
  readonly id: string | null;
  /** Strength of the symmetric key, in bits. */
  readonly bits: number | null;
}

export interface TlsReport {
  /** OpenSSL's spelling: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3. */
  readonly protocol: string;
  readonly cipher: CipherReport;
  /** IANA name of the key-exchange group (`x25519`, `secp256r1`, `X25519MLKEM768`), or null (RSA key exchange, or explicit DH parameters). */
  readonly group: string | null;
  /** Size of the ephemeral key or DH prime, in bits. */
  readonly groupBits: number | null;
  /** IANA name of the scheme of the server's signature, or null where none was made. */
  readonly signatureScheme: string | null;
  /** RFC 7627; null in TLS 1.3, where it does not apply. */
  readonly extendedMasterSecret: boolean | null;
  /** RFC 5746; null in TLS 1.3, which has no renegotiation. */
  readonly secureRenegotiation: boolean | null;
  /** RFC 7366; null in TLS 1.3. */
  readonly encryptThenMac: boolean | null;
  readonly compression: boolean;
  readonly alpn: string | null;
  readonly ocspStapled: boolean;
  readonly sessionResumed: boolean;
  readonly clientCertificateRequested: boolean;
  /** Of a second connection (`--reconnect`). */
  readonly resumption?: ResumptionReport;
}

export interface KeyReport {
  /** `rsa`, `rsa-pss`, `ec`, `ed25519`, `ed448`, `dsa` or what Node calls it. */
  readonly type: string;
  readonly bits: number | null;
  readonly curve: string | null;
}

export interface CertificateReport {
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, upper case. */
  readonly serial: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whole days until notAfter; negative when it has passed. */
  readonly daysLeft: number;
  readonly key: KeyReport;
  /** OpenSSL's long name, such as `sha256WithRSAEncryption`, or the OID. */
  readonly signatureAlgorithm: string;
  /** Of `rsassaPss` alone, whose name does not say it: its digest, such as `sha256`; null where the parameters cannot be read. */
  readonly signatureDigest?: string | null;
  /** Fingerprint of the certificate: lower-case hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of the SubjectPublicKeyInfo: base64, as in RFC 7469. */
  readonly spkiSha256: string;
  /** `DNS:name`, `IP:address`, `email:…`, `URI:…`. */
  readonly san: readonly string[];
  readonly ca: boolean;
  /** Subject and issuer are the same, and the signature could be its own. */
  readonly selfSigned: boolean;
  /** Purposes by RFC 5280's names, or their OIDs; null when the certificate does not restrict them. */
  readonly extendedKeyUsage: readonly string[] | null;
  /** Where the issuer's certificate can be had (authorityInfoAccess): URLs. Nothing is fetched. */
  readonly caIssuers: readonly string[];
  /** It asks that its server staple an OCSP response (RFC 7633). */
  readonly mustStaple: boolean;
  /** Only with --show-certs. */
  readonly pem?: string;
}

export interface VerifyErrorReport {
  readonly code: number;
  readonly name: string;
  readonly depth: number;
  readonly subject: string;
}

export interface HostnameReport {
  /** The name or address that was looked for, or null when there was none. */
  readonly name: string | null;
  readonly result: 'match' | 'mismatch' | 'not-checked';
  /** The subjectAltName that matched. */
  readonly matched: string | null;
}

export interface VerifyReport {
  /** The first error, as `openssl s_client -verify_return_error` ends on; 0 when there is none. */
  readonly code: number;
  /** OpenSSL's constant, such as `X509_V_ERR_CERT_HAS_EXPIRED`. */
  readonly name: string;
  /** OpenSSL's words for it. */
  readonly reason: string;
  /** Index in the path of the certificate at fault; 0 is the leaf. */
  readonly depth: number;
  /** In OpenSSL's order; one for each name or address that does not match. */
  readonly errors: readonly VerifyErrorReport[];
  /** The last code of each judge at authentication level 0, without the host name: what the two are compared by. */
  readonly judges: {
    readonly openssl: number | null;
    readonly own: number;
    /** There where they differ only because of trust settings in the CA store, which OpenSSL could not be told of. */
    readonly trustSettings?: true;
  };
  readonly authLevel: number;
  /** Which CAs were trusted, such as `mozilla (Node 20.20.2, 144 certificates)`. */
  readonly stores: readonly string[];
  readonly hostname: HostnameReport;
  /** All names, when more than one was asked for; `hostname` is then the first that does not match, or else the first. */
  readonly hostnames?: readonly HostnameReport[];
}

export interface ChainReport {
  readonly sent: readonly CertificateReport[];
  /** From the leaf to the trust anchor; as far as a path could be built. */
  readonly path: readonly CertificateReport[];
}

/** One report: exactly one object per target (design section 4). Keys are an interface; more may be added. */
export interface Report {
  readonly schemaVersion: 1;
  /** The version of smtpcheck. */
  readonly smtpcheck: string;
  readonly command: 'tls' | 'cert' | 'auth' | 'scan' | 'gate';
  /** The server; null for `cert`, and where none could be made out of the arguments. */
  readonly target: TargetReport | null;
  /** The file that `cert` judged. */
  readonly file?: FileReport;
  readonly outcome: Outcome;
  readonly exitCode: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly timings: Timings;
  /** TCP connections made. */
  readonly connections: number;
  readonly smtp: SmtpReport | null;
  readonly tls: TlsReport | null;
  readonly chain: ChainReport | null;
  readonly verify: VerifyReport | null;
  /** What the stapled OCSP response says. */
  readonly ocsp?: OcspReport;
  /** What the chain has to do with the TLSA records that were given (`cert --tlsa`). */
  readonly tlsa?: TlsaReport;
  /** TLSA records that would match the chain, `3 1 1` first (`cert --show-tlsa`). */
  readonly tlsaRecords?: readonly string[];
  /** Whether the user could log in (`auth`). */
  readonly auth?: AuthReport;
  /** Everything that the server accepts (`scan`). */
  readonly scan?: ScanReport;
  /** What a profile says of it (`gate`, `judge`). */
  readonly policy?: PolicyReport;
  readonly findings: readonly Finding[];
  readonly error: ReportError | null;
  /** The SMTP dialogue, with `-v`: one line each, `C: ` or `S: ` in front; bytes as they came. */
  readonly transcript?: readonly string[];
}
