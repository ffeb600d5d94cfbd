import { HOST } from './exotic.js';
import { ca, ecKey, issue, notCa, san, type Issued } from './issue.js';

/** What a server sends, and other certificates that TLSA records may be about. */
export interface DaneChain {
  readonly id: string;
  readonly chain: readonly Issued[];
  readonly others: readonly Issued[];
}

/** Chains in which path building, anchors without dates and lone keys show, without key identifiers to go by. */
export function makeDaneChains(): DaneChain[] {
  const [leafKey, oldKey, newKey] = [ecKey(), ecKey(), ecKey()];
  const leaf = issue({
    ...{ subject: HOST, issuer: 'CA', key: leafKey, signer: newKey },
    extensions: [notCa, san(HOST)],
  });
  const fresh = issue({ subject: 'CA', key: newKey, signer: oldKey, extensions: [ca()] });
  const old = issue({ subject: 'CA', key: oldKey, extensions: [ca()] });
  const top = issue({ subject: 'top', key: ecKey(), extensions: [ca()] });
  const alone = issue({ subject: HOST, key: leafKey, extensions: [san(HOST)] });
  const middleKey = ecKey();
  const first = issue({
    subject: 'CA',
    issuer: 'middle',
    key: newKey,
    signer: middleKey,
    extensions: [ca()],
  });
  const middle = issue({
    subject: 'middle',
    issuer: 'CA',
    key: middleKey,
    signer: oldKey,
    extensions: [ca()],
  });
  const selfIssued = issue({ subject: 'CA', key: leafKey, signer: newKey, extensions: [san(HOST)] });
  return [
    { id: 'self-issued roll-over', chain: [leaf, fresh, old], others: [] },
    { id: 'self-issued roll-over, the wrong one first', chain: [leaf, old, fresh], others: [] },
    { id: 'two of one name in the path', chain: [leaf, first, middle, old], others: [] },
    { id: 'a leaf alone, the CA not sent', chain: [leaf], others: [fresh, old] },
    { id: 'a self-signed leaf', chain: [alone], others: [top] },
    { id: 'a self-issued leaf', chain: [selfIssued], others: [fresh] },
    { id: 'with a stray', chain: [leaf, top, fresh], others: [old] },
  ];
}
