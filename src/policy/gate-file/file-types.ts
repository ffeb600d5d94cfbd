import type {
  AddressText,
  AuthLevel,
  CaStores,
  Concurrency,
  DateText,
  Depth,
  DurationText,
  Fingerprints,
  HostText,
  KeyDigests,
  MaxConnections,
  Mechanism,
  NameText,
  Paths,
  ProfileRef,
  RateText,
  ReasonText,
  TlsVersionText,
  Words,
} from './value-types.js';

/*
 * The gate's file as it is written: schema/gate.schema.json is made from these types, so every description here is read by
 * people in their editors. `errorMessage` is what is said of a value that is something else.
 */

/** What a gate asks of which mail servers (`smtpcheck gate`). */
export interface GateFile {
  /** Of a file in JSON: where its editor finds this schema. */
  readonly $schema?: string;
  /**
   * Version of the format: 1.
   * @errorMessage takes 1, the version of the format
   */
  readonly version: 1;
  readonly profile?: ProfileRef;
  /** Options of all targets; a target's own take their place. */
  readonly defaults?: GateOptionsInFile;
  /**
   * The servers to judge.
   * @minItems 1
   * @errorMessage takes a list of at least one target, each with its "host"
   */
  readonly targets: readonly GateTargetInFile[];
  /**
   * Breaches that are known and let pass for a while.
   * @errorMessage takes a list of waivers, each with "rule", "until" and "reason"
   */
  readonly waivers?: readonly GateWaiverInFile[];
}

/** One server to judge, and options of its own. */
export interface GateTargetInFile extends GateOptionsInFile {
  readonly host: HostText;
  readonly profile?: ProfileRef;
  /** What has to hold for this server beyond the profile. */
  readonly expect?: GateExpectInFile;
  readonly address?: AddressText;
}

/** Options, with the names and meanings of those of `smtpcheck tls` and `scan`. */
export interface GateOptionsInFile {
  /** Trust the CAs of these directories, by subject hash or plain PEM. A target that names CAs trusts those alone. */
  readonly 'ca-path'?: Paths;
  /** Trust the CAs of these PEM files. A target that names CAs trusts those alone. */
  readonly 'ca-file'?: Paths;
  /** Trust whole stores (default mozilla, unless CAs are named). A target that names CAs trusts those alone. */
  readonly 'ca-store'?: CaStores;
  /** At most this many intermediates. */
  readonly depth?: Depth;
  /** Strength of keys and digests asked for, 0 to 5 (default 2). */
  readonly 'auth-level'?: AuthLevel;
  /** Any certificate of the CAs ends a chain, not only a self-signed one. */
  readonly 'partial-chain'?: boolean;
  /** Ask of certificates what RFC 5280 asks. */
  readonly 'x509-strict'?: boolean;
  /** Revocation lists, PEM or DER; nothing is fetched. */
  readonly 'crl-file'?: Paths;
  /** Which certificates to look up in the lists (default leaf). */
  readonly 'crl-check'?: 'leaf' | 'all';
  /** Fail when a certificate of the path expires sooner. */
  readonly 'expires-within'?: DurationText;
  /** Least severity that fails (default error). */
  readonly 'fail-on'?: 'error' | 'warning';
  /** How a required fact that could not be found out counts (default inconclusive: exit code 4). */
  readonly inconclusive?: 'inconclusive' | 'fail' | 'warn';
  /** For one target in all. */
  readonly timeout?: DurationText;
  /** For one connection attempt (default 10s). */
  readonly 'connect-timeout'?: DurationText;
  /**
   * Name to say in EHLO (default: this machine's).
   * @errorMessage takes a domain or an address literal
   */
  readonly ehlo?: string;
  /** SNI, and the name to verify (default: the host). */
  readonly servername?: NameText;
  /** Send no SNI. */
  readonly 'no-sni'?: boolean;
  /** Name or address to find in the certificate, if not the SNI name. */
  readonly 'verify-hostname'?: NameText;
  /** Use IPv4 addresses only. */
  readonly ipv4?: boolean;
  /** Use IPv6 addresses only. */
  readonly ipv6?: boolean;
  /** Connect from this local address. */
  readonly bind?: AddressText;
  /**
   * Connect through socks5://, socks5h:// or http://.
   * @errorMessage takes the URL of a proxy, such as socks5://proxy.example.org:1080
   */
  readonly proxy?: string;
  /** Connections a minute or a second (default: as many as the server takes). */
  readonly rate?: RateText;
  /** Wait this long in all when the server asks to slow down (default 5m). */
  readonly 'max-wait'?: DurationText;
  /** Connections to one target in all. */
  readonly 'max-connections'?: MaxConnections;
  /** Connections at a time, 1 to 64. */
  readonly concurrency?: Concurrency;
}

/** What has to hold for one server. What is not named here is not asked for. */
export interface GateExpectInFile {
  /** The server accepts no version below this one. */
  readonly 'min-tls'?: TlsVersionText;
  /** Each of these key-exchange groups is accepted, such as X25519MLKEM768. */
  readonly groups?: Words;
  /** SHA-256 of the server's own certificate, in hexadecimal; of several, one has to match. */
  readonly 'cert-sha256'?: Fingerprints;
  /** SHA-256 of its public key, in base64 or hexadecimal; of several, one has to match. */
  readonly 'spki-sha256'?: KeyDigests;
  /**
   * AUTH inside TLS offers exactly these, in any order; an empty list: no AUTH.
   * @errorMessage takes a list of SASL mechanisms, such as [PLAIN, LOGIN]
   */
  readonly 'auth-mechanisms'?: readonly Mechanism[];
  /** required: offered, and neither mail nor a login is taken without it; offered: it is there; absent: it is not. */
  readonly starttls?: 'required' | 'offered' | 'absent';
}

/** A breach that is known and let pass for a while: by whom it was decided belongs into the reason. */
export interface GateWaiverInFile {
  /**
   * Id of the rule, such as tls-1-0-accepted; `smtpcheck explain RULE` says what it is.
   * @errorMessage takes the id of a rule, such as tls-1-0-accepted
   */
  readonly rule: string;
  /** One of the targets, with or without its port; all of them where this is absent. */
  readonly target?: HostText;
  readonly until: DateText;
  readonly reason: ReasonText;
}
