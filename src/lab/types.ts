import type { ErrorCode } from '../core/errors.js';
import type { Outcome } from '../core/outcome.js';
import type { TargetMode } from '../core/target.js';

/** The name that every lab certificate carries, except where a wrong name is the point. */
export const LAB_HOSTNAME = 'mail.smtpcheck.test';

/** Who may log in to the lab's servers that take AUTH. */
export const LAB_USER = { user: 'lab', password: 'lab-password' } as const;

/** A certificate chain (leaf first) and its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What a lab server is given to start with. */
export interface LabContext {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly hostname: string;
  /** A chain of certs-fixtures by its id, such as `good-rsa`. */
  readonly certificate: (id: string) => KeyPair;
}

export interface RunningServer {
  readonly port: number;
  /** Stops listening and drops the connections that are still open. */
  readonly stop: () => Promise<void>;
}

/** What `smtpcheck` must say about a lab server. */
export interface LabExpectation {
  readonly outcome: Outcome;
  readonly exitCode: number;
  /** A finding that must be among those reported, or null where the error code alone says it. */
  readonly finding: string | null;
  /** `error.code` of the report; absent where the report must not have an error. */
  readonly errorCode?: ErrorCode;
  /** `verify.code` of the report: the first error, in OpenSSL's numbers. */
  readonly verifyCode?: number;
}

/** One server of the farm, with the promise that it stands for. */
export interface LabServer {
  readonly name: string;
  readonly summary: string;
  readonly expect: LabExpectation;
  /** The command that checks it; `tls` unless given. `auth` logs in as LAB_USER. */
  readonly command?: 'auth';
  readonly mode: TargetMode;
  /** Extra arguments to probe it with; the CA and the server name are always given and are not among them. */
  readonly args?: readonly string[];
  readonly start: (context: LabContext) => Promise<RunningServer>;
}

export interface LabListing {
  readonly definition: LabServer;
  readonly port: number;
}

/** A running farm. */
export interface Lab {
  readonly servers: readonly LabListing[];
  /** The roots to trust: all of them, for the chains are below different ones. */
  readonly caFiles: readonly string[];
  readonly host: string;
  readonly hostname: typeof LAB_HOSTNAME;
  readonly stop: () => Promise<void>;
}
