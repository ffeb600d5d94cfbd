// Key usage, extended key usage, and extensions that are critical, unknown or there twice.
import * as ext from '../lib/extensions.mjs';
import { leaf, root } from '../lib/certificate.mjs';
import { rsaIntermediate, rsaRoot } from './authorities.mjs';
import { below, leafWith } from './shapes.mjs';

const NONE = undefined;
const NO_ERROR = [0, 0];
const noSignRoot = root('lab-root-no-cert-sign', 'Lab Root without keyCertSign', {
  extensions: { keyUsage: ext.keyUsage('cRLSign') },
});

export default [
  leafWith(
    'client-auth-only-leaf',
    'The leaf’s extended key usage is clientAuth alone.',
    { extensions: { extKeyUsage: ext.extKeyUsage('clientAuth') } },
    [26, 26],
  ),
  leafWith(
    'any-eku-leaf',
    'anyExtendedKeyUsage alone: openssl does not count it as serverAuth.',
    { extensions: { extKeyUsage: ext.extKeyUsage('any') } },
    [26, 26],
  ),
  leafWith(
    'no-eku-leaf',
    'No extended key usage: any purpose will do.',
    { extensions: { extKeyUsage: NONE } },
    NO_ERROR,
  ),
  below(
    'client-auth-only-intermediate',
    'The intermediate’s extended key usage is clientAuth alone.',
    { extensions: { extKeyUsage: ext.extKeyUsage('clientAuth') } },
    [26, 26],
  ),
  below(
    'server-auth-intermediate',
    'The intermediate’s extended key usage includes serverAuth.',
    { extensions: { extKeyUsage: ext.extKeyUsage('serverAuth', 'emailProtection') } },
    NO_ERROR,
  ),
  below(
    'no-cert-sign-intermediate',
    'The intermediate’s key usage lacks keyCertSign: 79 and 26 come before 32.',
    { extensions: { keyUsage: ext.keyUsage('digitalSignature', 'cRLSign') } },
    [79, 79],
  ),
  {
    id: 'no-cert-sign-root',
    purpose: 'The root’s key usage lacks keyCertSign.',
    chain: [leaf(noSignRoot)],
    trust: [noSignRoot],
    shows: [79, 79],
  },
  {
    id: 'key-encipherment-only-leaf',
    purpose: 'An RSA leaf without digitalSignature, as for RSA key exchange.',
    chain: [
      leaf(rsaIntermediate, { kind: 'rsa-2048', extensions: { keyUsage: ext.keyUsage('keyEncipherment') } }),
      rsaIntermediate,
    ],
    trust: [rsaRoot],
    shows: NO_ERROR,
  },
  leafWith(
    'key-agreement-only-leaf',
    'An EC leaf whose key usage is keyAgreement alone.',
    { extensions: { keyUsage: ext.keyUsage('keyAgreement') } },
    NO_ERROR,
  ),
  leafWith(
    'cert-sign-only-leaf',
    'A leaf whose key usage is keyCertSign alone: not for a server.',
    { extensions: { keyUsage: ext.keyUsage('keyCertSign') } },
    [26, 26],
  ),
  leafWith('no-key-usage-leaf', 'A leaf without key usage.', { extensions: { keyUsage: NONE } }, NO_ERROR),
  leafWith(
    'ca-leaf',
    'A server certificate that says CA:TRUE: openssl does not mind.',
    { extensions: { basicConstraints: ext.basicConstraints({ ca: true }) } },
    NO_ERROR,
  ),
  leafWith(
    'critical-unknown-extension-leaf',
    'A critical extension that nobody knows.',
    { extensions: { odd: ext.unknown(true) } },
    [34, 34],
  ),
  below(
    'critical-unknown-extension-intermediate',
    'The same in the intermediate.',
    { extensions: { odd: ext.unknown(true) } },
    [34, 34],
  ),
  leafWith(
    'unknown-extension-leaf',
    'The same extension, not critical.',
    { extensions: { odd: ext.unknown(false) } },
    NO_ERROR,
  ),
  leafWith(
    'critical-known-extension-leaf',
    'A critical extension that is known (certificatePolicies).',
    { extensions: { odd: ext.certificatePolicies(true) } },
    NO_ERROR,
  ),
  leafWith(
    'duplicate-extension-leaf',
    'The same extension twice, which RFC 5280 forbids: openssl calls the certificate invalid and finds no issuer for it.',
    { extensions: { again: ext.extKeyUsage('serverAuth') } },
    [20, 20],
  ),
];
