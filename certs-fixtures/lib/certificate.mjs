// Makes certificates: TBSCertificate through der.mjs, signed with node:crypto. It never judges what it is asked for,
// because most cases are wrong on purpose.
import { constants, randomBytes, sign } from 'node:crypto';
import * as der from './der.mjs';
import * as ext from './extensions.mjs';
import { key as makeKey, keyId, spki } from './keys.mjs';

const FOREVER = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2120-01-01T00:00:00Z' };
const ATTRIBUTES = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' };
const RSA_OIDS = { md5: 4, sha1: 5, sha256: 11, sha384: 12, sha512: 13 };
const ECDSA_OIDS = { sha1: '1', sha256: '3.2', sha384: '3.3', sha512: '3.4' };
const SHA256 = '2.16.840.1.101.3.4.2.1';
const PSS_SALT = 32;

/** `[['O', 'Lab'], ['CN', 'x', 'printable']]`, or a string for a lone CN; an array of such triples is a multi-valued RDN. */
export function distinguishedName(name) {
  const attribute = ([type, text, kind]) =>
    der.seq(der.oid(ATTRIBUTES[type]), der.directoryString(text, kind));
  const rdns =
    typeof name === 'string'
      ? [
          ['O', 'smtpcheck test PKI'],
          ['CN', name],
        ]
      : name;
  return der.seq(
    ...rdns.map((rdn) => (Array.isArray(rdn[0]) ? der.set(...rdn.map(attribute)) : der.set(attribute(rdn)))),
  );
}

function pssAlgorithm() {
  const digest = der.seq(der.oid(SHA256), der.nil());
  const mask = der.seq(der.oid('1.2.840.113549.1.1.8'), digest);
  return der.seq(
    der.oid('1.2.840.113549.1.1.10'),
    der.seq(der.explicit(0, digest), der.explicit(1, mask), der.explicit(2, der.integer(PSS_SALT))),
  );
}

function signatureAlgorithm(signer, hash, pss) {
  const type = signer.privateKey.asymmetricKeyType;
  if (type === 'ed25519') return der.seq(der.oid('1.3.101.112'));
  if (type === 'ed448') return der.seq(der.oid('1.3.101.113'));
  if (type === 'ec') return der.seq(der.oid(`1.2.840.10045.4.${ECDSA_OIDS[hash]}`));
  return pss ? pssAlgorithm() : der.seq(der.oid(`1.2.840.113549.1.1.${RSA_OIDS[hash]}`), der.nil());
}

function signature(signer, hash, pss, bytes) {
  const type = signer.privateKey.asymmetricKeyType;
  if (type.startsWith('ed')) return sign(null, bytes, signer.privateKey);
  const padding = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT } : {};
  return sign(hash, bytes, { key: signer.privateKey, ...padding });
}

const extensionNode = ({ oid, critical, value }) =>
  der.seq(der.oid(oid), critical && der.boolean(true), der.octets(value));

/**
 * Issues a certificate. Without `issuer` it is self-signed. `extensions` maps any label to an extension or to undefined.
 * To be wrong on purpose: `signer` signs with another key, `issuerName` names another issuer, `innerHash` lies in the TBS part.
 */
export function issue({ subject, key, issuer, signer, issuerName, ...options }) {
  const {
    notBefore,
    notAfter,
    version = 3,
    hash = 'sha256',
    innerHash = hash,
    pss = false,
  } = { ...FOREVER, ...options };
  const serial =
    options.serial ?? Buffer.concat([Buffer.of(0x40 | (randomBytes(1)[0] & 0x3f)), randomBytes(15)]);
  const name = distinguishedName(subject);
  const signingKey = signer ?? issuer?.key ?? key;
  const extensions = Object.values(options.extensions ?? {}).filter(Boolean);
  const tbs = der.seq(
    version > 1 && der.explicit(0, der.integer(version - 1)),
    der.integer(serial),
    signatureAlgorithm(signingKey, innerHash, pss),
    issuerName ? distinguishedName(issuerName) : (issuer?.name ?? name),
    der.seq(der.time(notBefore), der.time(notAfter)),
    name,
    der.fromDer(spki(key)),
    version > 2 && extensions.length > 0 && der.explicit(3, der.seq(...extensions.map(extensionNode))),
  );
  const signed = der.bits(signature(signingKey, hash, pss, der.toDer(tbs)));
  const bytes = der.toDer(der.seq(tbs, signatureAlgorithm(signingKey, hash, pss), signed));
  const pem = `-----BEGIN CERTIFICATE-----\n${bytes
    .toString('base64')
    .match(/.{1,64}/g)
    .join('\n')}\n-----END CERTIFICATE-----\n`;
  return { name, subject, key, serial, issuer, pem };
}

const authority = (issuer, own) => ext.authorityKeyId({ keyId: keyId(issuer?.key ?? own) });

/** A root: self-signed, CA, nothing else. `file` is its name under out/roots. */
export function root(file, subject, { kind = 'p-256', key = makeKey(kind, file), extensions, ...rest } = {}) {
  const usual = {
    basicConstraints: ext.basicConstraints({ ca: true }),
    keyUsage: ext.keyUsage('keyCertSign', 'cRLSign'),
    subjectKeyId: ext.subjectKeyId(keyId(key)),
  };
  return { file, ...issue({ subject, key, ...rest, extensions: { ...usual, ...extensions } }) };
}

/** An intermediate CA below `issuer`. */
export function intermediate(subject, issuer, options = {}) {
  const { kind = 'p-256', key = makeKey(kind, String(subject)), pathLen, extensions, ...rest } = options;
  const usual = {
    basicConstraints: ext.basicConstraints({ ca: true, pathLen }),
    keyUsage: ext.keyUsage('keyCertSign', 'cRLSign'),
    subjectKeyId: ext.subjectKeyId(keyId(key)),
    authorityKeyId: authority(issuer, key),
  };
  return issue({ subject, key, issuer, ...rest, extensions: { ...usual, ...extensions } });
}

export const HOST = 'mail.smtpcheck.test';

/** A server certificate below `issuer` (undefined: self-signed) for the lab's usual names. */
export function leaf(issuer, options = {}) {
  const { kind = 'p-256', key = makeKey(kind), subject = HOST, extensions, ...rest } = options;
  const usual = {
    basicConstraints: ext.basicConstraints({ ca: false }),
    keyUsage: ext.keyUsage('digitalSignature', ...(kind.startsWith('rsa') ? ['keyEncipherment'] : [])),
    extKeyUsage: ext.extKeyUsage('serverAuth', 'clientAuth'),
    subjectAltName: ext.subjectAltName({ dns: [HOST, 'localhost'], ip: ['127.0.0.1', '::1'] }),
    subjectKeyId: ext.subjectKeyId(keyId(key)),
    authorityKeyId: authority(issuer, key),
  };
  return issue({ subject, key, issuer, ...rest, extensions: { ...usual, ...extensions } });
}
