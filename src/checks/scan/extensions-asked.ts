import type { ScanTrait } from '../../core/scan-report.js';
import type { ClientHello } from '../../wire/hello/client-hello.js';
import { extension } from '../../wire/hello/extensions.js';
import type { AskOptions, HelloResult, ScanContext, ServerPick } from './context.js';
import { knownOf, newHello, oldHello, openableShares, type Change, type Known } from './everyday.js';
import { SSL3, TLS13 } from './offer.js';
import { hadVersions, no, unknown, yes } from './trait.js';

/** Not registered, but known to Exim (its option tls_alpn), which turns away who offers more than one protocol. */
const OF_MAIL: readonly string[] = ['smtp'];
/** What a browser would say that somebody has led astray (the ALPACA attack). */
const FOREIGN: readonly string[] = ['http/1.1'];

const NO_APPLICATION_PROTOCOL = 120;

/** What costs a hello or two of its own: a server may well refuse what has ALPN, so it goes into no hello that asks for more. */
export async function askedTraits(ctx: ScanContext): Promise<ScanTrait[]> {
  const known = knownOf(ctx, (id) => id !== SSL3);
  if (known === null) return withoutVersion(ctx);
  const limits = [extension.maxFragmentLength(), extension.recordSizeLimit()];
  const [mail, foreign] = await Promise.all([
    askWith(ctx, known, { alpn: OF_MAIL, last: limits }),
    askWith(ctx, known, { alpn: FOREIGN }),
  ]);
  // It was ALPN that was refused: the limits are still to be asked for.
  const refused = mail.answer === 'rejected' && mail.alert === NO_APPLICATION_PROTOCOL;
  const limited = refused ? await askWith(ctx, known, { last: limits }) : mail;
  return [alpn(mail), strictness(foreign), recordSize(limited)];
}

function withoutVersion(ctx: ScanContext): ScanTrait[] {
  const { doubt } = hadVersions(ctx.facts.protocols, (name) => name !== 'SSLv2' && name !== 'SSLv3');
  if (doubt === null) return [];
  return ['alpn', 'alpn-strict', 'record-size-limit'].map((id) => unknown(id, doubt));
}

/** Up to TLS 1.2 the answer is in the clear; where there is TLS 1.3 alone, a key share opens it. */
function askWith(ctx: ScanContext, known: Known, change: Change): Promise<HelloResult> {
  const old = known.versions.find(({ id }) => id !== TLS13);
  const asked: { hello: ClientHello; options?: AskOptions } =
    old === undefined ? withShares(known, change) : { hello: oldHello(known, old, change) };
  return ctx.ask(asked.hello, asked.options);
}

function withShares(known: Known, change: Change): { hello: ClientHello; options: AskOptions } {
  const { shares, secret } = openableShares();
  return { hello: newHello(known, shares, change), options: { secret } };
}

/** The extensions that answer ours, in whichever message they stand; null where that was not read. */
function answered({ flight }: ServerPick): readonly number[] | null {
  if (flight === null || flight.serverHello === null) return null;
  return flight.serverHello.version === TLS13 ? flight.encryptedExtensions : flight.serverHello.extensions;
}

const words = (names: readonly string[]): string => names.join(', ');

function whyUnknown(result: HelloResult): string {
  if (result.answer === 'rejected') return result.evidence;
  return result.answer === 'inconclusive'
    ? result.reason
    : (result.pick.cut ?? 'its extensions are in a part of its flight that was not read');
}

function alpn(result: HelloResult): ScanTrait {
  const id = 'alpn';
  if (result.answer === 'rejected' && result.alert === NO_APPLICATION_PROTOCOL)
    return no(id, `${result.evidence} to ${words(OF_MAIL)}`);
  if (result.answer !== 'accepted' || answered(result.pick) === null) return unknown(id, whyUnknown(result));
  const picked = result.pick.flight?.alpn ?? null;
  return picked === null ? no(id, `${words(OF_MAIL)} passed over`) : yes(id, `picked ${picked}`);
}

/** Whether a hello that is meant for another protocol is turned away (RFC 7301 section 3.2). */
function strictness(result: HelloResult): ScanTrait {
  const id = 'alpn-strict';
  if (result.answer === 'rejected' && result.alert === NO_APPLICATION_PROTOCOL)
    return yes(id, `${result.evidence} to ${words(FOREIGN)}`);
  if (result.answer !== 'accepted' || answered(result.pick) === null) return unknown(id, whyUnknown(result));
  const picked = result.pick.flight?.alpn ?? null;
  return no(id, picked === null ? `${words(FOREIGN)} passed over` : `picked ${picked}`);
}

/** RFC 8449 or its forerunner of RFC 6066; a server answers one of them at most. */
function recordSize(result: HelloResult): ScanTrait {
  const id = 'record-size-limit';
  const types = result.answer === 'accepted' ? answered(result.pick) : null;
  if (types === null) return unknown(id, whyUnknown(result));
  const name = LIMITS.find(([type]) => types.includes(type))?.[1];
  return name === undefined
    ? no(id, `neither ${LIMITS.map(([, one]) => one).join(' nor ')} answered`)
    : yes(id, name);
}

const LIMITS: readonly (readonly [type: number, name: string])[] = [
  [28, 'record_size_limit'],
  [1, 'max_fragment_length'],
];
