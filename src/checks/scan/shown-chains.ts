import type { Answer, ScanProtocol } from '../../core/scan-report.js';
import { canOpen } from '../../wire/record-protection.js';
import type { HelloResult, ScanContext } from './context.js';
import { KEY_TYPES, suiteFamilies, typeOf, type KeyType } from './key-types.js';
import { newestOld, suiteIds } from './lists.js';
import { offerOf, VERSIONS } from './offer.js';
import { OpenedFlights } from './opened.js';

/** What a server said instead of showing a chain. */
export interface NoChain {
  readonly servername: string | null;
  readonly answer: Answer;
  readonly evidence: string;
}

type Ask = (types: readonly KeyType[], servername: string | null) => Promise<HelloResult>;

/** How to ask for kinds of key. */
interface Asking {
  /** For all at once: the server's choice. */
  readonly all: Ask;
  /** For some of these types, which can be told apart in one hello. */
  readonly families: readonly { readonly types: readonly KeyType[]; readonly ask: Ask }[];
}

/** Connections of `--quick`. */
const QUICK_QUESTIONS = 3;
/** As many key types as there are, with and without SNI: stops a server that shows another chain each time. */
const MOST_QUESTIONS = 2 * KEY_TYPES.length + 2;

/** Has the server show its chains to the chain book, each kind of key with and without SNI. */
export class ChainSearch {
  readonly failures: NoChain[] = [];
  private questions: number;
  private readonly asking: Asking;

  constructor(private readonly ctx: ScanContext) {
    this.questions = ctx.quick ? QUICK_QUESTIONS : MOST_QUESTIONS;
    this.asking = askingFor(ctx);
  }

  async run(): Promise<void> {
    const { servername } = this.ctx;
    if (!this.allSchemesWereAsked()) await this.withName(servername);
    if (servername !== null) await this.withoutName();
  }

  /** Then every chain has been shown: each scheme was asked for, and each goes with one kind of key. */
  private allSchemesWereAsked(): boolean {
    const { signatureSchemes: lists } = this.ctx.facts;
    const complete = lists?.filter(({ unknown, skipped }) => unknown === null && skipped === null) ?? [];
    return complete.length > 0 && lists?.every(({ unknown }) => unknown === null) === true;
  }

  /** What the kinds of key that were seen already do not explain. */
  private async withName(servername: string | null): Promise<void> {
    const seen = this.typesSeen(servername);
    await this.search((name) => !seen.includes(name), servername);
  }

  /** The default chain, and then those kinds of key that are shown with a name. */
  private async withoutName(): Promise<void> {
    const known = this.typesSeen(this.ctx.servername);
    const first = await this.question(this.asking.all, KEY_TYPES, null);
    if (first === null || this.ctx.quick) return;
    const seen = this.typesSeen(null);
    await this.search((name) => known.includes(name) && !seen.includes(name), null);
  }

  private typesSeen(servername: string | null): readonly string[] {
    return this.ctx.chains
      .all()
      .filter(({ servernames }) => servernames.has(servername))
      .map(({ key }) => typeOf(key));
  }

  private async search(wanted: (type: string) => boolean, servername: string | null): Promise<void> {
    for (const { types, ask } of this.asking.families)
      await this.searchIn(
        ask,
        types.filter(({ name }) => wanted(name)),
        servername,
      );
  }

  private async searchIn(ask: Ask, types: readonly KeyType[], servername: string | null): Promise<void> {
    let left = types;
    while (left.length > 0) {
      const key = await this.question(ask, left, servername);
      if (key === null) return;
      const shown = typeOf(key);
      // A server that shows what was not asked for would do so for ever.
      if (!left.some(({ name }) => name === shown)) return;
      left = left.filter(({ name }) => name !== shown);
    }
  }

  /** The key of the chain that is shown to who takes these; null when none is. */
  private async question(
    ask: Ask,
    types: readonly KeyType[],
    servername: string | null,
  ): Promise<string | null> {
    if (this.questions === 0) return null;
    this.questions -= 1;
    const result = await ask(types, servername);
    if (result.answer === 'accepted') {
      const { flight, cut } = result.pick;
      const certificates = flight?.certificates ?? [];
      if (certificates.length === 0) this.note(servername, 'inconclusive', cut ?? 'no certificate came');
      return this.ctx.chains.note(certificates, servername);
    }
    const isAll = types.length === KEY_TYPES.length;
    if (result.answer === 'inconclusive') {
      const refused = isAll && servername === null && UNRECOGNIZED_NAME.test(result.reason);
      this.note(servername, refused ? 'rejected' : 'inconclusive', result.reason);
    } else if (isAll) {
      this.note(servername, 'rejected', result.evidence);
    }
    return null;
  }

  private note(servername: string | null, answer: Answer, evidence: string): void {
    this.failures.push({ servername, answer, evidence });
  }
}

/** RFC 6066 section 3: what a server says that needs a name and got none. */
const UNRECOGNIZED_NAME = /^alert 112 /;

/** With the newest version whose certificates can be read. */
function askingFor(ctx: ScanContext): Asking {
  const newest = suitesOf(ctx, 'TLSv1.3').filter(canOpen);
  if (newest.length > 0) {
    const flights = new OpenedFlights(ctx, newest);
    const ask: Ask = (types, servername) => flights.ask({ schemes: schemesOf(types), servername });
    return { all: ask, families: [{ types: KEY_TYPES, ask }] };
  }
  const protocol = newestOld(ctx.facts);
  const version = VERSIONS.find(({ name }) => name === protocol)?.id ?? 0;
  const families = suiteFamilies(suitesOf(ctx, protocol));
  const asking =
    (suites: readonly number[]): Ask =>
    (types, servername) =>
      ctx.ask(offerOf({ version, suites, servername, schemes: schemesOf(types) }));
  return {
    all: asking(families.flatMap(({ suites }) => suites)),
    families: families.map(({ suites, types }) => ({ types, ask: asking(suites) })),
  };
}

const schemesOf = (types: readonly KeyType[]): number[] => types.flatMap(({ schemes }) => schemes);

function suitesOf({ facts }: ScanContext, protocol: ScanProtocol): readonly number[] {
  const report = facts.protocols?.find(({ name }) => name === protocol);
  return report === undefined ? [] : suiteIds(report);
}
