import type { AcceptedHello, HelloResult, ScanContext } from '../../../src/checks/scan/context.js';
import { offerOf, TLS12 } from '../../../src/checks/scan/offer.js';
import type { ProbeFacts } from '../../../src/core/tls-facts.js';
import type { ScanProtocol, ScanProtocolReport, ScanTrait } from '../../../src/core/scan-report.js';
import type { FlightFacts, ServerHelloFacts } from '../../../src/wire/flight-types.js';
import type { ClientHello } from '../../../src/wire/hello/client-hello.js';
import { suiteName } from '../../../src/wire/names.js';
import { fakeContext, NOTHING_ASKED, versionOf, type FakeContext, type FakeServer } from './support.js';

export const GCM = 0xc02f;
export const CBC = 0xc013;
export const OF_13 = 0x1301;

const EXTENDED_MASTER_SECRET = 23;
const ENCRYPT_THEN_MAC = 22;
export const RENEGOTIATION_INFO = 0xff01;

export function serverHello(changes: Partial<ServerHelloFacts> = {}): ServerHelloFacts {
  const { extensions = [RENEGOTIATION_INFO] } = changes;
  return {
    version: TLS12,
    cipherSuite: GCM,
    compression: 0,
    extensions,
    extendedMasterSecret: extensions.includes(EXTENDED_MASTER_SECRET),
    encryptThenMac: extensions.includes(ENCRYPT_THEN_MAC),
    renegotiationInfo: extensions.includes(RENEGOTIATION_INFO),
    ...changes,
  };
}

export function flight(hello: ServerHelloFacts, changes: Partial<FlightFacts> = {}): FlightFacts {
  return {
    serverHello: hello,
    helloRetryRequest: false,
    retrySuite: null,
    certificates: [Uint8Array.of(1)],
    ocspStaple: null,
    certificateRequest: false,
    group: null,
    dhBits: null,
    dhPrime: null,
    signatureScheme: null,
    alpn: null,
    encryptedExtensions: null,
    alerts: [],
    ...changes,
  };
}

/** A ServerHello, and the flight behind it. */
export function answered(
  hello: Partial<ServerHelloFacts> = {},
  changes: Partial<FlightFacts> & { readonly cut?: string } = {},
): Extract<HelloResult, { answer: 'accepted' }> {
  const said = serverHello(hello);
  const { cut = null, ...facts } = changes;
  return {
    answer: 'accepted',
    pick: { version: said.version, suite: said.cipherSuite, group: null, flight: flight(said, facts), cut },
  };
}

/** A hello that offers all it can, and what the server said to it. */
export function onBoard(
  hello: Partial<ServerHelloFacts>,
  changes: Parameters<typeof answered>[1] & { readonly plain?: boolean } = {},
): AcceptedHello {
  const { plain = false, ...facts } = changes;
  const { pick } = answered(hello, facts);
  const offered = { version: pick.version, suites: [pick.suite], servername: 'mail.example.org', plain };
  return { hello: offerOf(offered), pick };
}

export function protocol(
  name: ScanProtocol,
  answer: ScanProtocolReport['answer'],
  suites: readonly number[] = [],
  more: Partial<ScanProtocolReport> = {},
): ScanProtocolReport {
  return {
    name,
    answer,
    evidence: answer === 'inconclusive' ? 'no answer' : 'an answer',
    order: 'server',
    unknown: null,
    suites: suites.map((id) => ({
      name: suiteName(id),
      iana: null,
      id: `0x${id.toString(16).padStart(4, '0')}`,
      bits: 128,
      keyExchange: null,
      group: null,
      groupBits: null,
      certificate: null,
    })),
    ...more,
  };
}

/** TLS 1.3, 1.2 and 1.0. */
export const CURRENT: readonly ScanProtocolReport[] = [
  protocol('SSLv2', 'rejected'),
  protocol('SSLv3', 'rejected'),
  protocol('TLSv1', 'accepted', [CBC]),
  protocol('TLSv1.1', 'rejected'),
  protocol('TLSv1.2', 'accepted', [GCM, CBC]),
  protocol('TLSv1.3', 'accepted', [OF_13]),
];

export const only = (name: ScanProtocol, ...suites: number[]): ScanProtocolReport[] =>
  CURRENT.map((one) =>
    one.name === name ? protocol(name, 'accepted', suites) : protocol(one.name, 'rejected'),
  );

/** The first session: what it was is in `tls`; null for one that got no ServerHello. */
export function base(
  changes: Partial<ProbeFacts> = {},
  tls: Partial<ProbeFacts['tls'] & object> | null = {},
): ProbeFacts {
  return {
    handshakeCompleted: tls !== null,
    asked: NOTHING_ASKED,
    chain: { sent: [{}], path: [] },
    tls:
      tls === null
        ? null
        : { protocol: 'TLSv1.3', ocspStapled: false, clientCertificateRequested: false, ...tls },
    ...changes,
  } as unknown as ProbeFacts;
}

/** A server that answers every hello with a ServerHello of the highest version that it offers. */
export const willing: FakeServer = (hello) => answered(ofHello(hello));

export function ofHello(hello: ClientHello): Partial<ServerHelloFacts> {
  const version = Math.min(versionOf(hello), 0x0304);
  const suite = hello.suites.find((id) => (id >> 8 === 0x13) === (version === 0x0304)) ?? 0;
  return { version: version === 0x0304 ? version : Math.min(version, 0x0303), cipherSuite: suite };
}

export function contextWith(server: FakeServer, more: Partial<ScanContext> = {}): FakeContext {
  return fakeContext(server, { facts: { protocols: CURRENT }, base: base(), ...more });
}

/** `yes` and so on, by id. */
export const answers = (traits: readonly ScanTrait[]): Record<string, ScanTrait['answer']> =>
  Object.fromEntries(traits.map(({ id, answer }) => [id, answer]));

export const evidenceOf = (traits: readonly ScanTrait[], id: string): string =>
  traits.find((trait) => trait.id === id)?.evidence ?? `there is no ${id}`;
