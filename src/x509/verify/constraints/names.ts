import type { Certificate, GeneralName, NameConstraints } from '../../certificate-types.js';
import { contentOf, TAG } from '../../der.js';
import { decodeOid } from '../../oid.js';
import type { VerifyCodeName } from '../../verify-codes.js';
import { relate } from './relate.js';

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

/** How many names OpenSSL counts: attributes of the subject, and alternative names. */
export function nameCount({ subject, subjectAltNames }: Certificate): number {
  return subject.attributes.length + (subjectAltNames?.length ?? 0);
}

export function subtreeCount({ permitted, excluded }: NameConstraints): number {
  return permitted.length + excluded.length;
}

/** The first thing wrong with a certificate's names (OpenSSL's NAME_CONSTRAINTS_check), null when they keep the constraints. */
export function namesFault(cert: Certificate, constraints: NameConstraints): VerifyCodeName | null {
  for (const name of namesOf(cert)) {
    const fault = name === 'unreadable' ? 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX' : nameFault(name, constraints);
    if (fault !== null) return fault;
  }
  return null;
}

/** The subject, the e-mail addresses in it (RFC 5280 section 4.1.2.6 has them as IA5String only), the alternative names. */
function* namesOf({ subject, subjectAltNames }: Certificate): Generator<GeneralName | 'unreadable'> {
  if (subject.attributes.length > 0) yield { type: 'directory', name: subject };
  for (const { type, value } of subject.attributes) {
    if (decodeOid(contentOf(type)) !== EMAIL_ADDRESS) continue;
    if (value.tag !== TAG.ia5String) yield 'unreadable';
    else yield { type: 'email', value: Buffer.from(contentOf(value)).toString('latin1') };
  }
  yield* subjectAltNames ?? [];
}

/**
 * One name (OpenSSL's nc_match): where subtrees of its kind are permitted it must be in one of them, and it must be in none
 * that is excluded. A subtree that cannot be judged is a fault of its own, unless the name has been refused before.
 */
export function nameFault(
  name: GeneralName,
  { permitted, excluded }: NameConstraints,
): VerifyCodeName | null {
  let isPermitted: boolean | null = null;
  for (const { base, limited } of permitted) {
    const relation = relate(name, base);
    if (relation === 'unrelated') continue;
    if (limited) return 'X509_V_ERR_SUBTREE_MINMAX';
    // Once the name is permitted, the subtrees that follow are not compared any more.
    if (isPermitted === true) continue;
    if (relation !== 'inside' && relation !== 'outside') return relation;
    isPermitted = relation === 'inside';
  }
  if (isPermitted === false) return 'X509_V_ERR_PERMITTED_VIOLATION';
  for (const { base, limited } of excluded) {
    const relation = relate(name, base);
    if (relation === 'unrelated') continue;
    if (limited) return 'X509_V_ERR_SUBTREE_MINMAX';
    if (relation === 'inside') return 'X509_V_ERR_EXCLUDED_VIOLATION';
    if (relation !== 'outside') return relation;
  }
  return null;
}
