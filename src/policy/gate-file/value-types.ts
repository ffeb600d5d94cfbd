/* The values of the gate's file: see file-types.ts. */

/**
 * A profile by name (`smtpcheck profiles` lists them), or the path of a profile file, relative to this one: with a slash, or ending in .yaml, .yml or .json.
 * @minLength 1
 * @examples ["mx", "submission", "modern", "intermediate", "old", "ncsc-nl-2025-05", "rfc9325", "./our-profile.yaml"]
 * @errorMessage takes the name of a profile, or the path of a profile file
 */
export type ProfileRef = string;

/**
 * host (port 25), host:port, [v6]:port, or smtp:// submission:// smtps:// submissions:// lmtp://.
 * @minLength 1
 * @errorMessage takes a server, such as mx1.example.org:25
 */
export type HostText = string;

/**
 * A length of time with its unit: ms, s, m, h or d.
 * @pattern ^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$
 * @examples ["500ms", "20s", "5m", "21d"]
 * @errorMessage takes a duration such as 500ms, 20s or 21d
 */
export type DurationText = string;

/**
 * Connections and a unit of time.
 * @pattern ^[0-9]{1,5}/(s|m|min|minute|second|h|hour)$
 * @examples ["20/m", "2/s"]
 * @errorMessage takes connections a minute or a second, such as 20/m or 2/s
 */
export type RateText = string;

/**
 * A path, relative to this file.
 * @minLength 1
 * @errorMessage takes a path
 */
export type PathText = string;

/**
 * One path or several, relative to this file.
 * @errorMessage takes a path or a list of paths
 */
export type Paths = PathText | PathList;

/** @minItems 1 */
export type PathList = readonly PathText[];

/**
 * mozilla: the roots inside Node.js; system: those of the machine.
 * @errorMessage takes mozilla or system
 */
export type CaStore = 'mozilla' | 'system';

/**
 * One store or both.
 * @errorMessage takes mozilla or system, or a list of both
 */
export type CaStores = CaStore | CaStoreList;

/** @minItems 1 */
export type CaStoreList = readonly CaStore[];

/**
 * A host name or an address.
 * @minLength 1
 * @errorMessage takes a host name
 */
export type NameText = string;

/**
 * An IP address.
 * @errorMessage takes an IP address
 */
export type AddressText = string;

/**
 * @asType integer
 * @minimum 0
 * @maximum 100
 * @errorMessage takes a whole number from 0 to 100
 */
export type Depth = number;

/**
 * @asType integer
 * @minimum 0
 * @maximum 5
 * @errorMessage takes a whole number from 0 to 5
 */
export type AuthLevel = number;

/**
 * @asType integer
 * @minimum 1
 * @maximum 100000
 * @errorMessage takes a whole number from 1 to 100000
 */
export type MaxConnections = number;

/**
 * @asType integer
 * @minimum 1
 * @maximum 64
 * @errorMessage takes a whole number from 1 to 64
 */
export type Concurrency = number;

/**
 * A TLS version.
 * @errorMessage takes a TLS version: 1.0, 1.1, 1.2 or 1.3
 */
export type TlsVersionText =
  '1.0' | '1.1' | '1.2' | '1.3' | 1 | 1.1 | 1.2 | 1.3 | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/**
 * A list of names.
 * @errorMessage takes a name or a list of names
 */
export type Words = string | WordList;

/** @minItems 1 */
export type WordList = readonly string[];

/**
 * A SHA-256 digest: 64 hexadecimal digits, in upper or lower case, with or without colons.
 * @pattern ^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$
 * @errorMessage takes 64 hexadecimal digits, with or without colons
 */
export type Fingerprint = string;

/**
 * One digest or several.
 * @errorMessage takes 64 hexadecimal digits, with or without colons, or a list of such
 */
export type Fingerprints = Fingerprint | FingerprintList;

/** @minItems 1 */
export type FingerprintList = readonly Fingerprint[];

/**
 * A SHA-256 digest: 44 characters of base64, or 64 hexadecimal digits.
 * @pattern ^([A-Za-z0-9+/]{43}=|[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31})$
 * @errorMessage takes 44 characters of base64, or 64 hexadecimal digits
 */
export type KeyDigest = string;

/**
 * One digest or several.
 * @errorMessage takes 44 characters of base64, or 64 hexadecimal digits, or a list of such
 */
export type KeyDigests = KeyDigest | KeyDigestList;

/** @minItems 1 */
export type KeyDigestList = readonly KeyDigest[];

/**
 * Name of a SASL mechanism.
 * @pattern ^[A-Za-z0-9_-]{1,20}$
 * @examples ["PLAIN", "LOGIN", "SCRAM-SHA-256", "XOAUTH2"]
 * @errorMessage takes the name of a SASL mechanism, such as PLAIN
 */
export type Mechanism = string;

/**
 * The last day on which it holds (UTC), as year, month, day.
 * @pattern ^[0-9]{4}-[0-9]{2}-[0-9]{2}$
 * @examples ["2027-03-31"]
 * @errorMessage takes a date such as 2027-03-31
 */
export type DateText = string;

/**
 * Why it is let pass, for whoever comes after you.
 * @pattern \S
 * @errorMessage takes the reason in words
 */
export type ReasonText = string;
