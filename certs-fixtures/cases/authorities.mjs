// The trust anchors and the intermediates that most cases share.
import { intermediate, root } from '../lib/certificate.mjs';

export const rsaRoot = root('lab-root-rsa', 'Lab Root RSA', { kind: 'rsa-2048' });
export const ecRoot = root('lab-root-ec', 'Lab Root EC');

export const rsaIntermediate = intermediate('Lab Intermediate RSA', rsaRoot, { kind: 'rsa-2048' });
export const ecIntermediate = intermediate('Lab Intermediate EC', ecRoot);

/** A root nobody trusts: it never goes to out/roots. */
export const strangerRoot = root(undefined, 'Stranger Root');
export const strangerIntermediate = intermediate('Stranger Intermediate', strangerRoot);
