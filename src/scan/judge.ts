import type { HelloResult, ServerPick, UnknownKind } from '../checks/scan/context.js';
import type { ErrorCode, SmtpcheckError } from '../core/errors.js';
import type { RawAnswer } from '../net/raw-hello.js';
import { CLOSE_NOTIFY } from '../wire/hello/answer.js';
import type { ClientHello } from '../wire/hello/client-hello.js';
import { alertName, hexId, speaksAboutOffer, suiteById } from '../wire/names.js';

/** Whether the server ended the connection without a word about the hello. */
export function isClose(answer: RawAnswer): boolean {
  if (answer.kind === 'alert') return answer.description === CLOSE_NOTIFY;
  return answer.kind === 'none' && answer.error.phase === 'handshake' && CLOSES.includes(answer.error.code);
}

const CLOSES: readonly ErrorCode[] = ['connection-closed', 'connection-reset'];

/** The three values of design section 2.1: only bytes are evidence. */
export function judge(answer: RawAnswer, hello: ClientHello): HelloResult {
  switch (answer.kind) {
    case 'hello': {
      const { flight, cut } = answer;
      const picked = flight.serverHello;
      if (picked === null) return unknown('garbled', 'no ServerHello');
      return picking(
        { version: picked.version, suite: picked.cipherSuite, group: flight.group, flight, cut },
        hello,
      );
    }
    case 'retry':
      return picking(
        { version: TLS13, suite: answer.suite, group: answer.group, flight: null, cut: null },
        hello,
      );
    case 'alert': {
      const { description } = answer;
      const evidence = `alert ${description} (${alertName(description)})`;
      if (isClose(answer)) return unknown('closed', evidence);
      return speaksAboutOffer(description)
        ? { answer: 'rejected', evidence, alert: description }
        : unknown('alert', evidence);
    }
    case 'sslv2':
      return unknown('garbled', 'an SSLv2 message came in answer to TLS');
    case 'garbled':
      return unknown('garbled', answer.error.message);
    case 'none':
      return unknown(isClose(answer) ? 'closed' : kindOf(answer.error), answer.error.message);
  }
}

/** Values in the place of suites that can be offered and not picked: TLS_FALLBACK_SCSV, RFC 5746's, and those of RFC 8701. */
const isSignal = (id: number): boolean =>
  id === 0x00ff || id === 0x5600 || ((id & 0x0f0f) === 0x0a0a && id >> 8 === (id & 0xff));

/** SSL 3.0: what came before has no ServerHello of this form. */
const OLDEST_VERSION = 0x0300;
const TLS13 = 0x0304;
const SUPPORTED_VERSIONS = 43;

/** Nothing was accepted that was not offered, and nothing refused by who picks what goes with no version. */
function picking(pick: ServerPick, hello: ClientHello): HelloResult {
  const { suite, version } = pick;
  if (!hello.suites.includes(suite) || isSignal(suite))
    return unknown('garbled', `the server picked ${hexId(suite)}, which was not offered`);
  const offers13 = hello.extensions.some(({ type }) => type === SUPPORTED_VERSIONS);
  const offered = version === TLS13 ? offers13 : version >= OLDEST_VERSION && version <= hello.legacyVersion;
  if (!offered)
    return unknown('garbled', `the server picked the version ${hexId(version)}, which was not offered`);
  const known = suiteById(suite);
  if (known !== undefined && known.tls13 !== (version === TLS13))
    return unknown('garbled', `the server picked ${hexId(suite)} with the version ${hexId(version)}`);
  return { answer: 'accepted', pick };
}

const kindOf = ({ code, phase }: SmtpcheckError): UnknownKind =>
  code === 'silent' && phase === 'handshake' ? 'silent' : 'unreached';

export function unknown(kind: UnknownKind, reason: string): HelloResult {
  return { answer: 'inconclusive', kind, reason };
}
