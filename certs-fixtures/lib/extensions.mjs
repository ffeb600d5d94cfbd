// X.509 version 3 extensions (RFC 5280 section 4.2.1). Each function returns { oid, critical, value: DER bytes }.
import { isIPv4, isIPv6 } from 'node:net';
import * as der from './der.mjs';

const extension = (oid, node, critical = false) => ({ oid, critical, value: der.toDer(node) });

export const basicConstraints = ({ ca, pathLen }, critical = true) =>
  extension(
    '2.5.29.19',
    der.seq(ca && der.boolean(true), pathLen !== undefined && der.integer(pathLen)),
    critical,
  );

const KEY_USAGE = { digitalSignature: 0, keyEncipherment: 2, keyAgreement: 4, keyCertSign: 5, cRLSign: 6 };
export const keyUsage = (...names) =>
  extension('2.5.29.15', der.namedBits(names.map((name) => KEY_USAGE[name])), true);

const PURPOSES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  any: '2.5.29.37.0',
};
export const extKeyUsage = (...names) =>
  extension('2.5.29.37', der.seq(...names.map((name) => der.oid(PURPOSES[name]))));

export const subjectKeyId = (keyId) => extension('2.5.29.14', der.octets(keyId));

/** `issuer` and `serial` (the issuer's issuer name node and serial bytes) are the rare second form. */
export const authorityKeyId = ({ keyId, issuer, serial }) =>
  extension(
    '2.5.29.35',
    der.seq(
      keyId && der.implicitBytes(0, keyId),
      issuer && der.implicit(1, der.explicit(4, issuer)),
      serial && der.implicitBytes(2, serial),
    ),
  );

export function ipBytes(text) {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  if (!isIPv6(text)) throw new Error(`not an IP address: ${text}`);
  const [head, tail] = text.split('::').map((part) => (part ? part.split(':') : []));
  const zeros = tail === undefined ? [] : Array(8 - head.length - tail.length).fill('0');
  const groups = [...head, ...zeros, ...(tail ?? [])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

const generalNames = ({ dns = [], ip = [], email = [], directory = [] }) => [
  ...email.map((text) => der.implicitBytes(1, Buffer.from(text, 'latin1'))),
  ...dns.map((text) => der.implicitBytes(2, Buffer.from(text, 'latin1'))),
  ...directory.map((name) => der.explicit(4, name)),
  ...ip.map((text) => der.implicitBytes(7, Buffer.concat(text.split('/').map(ipBytes)))),
];

export const subjectAltName = (names, critical = false) =>
  extension('2.5.29.17', der.seq(...generalNames(names)), critical);

/** `permitted` and `excluded` are general names; an IP range is written address/mask. */
export const nameConstraints = ({ permitted, excluded }) => {
  const subtrees = (tag, names) =>
    names && der.implicit(tag, ...generalNames(names).map((name) => der.seq(name)));
  return extension('2.5.29.30', der.seq(subtrees(0, permitted), subtrees(1, excluded)), true);
};

/** An extension no validator knows: 1.3.6.1.4.1.32473 is the arc reserved for documentation (RFC 5612). */
export const unknown = (critical) => extension('1.3.6.1.4.1.32473.1', der.nil(), critical);

/** Certificate policies are known to every validator, so they may be critical. */
export const certificatePolicies = (critical) =>
  extension('2.5.29.32', der.seq(der.seq(der.oid('2.5.29.32.0'))), critical);
