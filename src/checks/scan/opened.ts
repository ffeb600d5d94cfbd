import type { Extension } from '../../wire/server-hello.js';
import { extension } from '../../wire/hello/extensions.js';
import { serverHandshakeSecret } from '../../wire/hello/key-schedule.js';
import { AGREEABLE_GROUPS, makeKeyShares } from '../../wire/hello/key-shares.js';
import { groupById, groupByName, hexId } from '../../wire/names.js';
import type { AskOptions, HelloResult, ScanContext } from './context.js';
import { offerOf, TLS13 } from './offer.js';

export interface OpenedOffer {
  readonly schemes: readonly number[];
  readonly servername: string | null;
  readonly more?: readonly Extension[];
}

/** In the order in which they are named; shares have to follow it (RFC 8446 section 4.2.8). */
const GROUPS: readonly number[] = [...AGREEABLE_GROUPS];
/** x25519 and secp256r1. */
const FIRST: readonly number[] = GROUPS.slice(0, 2);

/**
 * Hellos of TLS 1.3 whose answer can be read to its end, certificate and signature included: they have a real key share. A server
 * that wants another group says so, and is asked again with that one, from then on.
 */
export class OpenedFlights {
  private groups: readonly number[];

  constructor(
    private readonly ctx: ScanContext,
    private readonly suites: readonly number[],
  ) {
    this.groups = preferred(ctx) ?? FIRST;
  }

  async ask(offer: OpenedOffer): Promise<HelloResult> {
    const result = await this.askOnce(offer);
    if (result.answer !== 'accepted' || result.pick.flight !== null) return opened(result);
    const { group } = result.pick;
    if (group === null || !GROUPS.includes(group) || this.groups.includes(group)) return cannotAgree(group);
    this.groups = [group];
    return opened(await this.askOnce(offer));
  }

  private askOnce({ schemes, servername, more = [] }: OpenedOffer): Promise<HelloResult> {
    const keys = makeKeyShares(this.groups);
    const secret: AskOptions['secret'] = ({ suite, group, share, clientHello, message }) => {
      const shared = group === null || share === null ? null : keys.agree(group, share);
      return shared === null ? null : serverHandshakeSecret(suite, shared, clientHello, message);
    };
    const hello = offerOf({
      version: TLS13,
      suites: this.suites,
      servername,
      groups: GROUPS,
      schemes,
      more: [...more, extension.keyShare(keys.shares)],
    });
    return this.ctx.ask(hello, { secret });
  }
}

/** The group that the server picked of all: with a share of it there will be no HelloRetryRequest. */
function preferred({ facts }: ScanContext): readonly number[] | null {
  const report = facts.protocols?.find(({ name }) => name === 'TLSv1.3');
  const group = groupByName(report?.suites[0]?.group ?? '')?.id;
  return group !== undefined && GROUPS.includes(group) ? [group] : null;
}

/** A ServerHello alone is not what was asked for. */
function opened(result: HelloResult): HelloResult {
  if (result.answer !== 'accepted') return result;
  const { flight, cut, group, version } = result.pick;
  if (flight === null) return cannotAgree(group);
  if (version !== TLS13 || flight.signatureScheme !== null) return result;
  return {
    answer: 'inconclusive',
    kind: 'garbled',
    reason: cut ?? "the server's flight could not be opened",
  };
}

function cannotAgree(group: number | null): HelloResult {
  const name = group === null ? 'none' : (groupById(group)?.iana ?? hexId(group));
  return {
    answer: 'inconclusive',
    kind: 'garbled',
    reason: `the server asks for a key share of another group: ${name}`,
  };
}
