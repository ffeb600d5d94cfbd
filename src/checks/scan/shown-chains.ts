import type { Answer, ScanProtocol } from '../../core/scan-report.js';
import { canOpen } from '../../wire/record-protection.js';
import type { HelloResult, ScanContext } from './context.js';
import { KEY_TYPES, kindOf, suiteFamilies, typeOf, typesOfSuite, type KeyType } from './key-types.js';
import { newestOld, suiteIds } from './lists.js';
import { OLD_GROUPS, offerOf, VERSIONS } from './offer.js';
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

  constructor(private readonly ctx: ScanContext) {
    this.questions = ctx.scope.fewChains ? QUICK_QUESTIONS : MOST_QUESTIONS;
  }

  async run(): Promise<void> {
    const { servername, scope } = this.ctx;
    const allWereAsked = this.allSchemesWereAsked();
    if (allWereAsked && servername === null) return;
    const form = await this.formThatIsAnswered();
    if (form === null) return;
    if (!allWereAsked) {
      const seen = this.typesSeen(servername);
      await this.search(form.asking, (type) => !seen.includes(type), servername);
    }
    if (servername === null || scope.fewChains || !form.withoutName) return;
    const [known, seen] = [this.typesSeen(servername), this.typesSeen(null)];
    await this.search(form.asking, (type) => known.includes(type) && !seen.includes(type), null);
  }

  /**
   * Then every chain has been shown: each scheme was asked for, and each goes with one kind of key; up to TLS 1.2 with every curve,
   * though. A policy asks for some alone, and what is picked answers for the others.
   */
  private allSchemesWereAsked(): boolean {
    const { signatureSchemes: lists = [] } = this.ctx.facts;
    if (this.ctx.scope.schemes !== null || lists.some(({ unknown }) => unknown !== null)) return false;
    const hasEc = this.ctx.chains.all().some(({ key }) => kindOf(key ?? '') === 'ec');
    return lists.some(({ protocol, skipped }) => skipped === null && (protocol === 'TLSv1.3' || !hasEc));
  }

  /**
   * The default chain, and with it a way to ask that the server answers: what is refused to a way that it never answers would say
   * nothing of its certificates. Null when there is none; why is among the failures.
   */
  private async formThatIsAnswered(): Promise<{ asking: Asking; withoutName: boolean } | null> {
    const { servername } = this.ctx;
    let failure: NoChain | null = null;
    for (const asking of waysToAsk(this.ctx)) {
      const bare = await this.question(asking.all, KEY_TYPES, null);
      if (bare === null || bare.answer === 'accepted') return bare && { asking, withoutName: true };
      failure = failureOf(bare, null);
      const named = servername === null ? null : await this.question(asking.all, KEY_TYPES, servername);
      if (named?.answer !== 'accepted') continue;
      this.failures.push(failure);
      return { asking, withoutName: false };
    }
    if (failure !== null) this.failures.push({ ...failure, answer: 'inconclusive' });
    return null;
  }

  private typesSeen(servername: string | null): readonly string[] {
    return this.ctx.chains
      .all()
      .filter(({ servernames }) => servernames.has(servername))
      .map(({ key }) => typeOf(key));
  }

  private async search(
    { families }: Asking,
    wanted: (type: string) => boolean,
    servername: string | null,
  ): Promise<void> {
    for (const { types, ask } of families) {
      let left = types.filter(({ name }) => wanted(name));
      while (left.length > 0) {
        const result = await this.question(ask, left, servername);
        if (result?.answer === 'inconclusive') this.failures.push(failureOf(result, servername));
        if (result?.answer !== 'accepted') break;
        const shown = typeOf(result.key);
        // A server that shows what was not asked for would do so for ever.
        if (!left.some(({ name }) => name === shown)) break;
        left = left.filter(({ name }) => name !== shown);
      }
    }
  }

  /** What is shown to who takes these; null when no question is left. */
  private async question(
    ask: Ask,
    types: readonly KeyType[],
    servername: string | null,
  ): Promise<Shown | null> {
    if (this.questions === 0) return null;
    this.questions -= 1;
    const result = await ask(types, servername);
    if (result.answer !== 'accepted') return result;
    const { flight, cut } = result.pick;
    const certificates = flight?.certificates ?? [];
    return certificates.length === 0
      ? { answer: 'inconclusive', kind: 'garbled', reason: cut ?? 'no certificate came' }
      : { answer: 'accepted', key: this.ctx.chains.note(certificates, servername) };
  }
}

type NotShown = Exclude<HelloResult, { answer: 'accepted' }>;
type Shown = NotShown | { readonly answer: 'accepted'; readonly key: string | null };

function failureOf(result: NotShown, servername: string | null): NoChain {
  if (result.answer === 'rejected') return { servername, answer: 'rejected', evidence: result.evidence };
  const { reason } = result;
  const refused = servername === null && UNRECOGNIZED_NAME.test(reason);
  return { servername, answer: refused ? 'rejected' : 'inconclusive', evidence: reason };
}

/** RFC 6066 section 3: what a server says that needs a name and got none. */
const UNRECOGNIZED_NAME = /^alert 112 /;

/** The newest version first: in TLS 1.3 one hello tells all kinds of key apart, where it can be read. */
function waysToAsk(ctx: ScanContext): readonly Asking[] {
  return [...askingTls13(ctx), ...askingOld(ctx)];
}

function askingTls13(ctx: ScanContext): readonly Asking[] {
  const suites = suitesOf(ctx, 'TLSv1.3').filter(canOpen);
  if (suites.length === 0) return [];
  const flights = new OpenedFlights(ctx, suites);
  const ask: Ask = (types, servername) => flights.ask({ schemes: schemesOf(types), servername });
  return [{ all: ask, families: [{ types: KEY_TYPES, ask }] }];
}

function askingOld(ctx: ScanContext): readonly Asking[] {
  const protocol = newestOld(ctx.facts);
  const version = VERSIONS.find(({ name }) => name === protocol)?.id ?? 0;
  const families = suiteFamilies(suitesOf(ctx, protocol));
  if (families.length === 0) return [];
  const asking =
    (suites: readonly number[]): Ask =>
    (types, servername) =>
      ctx.ask(
        offerOf({
          version,
          suites: goingWith(types, suites),
          servername,
          schemes: schemesOf(types),
          groups: groupsWith(types),
        }),
      );
  return [
    {
      all: asking(families.flatMap(({ suites }) => suites)),
      families: families.map(({ suites, types }) => ({ types, ask: asking(suites) })),
    },
  ];
}

/** RSA's own key exchange brings another certificate than its signatures, whatever schemes are offered beside it. */
function goingWith(types: readonly KeyType[], suites: readonly number[]): readonly number[] {
  const names = types.map(({ name }) => kindOf(name));
  const fit = suites.filter((id) => typesOfSuite(id).some((name) => names.includes(name)));
  return fit.length > 0 ? fit : suites;
}

/** Without the curves of the certificates that have been seen: those are not shown then, and others can be. */
function groupsWith(types: readonly KeyType[]): readonly number[] {
  const left = types.flatMap(({ curve }) => curve ?? []);
  const seen = KEY_TYPES.flatMap(({ curve }) => curve ?? []).filter((id) => !left.includes(id));
  return left.length === 0 ? OLD_GROUPS : OLD_GROUPS.filter((id) => !seen.includes(id));
}

const schemesOf = (types: readonly KeyType[]): number[] => types.flatMap(({ schemes }) => schemes);

function suitesOf({ facts }: ScanContext, protocol: ScanProtocol): readonly number[] {
  const report = facts.protocols?.find(({ name }) => name === protocol);
  return report === undefined ? [] : suiteIds(report);
}
