import { keyReport } from '../../x509/certificate-report.js';
import { parseCertificate } from '../../x509/certificate.js';
import { SmtpcheckError } from '../../core/errors.js';

/** One chain that a server was made to show. */
export interface SeenChain {
  /** As sent, DER, the leaf first. */
  readonly ders: readonly Uint8Array[];
  /** Such as `rsa 2048`, or `ec prime256v1`; null for a leaf that cannot be read. */
  readonly key: string | null;
  /** The protocol has no room for more than the leaf: SSLv2. */
  readonly alone: boolean;
  /** With which SNI it came: names, and null for none. */
  readonly servernames: Set<string | null>;
}

/** The different chains of a server, each once, whichever probe saw it. */
export class ChainBook {
  private readonly seen = new Map<string, SeenChain>();

  /** Enters a chain, and says what key its leaf has; null for an empty one. */
  note(ders: readonly Uint8Array[], servername: string | null): string | null {
    return this.enter(ders, servername, false);
  }

  /** The same for a leaf that came without its chain: the one of the chain with this leaf, where there is one. */
  noteAlone(leaf: Uint8Array): string | null {
    const whole = this.all().find(
      ({ ders: [first] }) => first !== undefined && Buffer.compare(first, leaf) === 0,
    );
    return whole === undefined ? this.enter([leaf], null, true) : whole.key;
  }

  private enter(ders: readonly Uint8Array[], servername: string | null, alone: boolean): string | null {
    const [leaf] = ders;
    if (leaf === undefined) return null;
    const id = ders.map((der) => Buffer.from(der).toString('latin1')).join('\n');
    const known = this.seen.get(id);
    if (known !== undefined) {
      known.servernames.add(servername);
      return known.key;
    }
    const key = keyOf(leaf);
    this.seen.set(id, { ders, key, alone, servernames: new Set([servername]) });
    return key;
  }

  /** In the order in which they were first seen. */
  all(): readonly SeenChain[] {
    return [...this.seen.values()];
  }
}

function keyOf(der: Uint8Array): string | null {
  try {
    const { type, bits, curve } = keyReport(parseCertificate(der));
    return [type, curve ?? bits].filter((word) => word !== null).join(' ');
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return null;
  }
}
