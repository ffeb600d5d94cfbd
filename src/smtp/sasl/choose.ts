import type { ScramName } from './scram.js';
import type { ChannelBinding, ChannelBindingData, SecretKind } from './types.js';

export type MechanismName =
  ScramName | 'EXTERNAL' | 'CRAM-MD5' | 'PLAIN' | 'LOGIN' | 'OAUTHBEARER' | 'XOAUTH2';

/**
 * Every mechanism with the kind of secret that it takes, strongest first, inside TLS with a verified server:
 * - EXTERNAL sends no secret at all.
 * - SCRAM proves the password without giving it away and has the server prove itself. A binding to the TLS session is worth
 *   more than a longer hash: it stops who sits in the middle, and no hash of the three is broken where SCRAM uses it.
 * - CRAM-MD5 hides the password from the server, but not from a guesser (one HMAC a guess), and proves no server.
 * - PLAIN and LOGIN hand the password over. LOGIN was never standardised and takes two more turns.
 * - OAUTHBEARER is the standard (RFC 7628) for what XOAUTH2 does without one.
 */
const TAKES: Readonly<Record<MechanismName, SecretKind>> = {
  EXTERNAL: 'certificate',
  'SCRAM-SHA-512-PLUS': 'password',
  'SCRAM-SHA-256-PLUS': 'password',
  'SCRAM-SHA-1-PLUS': 'password',
  'SCRAM-SHA-512': 'password',
  'SCRAM-SHA-256': 'password',
  'SCRAM-SHA-1': 'password',
  'CRAM-MD5': 'password',
  PLAIN: 'password',
  LOGIN: 'password',
  OAUTHBEARER: 'token',
  XOAUTH2: 'token',
};

/** All mechanisms, strongest first. */
export const MECHANISMS: readonly MechanismName[] = Object.keys(TAKES).filter(isMechanismName);

export function isMechanismName(name: string): name is MechanismName {
  return Object.hasOwn(TAKES, name);
}

/** Whether the mechanism works with such a secret. EXTERNAL works beside any: it sends none. */
export function takesSecret(name: MechanismName, kind: SecretKind): boolean {
  return name === 'EXTERNAL' || TAKES[name] === kind;
}

export interface ChoiceInput {
  readonly secret: SecretKind;
  /** True when the TLS session can give a channel binding. */
  readonly canBind: boolean;
  /** The mechanism that the user asked for. */
  readonly pinned?: MechanismName;
}

/** One mechanism, or why there is none: none of ours was offered, or something was and does not fit what we have. */
export type Choice =
  | { readonly kind: 'chosen'; readonly name: MechanismName }
  | {
      readonly kind: 'none';
      readonly result: 'not-offered' | 'not-attempted';
      readonly reason: string;
    };

/**
 * The offered mechanisms that can be tried with this kind of secret, strongest first. EXTERNAL is among them only with a
 * certificate and nothing else: a server that offers it to whoever has a certificate is not asked for it instead of the
 * password that was given.
 */
export function usableMechanisms(
  offered: readonly string[],
  { secret, canBind }: Omit<ChoiceInput, 'pinned'>,
): MechanismName[] {
  return MECHANISMS.filter(
    (name) => offered.includes(name) && TAKES[name] === secret && (canBind || !isPlus(name)),
  );
}

/** Chooses from the names behind AUTH, in upper case (see authMechanisms). A pin is kept or nothing is chosen. */
export function chooseMechanism(offered: readonly string[], input: ChoiceInput): Choice {
  const { pinned, secret, canBind } = input;
  if (pinned !== undefined) return judgePin(offered, pinned, input);
  const [strongest] = usableMechanisms(offered, { secret, canBind });
  if (strongest !== undefined) return { kind: 'chosen', name: strongest };
  if (offered.length === 0) return none('not-offered', 'the server offers no AUTH');
  const known = offered.filter(isMechanismName);
  if (known.length === 0) {
    return none('not-offered', 'the server offers no mechanism that smtpcheck speaks');
  }
  return none(
    'not-attempted',
    `the server offers ${known.join(', ')}, which cannot be used with ${withWhat(secret)}`,
  );
}

function judgePin(offered: readonly string[], pinned: MechanismName, input: ChoiceInput): Choice {
  if (!offered.includes(pinned)) return none('not-offered', `the server does not offer ${pinned}`);
  if (!takesSecret(pinned, input.secret)) {
    return none('not-attempted', `${pinned} cannot be used with ${withWhat(input.secret)}`);
  }
  if (isPlus(pinned) && !input.canBind) {
    return none('not-attempted', `${pinned} needs a channel binding, which this TLS session does not have`);
  }
  return { kind: 'chosen', name: pinned };
}

/**
 * What SCRAM says about channel binding (RFC 5802 section 6). `y` claims that the server did not offer it, so it is said only
 * when that is so: a server that did would break off. A mechanism without binding that the user pinned says `n`.
 */
export function channelBindingFor(
  name: MechanismName,
  offered: readonly string[],
  available: ChannelBindingData | null,
  pinned: boolean,
): ChannelBinding {
  if (available === null) return 'not-supported';
  if (isPlus(name)) return available;
  return pinned || offered.some(isPlus) ? 'not-supported' : 'supported-but-not-offered';
}

function isPlus(name: string): boolean {
  return name.startsWith('SCRAM-') && name.endsWith('-PLUS');
}

function none(result: 'not-offered' | 'not-attempted', reason: string): Choice {
  return { kind: 'none', result, reason };
}

function withWhat(secret: SecretKind): string {
  return secret === 'certificate' ? 'a client certificate alone' : `a ${secret}`;
}
