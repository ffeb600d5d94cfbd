import type { Finding, Severity } from '../../core/finding.js';
import type { ScanList, ScanScheme } from '../../core/scan-report.js';
import { extension } from '../../wire/hello/extensions.js';
import { keyExchangeOf } from '../../wire/key-exchange.js';
import { hexId } from '../../wire/names.js';
import { canOpen } from '../../wire/record-protection.js';
import type { HelloResult, ScanCheck, ScanContext, ServerPick } from './context.js';
import { FormedQuestion } from './form.js';
import { schemeLabel } from './known-names.js';
import { suiteFamilies } from './key-types.js';
import { acceptedVersion, listOf, suiteIds, unknownList, unknownOf, withoutSuite } from './lists.js';
import { ALL_SCHEMES, offerOf, TLS12, TLS13 } from './offer.js';
import { OpenedFlights } from './opened.js';
import { scoped } from './scope.js';
import { sift, type Sifted } from './sift.js';

/** How the server signs its side of the handshake, and so by the way every certificate that it has. */
export const signatureSchemes: ScanCheck<'signatureSchemes'> = {
  id: 'signature-schemes',
  title: 'signature schemes of TLS 1.2 and 1.3',
  key: 'signatureSchemes',
  after: ['protocols'],
  quick: false,
  ids: ['md5-signature-accepted', 'sha1-signature-accepted', 'signature-not-offered'],
  run: (ctx) => Promise.all([ofTls12(ctx), ofTls13(ctx)]),
  judge: (data) => [...WEAK_HASHES.flatMap((rule) => weakHash(data, rule)), ...notOffered(data)],
  unknown: (data) => unknownOf(data, 'signature schemes'),
};

const describe = (id: number): ScanScheme => ({ name: schemeLabel(id), id: hexId(id) });

/** ServerKeyExchange names the scheme, where the key exchange is signed. */
async function ofTls12(ctx: ScanContext): Promise<ScanList<ScanScheme>> {
  const known = acceptedVersion<ScanScheme>(ctx.facts, 'TLSv1.2', ALL_SCHEMES.length);
  if (known.report === null) return known.list;
  const isSigned = (id: number): boolean => keyExchangeOf(id).signed;
  const suites = suiteIds(known.report).filter(isSigned);
  if (suites.length === 0) {
    const words = 'no suite whose key exchange is signed is accepted';
    return withoutSuite(known.report, ALL_SCHEMES.length, isSigned, words);
  }
  const { servername } = ctx;
  const parts = await Promise.all(
    suiteFamilies(suites).map((family) =>
      enumerate(ctx, 'TLSv1.2', (schemes, more) =>
        ctx.ask(offerOf({ version: TLS12, suites: family.suites, servername, schemes, more })),
      ),
    ),
  );
  return listOf('TLSv1.2', parts, describe, ctx.scope.schemes !== null);
}

/** CertificateVerify names it, and is encrypted. */
async function ofTls13(ctx: ScanContext): Promise<ScanList<ScanScheme>> {
  const known = acceptedVersion<ScanScheme>(ctx.facts, 'TLSv1.3', ALL_SCHEMES.length);
  if (known.report === null) return known.list;
  const suites = suiteIds(known.report).filter(canOpen);
  if (suites.length === 0) {
    const reason = 'none of the suites it accepts can be opened here';
    return unknownList('TLSv1.3', ALL_SCHEMES.length, reason);
  }
  const flights = new OpenedFlights(ctx, suites);
  const { servername } = ctx;
  const found = await enumerate(ctx, 'TLSv1.3', (schemes, more) =>
    flights.ask({ schemes, more, servername }),
  );
  return listOf('TLSv1.3', [found], describe, ctx.scope.schemes !== null);
}

type Ask = (
  schemes: readonly number[],
  more: Parameters<typeof offerOf>[0]['more'] & object,
) => Promise<HelloResult>;

async function enumerate(ctx: ScanContext, protocol: 'TLSv1.2' | 'TLSv1.3', ask: Ask): Promise<Sifted> {
  // signature_algorithms is about the certificates too, unless this extension says what of those (RFC 8446 section 4.2.3): a chain
  // that is signed in another way must not make a no of a scheme. Who chokes on it is asked without.
  const forCertificates = extension.signatureAlgorithmsCert(ALL_SCHEMES);
  const question = new FormedQuestion({
    doubtsRefusal: true,
    ask: (schemes, plain) => ask(schemes, plain ? [] : [forCertificates]),
  });
  return sift({
    version: protocol === 'TLSv1.2' ? TLS12 : TLS13,
    ...scoped(ctx.scope.schemes, protocol, ALL_SCHEMES),
    ask: async (schemes) => noted(ctx, await question.ask(schemes)),
    idOf: ({ flight }) => flight?.signatureScheme ?? null,
    nameOf: schemeLabel,
    missing: 'the signature was not read',
    someMustBe: true,
  });
}

/** What the certificates' check need not ask for any more. */
function noted(ctx: ScanContext, result: HelloResult): HelloResult {
  if (result.answer === 'accepted') noteChain(ctx, result.pick, ctx.servername);
  return result;
}

/** The key of the chain that came with an answer; null where none did. */
export function noteChain(
  ctx: ScanContext,
  { flight }: ServerPick,
  servername: string | null,
): string | null {
  return ctx.chains.note(flight?.certificates ?? [], servername);
}

interface WeakHash {
  readonly id: string;
  readonly test: RegExp;
  readonly hash: string;
  readonly severity: Severity;
  readonly refs: readonly string[];
}

const WEAK_HASHES: readonly WeakHash[] = [
  {
    id: 'md5-signature-accepted',
    test: /_md5$/,
    hash: 'MD5',
    severity: 'error',
    refs: ['RFC 9155', 'CVE-2015-7575'],
  },
  {
    id: 'sha1-signature-accepted',
    test: /_sha1$/,
    hash: 'SHA-1',
    severity: 'warning',
    refs: ['RFC 9155 section 4', 'RFC 9325 section 4.5'],
  },
];

function weakHash(data: readonly ScanList<ScanScheme>[], rule: WeakHash): Finding[] {
  const used = data.flatMap(({ protocol, accepted, notOffered: unasked }) =>
    [...accepted, ...unasked]
      .filter(({ name }) => rule.test.test(name))
      .map(({ name }) => `${name} (${protocol})`),
  );
  if (used.length === 0) return [];
  return [
    {
      id: rule.id,
      severity: rule.severity,
      message: `the server signs the key exchange with ${rule.hash} for who asks for it: collisions of that can be computed`,
      evidence: used.join(', '),
      fix: 'leave it out of the signature algorithms: OpenSSL does from security level 2 on (@SECLEVEL in the list of ciphers)',
      refs: rule.refs,
    },
  ];
}

function notOffered(data: readonly ScanList<ScanScheme>[]): Finding[] {
  return data.flatMap(({ protocol, notOffered: used }): Finding[] =>
    used.length === 0
      ? []
      : [
          {
            id: 'signature-not-offered',
            severity: 'warning',
            message: `with ${protocol} the server signs with a scheme that it was not offered: a client must refuse that`,
            evidence: used.map(({ name }) => name).join(', '),
            fix: 'update the TLS library: it does not look at signature_algorithms',
            refs: ['RFC 5246 section 7.4.3', 'RFC 8446 section 4.4.3'],
          },
        ],
  );
}
