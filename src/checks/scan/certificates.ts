import type { ChainReport } from '../../core/report.js';
import type { ScanCertificate } from '../../core/scan-report.js';
import { CERTIFICATE_FINDINGS, judgeCertificates } from './certificate-findings.js';
import type { SeenChain } from './chain-book.js';
import type { ScanCheck, ScanContext } from './context.js';
import { ChainSearch, type NoChain } from './shown-chains.js';

/** Every chain that the server can be made to show, each with a verdict of its own. */
export const certificates: ScanCheck<'certificates'> = {
  id: 'certificates',
  title: 'every certificate chain: RSA, ECDSA, EdDSA, with and without SNI, each verified',
  key: 'certificates',
  after: ['protocols'],
  // To see each way of signing is to see each certificate.
  behind: ['signature-schemes'],
  quick: true,
  ids: CERTIFICATE_FINDINGS,
  async run(ctx) {
    const search = new ChainSearch(ctx);
    await search.run();
    const shown: ScanCertificate[] = [];
    for (const seen of ctx.chains.all()) shown.push(await describe(ctx, seen));
    return [...shown, ...search.failures.map(describeFailure)];
  },
  judge: judgeCertificates,
  unknown: (data) =>
    data.flatMap(({ answer, evidence, servernames }) =>
      answer === 'inconclusive' ? [`certificates ${withNames(servernames)} (${evidence ?? ''})`] : [],
    ),
};

export function withNames(servernames: readonly (string | null)[]): string {
  const names = servernames.filter((name) => name !== null);
  if (names.length === 0) return 'without SNI';
  return servernames.length > names.length ? 'with and without SNI' : 'with SNI';
}

async function describe(ctx: ScanContext, seen: SeenChain): Promise<ScanCertificate> {
  const { chain, verify } = await ctx.verify(seen);
  const about = {
    main: isSame(chain, ctx.base.chain),
    key: seen.key,
    servernames: [...seen.servernames],
    chain,
  };
  if (chain === null)
    return { ...about, answer: 'inconclusive', evidence: 'a certificate of it cannot be read', verify };
  // Without its intermediates a leaf has no verdict to speak of.
  if (seen.alone)
    return { ...about, answer: 'accepted', evidence: 'SSLv2 carries no more than the leaf', verify: null };
  return { ...about, answer: 'accepted', evidence: null, verify };
}

function isSame(one: ChainReport | null, other: ChainReport | null): boolean {
  const hashes = (chain: ChainReport | null): string | undefined =>
    chain?.sent.map(({ sha256 }) => sha256).join(' ');
  return one !== null && hashes(one) === hashes(other);
}

function describeFailure({ servername, answer, evidence }: NoChain): ScanCertificate {
  return { answer, evidence, main: false, key: null, servernames: [servername], chain: null, verify: null };
}
