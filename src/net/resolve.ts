import { SmtpcheckError } from '../core/errors.js';
import type { Target } from '../core/target.js';
import { formatMs, type Deadline } from './deadline.js';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Injected in tests: what `dns.lookup` with `all` gives. */
export type LookupAll = (
  host: string,
  family: 0 | 4 | 6,
  done: (
    error: NodeJS.ErrnoException | null,
    addresses: readonly { address: string; family: number }[],
  ) => void,
) => void;

// The module is for names alone: a target that is an address goes without it.
const systemLookup: LookupAll = (host, family, done) => {
  void import('node:dns')
    .then(({ lookup }) => {
      lookup(host, { all: true, family, verbatim: true }, (error, addresses) =>
        done(error, error === null ? addresses : []),
      );
    })
    .catch((error: unknown) => done(error as Error, []));
};

/**
 * The addresses of a target, in the system resolver's order.
 * @throws SmtpcheckError `dns-not-found` when DNS says no (exit 3), `dns-timeout` when it does not say (exit 4).
 */
export async function resolveTarget(
  target: Target,
  family: 0 | 4 | 6,
  deadline: Deadline,
  lookupAll: LookupAll = systemLookup,
): Promise<Address[]> {
  if (target.literal !== 0) {
    if (family !== 0 && family !== target.literal) {
      throw new SmtpcheckError(
        'dns-not-found',
        'dns',
        `${target.host} is an IPv${target.literal} address, but IPv${family} was asked for`,
      );
    }
    return [{ address: target.host, family: target.literal }];
  }
  return deadline.wait<Address[]>(
    'dns',
    (resolve, reject) => {
      lookupAll(target.host, family, (error, found) => {
        if (error !== null) {
          reject(dnsError(target.host, family, error));
          return;
        }
        const addresses = found.map(({ address, family: f }) => ({
          address,
          family: f === 6 ? (6 as const) : (4 as const),
        }));
        if (addresses.length === 0) reject(notFound(target.host, family, 'no address'));
        else resolve(addresses);
      });
      return undefined;
    },
    (ms) =>
      new SmtpcheckError(
        'dns-timeout',
        'dns',
        `no answer from DNS for ${target.host} within ${formatMs(ms)}`,
      ),
  );
}

function dnsError(host: string, family: 0 | 4 | 6, error: NodeJS.ErrnoException): SmtpcheckError {
  const code = error.code ?? 'unknown';
  // EAI_AGAIN is a resolver that did not answer; only ENOTFOUND, ENODATA and the like are DNS saying no.
  if (code === 'EAI_AGAIN' || code === 'ETIMEOUT' || code === 'EAI_FAIL' || code === 'ESERVFAIL') {
    return new SmtpcheckError('dns-timeout', 'dns', `DNS gave no answer for ${host} (${code})`, {
      hint: 'is the resolver reachable? name the address with --address to go on without DNS',
    });
  }
  return notFound(host, family, code);
}

function notFound(host: string, family: 0 | 4 | 6, code: string): SmtpcheckError {
  const kind = family === 0 ? '' : ` an IPv${family} address of`;
  return new SmtpcheckError('dns-not-found', 'dns', `DNS does not know${kind} ${host} (${code})`, {
    hint: family === 0 ? 'check the spelling; for a mail domain, give its MX host' : `try without -${family}`,
  });
}
