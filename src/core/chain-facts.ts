import type { OcspReport } from './ocsp-report.js';
import type { CertificatePin } from './probe-options.js';
import type { ChainReport, VerifyReport } from './report.js';

/** What the checks of a chain judge, be it that a server sent it or that a file holds it. Nothing in here can do I/O. */
export interface ChainFacts {
  readonly source: 'server' | 'file';
  readonly chain: ChainReport | null;
  /** Some of what was sent could not be read, so that the chain may be longer than it looks. */
  readonly chainUnread: boolean;
  /** There are certificates, readable or not. */
  readonly certificateSent: boolean;
  /** OpenSSL had the chain before it, so that its verdict is to be expected. */
  readonly opensslAsked: boolean;
  readonly verify: VerifyReport | null;
  /** The path ends in a CA of the public web, which the CA/Browser Forum's rules bind. */
  readonly publicAnchor: boolean;
  /** What the stapled OCSP response says; null when there is none. */
  readonly ocsp: OcspReport | null;
  readonly asked: {
    readonly certificatePins: readonly CertificatePin[];
    readonly expiresWithinMs: number | null;
    readonly judgeChain: boolean;
    /** There is no name to verify: the target is an address, or none was given for a file. */
    readonly nameUnknown: boolean;
    readonly now: number;
  };
}
