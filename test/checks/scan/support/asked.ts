import type {
  AskOptions,
  HelloResult,
  ScanContext,
  ServerPick,
  UnknownKind,
} from '../../../../src/checks/scan/context.js';
import type { ScanProtocol, ScanProtocolReport, ScanSuite } from '../../../../src/core/scan-report.js';
import type { ProbeFacts } from '../../../../src/core/tls-facts.js';
import { ByteReader } from '../../../../src/wire/bytes.js';
import { ServerFlight } from '../../../../src/wire/flight.js';
import type { FlightFacts } from '../../../../src/wire/flight-types.js';
import type { ClientHello } from '../../../../src/wire/hello/client-hello.js';
import type { KeyShare } from '../../../../src/wire/hello/extensions.js';
import { groupById, groupByName, hexId, schemeByName, suiteByName } from '../../../../src/wire/names.js';
import { fakeContext as plainContext } from '../support.js';

/** A ClientHello as a server reads it. */
export interface Asked {
  /** The newest version that is offered. */
  readonly version: number;
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  readonly servername: string | null;
  readonly shares: readonly KeyShare[];
  readonly extensions: readonly number[];
}

export function readHello({ legacyVersion, suites, extensions }: ClientHello): Asked {
  const reader = (type: number): ByteReader | null => {
    const data = extensions.find((extension) => extension.type === type)?.data;
    return data === undefined ? null : new ByteReader(data, 'a test');
  };
  const list = (type: number): number[] => {
    const inner = reader(type)?.inner(2);
    const values: number[] = [];
    while (inner !== undefined && inner.remaining > 0) values.push(inner.u16());
    return values;
  };
  const shares: KeyShare[] = [];
  const keyShare = reader(51)?.inner(2);
  while (keyShare !== undefined && keyShare.remaining > 0)
    shares.push({ group: keyShare.u16(), key: keyShare.vector(2) });
  const name = extensions.find(({ type }) => type === 0)?.data.subarray(5);
  return {
    version: extensions.some(({ type }) => type === 43) ? 0x0304 : legacyVersion,
    suites,
    groups: list(10),
    schemes: list(13),
    servername: name === undefined ? null : Buffer.from(name).toString('latin1'),
    shares,
    extensions: extensions.map(({ type }) => type),
  };
}

export const rejected = (alert: number | null): HelloResult => ({
  answer: 'rejected',
  evidence: alert === null ? 'by close' : `alert ${alert}`,
  alert,
});

export const unknown = (kind: UnknownKind, reason: string = kind): HelloResult => ({
  answer: 'inconclusive',
  kind,
  reason,
});

export type Picked = Partial<Omit<ServerPick, 'flight'>> & { readonly flight?: Partial<FlightFacts> | null };

/** ServerHello, or with `flight: null` HelloRetryRequest. */
export function picked({ flight = {}, ...pick }: Picked): HelloResult {
  const facts: FlightFacts = { ...new ServerFlight().facts, ...flight };
  return {
    answer: 'accepted',
    pick: {
      version: 0x0303,
      suite: 0,
      group: null,
      cut: null,
      ...pick,
      flight: flight === null ? null : facts,
    },
  };
}

export type Answerer = (asked: Asked, options: AskOptions) => HelloResult;

export type FakeContext = ScanContext & { readonly asked: readonly Asked[] };

/** A server that is a function of what it is asked. What a check must not do throws. */
export function fakeContext(answer: Answerer, parts: Partial<ScanContext> = {}): FakeContext {
  const asked: Asked[] = [];
  const ask: ScanContext['ask'] = (hello, options = {}) => {
    const seen = readHello(hello);
    asked.push(seen);
    return Promise.resolve(answer(seen, options));
  };
  const base = { chain: null } as unknown as ProbeFacts;
  const context = plainContext(() => rejected(40), {
    servername: 'mail.smtpcheck.test',
    base,
    ...parts,
    ask,
  });
  return { ...context, asked };
}

export const groupId = (name: string): number => groupByName(name)?.id ?? -1;
export const schemeId = (name: string): number => schemeByName(name)?.id ?? -1;
export const suiteId = (name: string): number => suiteByName(name)?.id ?? -1;

export interface ReportParts extends Partial<Omit<ScanProtocolReport, 'suites'>> {
  /** Names, each with the group and the key of the certificate that it came with. */
  readonly suites?: readonly (readonly [suite: string, group?: string | null, certificate?: string])[];
}

/** What the protocols' check says of a version. */
export function protocol(
  name: ScanProtocol,
  { suites = [], ...parts }: ReportParts = {},
): ScanProtocolReport {
  return {
    name,
    answer: 'accepted',
    evidence: 'ServerHello',
    order: 'server',
    unknown: null,
    ...parts,
    suites: suites.map(([suite, group = null, certificate = null]): ScanSuite => {
      const known = suiteByName(suite);
      return {
        name: suite,
        iana: known?.iana ?? null,
        id: hexId(known?.id ?? 0),
        bits: known?.bits ?? null,
        keyExchange: null,
        group: group === null ? null : (groupById(groupId(group))?.iana ?? null),
        groupBits: null,
        certificate,
      };
    }),
  };
}
