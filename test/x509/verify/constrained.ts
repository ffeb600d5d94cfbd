import { createHash } from 'node:crypto';
import { ascii, cn, der, dn, oid, type ExtensionSpec } from '../support/der-writer.js';
import * as write from '../support/constraint-writer.js';
import {
  A_LABELS,
  ADDRESSES,
  COMMON_NAME,
  DIRECTORIES,
  HOSTS,
  MAILBOXES,
  RANGES,
  SUBJECTS,
  text,
  URIS,
  UTF8_MAILBOXES,
} from './constrained-names.js';
import { ca, ecKey, issue, keyUsage, notCa, subjectKeyId, type Issued, type KeyPair } from './issue.js';

/** Random chains whose CAs have name constraints: leaves with all kinds of names below a few CAs. */
export interface ConstrainedChains {
  readonly id: string;
  readonly root: Issued;
  /** What is sent behind each leaf. */
  readonly cas: readonly Issued[];
  readonly leaves: readonly Issued[];
}

export type Random = (below: number) => number;

function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[random(from.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}
const some = <T>(random: Random, most: number, make: () => T): T[] =>
  Array.from({ length: random(most + 1) }, make);

/** Names that constraints of the same kind can be about, and some that nothing can be said about. */
function oddName(random: Random): Uint8Array {
  return pick<() => Uint8Array>(random, [
    () => write.otherName(pick(random, ['1.2.3.4', '1.2.3.5']), der(0x0c, ascii('x'))),
    () => write.registeredId(pick(random, ['1.2.3.4', '1.2.3.5'])),
    () => der(0xa3, ascii('x')),
    () => der(0xa5, der(0xa1, der(0x0c, ascii('x')))),
    () => write.utf8Mailbox(pick(random, UTF8_MAILBOXES), pick(random, [0x0c, 0x0c, 0x16])),
  ])();
}

function leafName(random: Random): Uint8Array {
  return pick<() => Uint8Array>(random, [
    () => write.dns(pick(random, HOSTS)),
    () => write.dns(pick(random, HOSTS)),
    () => write.email(pick(random, MAILBOXES)),
    () => write.uri(pick(random, URIS)),
    () => write.ip(...pick(random, ADDRESSES)),
    () => write.directory(...pick(random, DIRECTORIES)),
    () => write.utf8Mailbox(pick(random, UTF8_MAILBOXES)),
    () => oddName(random),
  ])();
}

function base(random: Random): Uint8Array {
  return pick<() => Uint8Array>(random, [
    () => write.dns(pick(random, HOSTS)),
    () => write.email(pick(random, [...MAILBOXES, ...HOSTS])),
    () => write.email(pick(random, A_LABELS)),
    () => write.uri(pick(random, HOSTS)),
    () => write.ip(...pick(random, RANGES)),
    () => write.directory(...pick(random, DIRECTORIES)),
    () => oddName(random),
  ])();
}

/** Mostly without the limits that RFC 5280 forbids. */
function subtree(random: Random): Uint8Array {
  const minimum = random(8) === 0 ? pick<readonly number[]>(random, [[0], [0], [1], [0, 0x80]]) : undefined;
  return write.subtree(base(random), minimum, random(20) === 0 ? [0] : undefined);
}

function randomConstraints(random: Random): readonly ExtensionSpec[] {
  if (random(8) === 0) return [];
  const list = (): readonly Uint8Array[] => some(random, 3, () => subtree(random));
  return [write.nameConstraints(write.constraints({ permitted: list(), excluded: list() }))];
}

const authorityKeyId = (key: KeyPair): ExtensionSpec => [
  '2.5.29.35',
  false,
  der(
    0x30,
    der(
      0x80,
      createHash('sha1')
        .update(key.publicKey.export({ type: 'spki', format: 'der' }))
        .digest(),
    ),
  ),
];

const PROXY: ExtensionSpec = ['1.3.6.1.5.5.7.1.14', true, der(0x30, der(0x30, oid('1.3.6.1.5.5.7.21.1')))];

const KEYS: readonly KeyPair[] = Array.from({ length: 5 }, () => ecKey());
const keyAt = (index: number): KeyPair => KEYS[index % KEYS.length] ?? ecKey();

/** One to three CAs below a root. Some of them issue to themselves, as a CA that changes its key does; some roots are constrained too. */
function makeCas(random: Random): { root: Issued; cas: Issued[]; issuer: Uint8Array; signer: KeyPair } {
  let issuer = cn('constrained root');
  let signer = keyAt(0);
  const own = (key: KeyPair): ExtensionSpec[] => [ca(), keyUsage(0x06), subjectKeyId(key)];
  const rootConstraints = random(5) === 0 ? randomConstraints(random) : [];
  const root = issue({ subject: issuer, key: signer, extensions: [...own(signer), ...rootConstraints] });
  const cas: Issued[] = [];
  const count = 1 + random(3);
  for (let i = 1; i <= count; i++) {
    const key = keyAt(i);
    const again = i > 1 && random(3) === 0;
    const named = dn(...pick(random, DIRECTORIES), [text(COMMON_NAME, `ca${i}.example.test`)]);
    const subject = again ? issuer : named;
    const extensions = [...own(key), authorityKeyId(signer), ...randomConstraints(random)];
    cas.unshift(issue({ subject, issuer, key, signer, extensions }));
    [issuer, signer] = [subject, key];
  }
  return { root, cas, issuer, signer };
}

export function makeConstrainedChains(random: Random, id: string, leafCount: number): ConstrainedChains {
  const { root, cas, issuer, signer } = makeCas(random);
  const leaves = Array.from({ length: leafCount }, () => {
    const key = keyAt(4);
    const isProxy = random(20) === 0;
    const names = random(4) === 0 ? [] : [write.altNames(...some(random, 3, () => leafName(random)))];
    const subject = random(15) === 0 ? issuer : dn(...pick(random, SUBJECTS));
    const keyIds = [subjectKeyId(key), authorityKeyId(signer)];
    const extensions = [...(isProxy ? [PROXY] : [notCa, ...names]), ...keyIds];
    return issue({ subject, issuer, key, signer, extensions });
  });
  return { id, root, cas, leaves };
}
