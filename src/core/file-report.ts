/** The file that `cert` judged. */
export interface FileReport {
  /** As named on the command line; `-` is standard input. */
  readonly path: string;
  readonly format: 'pem' | 'der' | 'pkcs12';
  /** Certificates in it. */
  readonly certificates: number;
  /** The time it was judged at, where another than now was asked for: ISO 8601. */
  readonly at: string | null;
  /** Whether the private key (of --key, or in the file itself) is the leaf's; null when there is no key. */
  readonly key: 'match' | 'mismatch' | null;
}
