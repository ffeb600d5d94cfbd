import type { ScanProtocolReport } from '../../core/scan-report.js';
import type { HelloResult } from './context.js';
import type { Elimination } from './eliminate.js';
import type { Scoped } from './scope.js';

/** `alone`: one suite is accepted, and no other. */
type Order = ScanProtocolReport['order'] | 'alone';
type Offer = (suites: readonly number[]) => Promise<HelloResult>;

/** Who decides. Picks that do not follow our order show the server's; those that do are put to one more question. */
export async function orderOf(found: Elimination, { ids, answersFor }: Scoped, offer: Offer): Promise<Order> {
  const { picks, followedOurs } = found;
  const known = picks.map(({ id }) => id);
  const [first] = known;
  if (first === undefined) return 'unknown';
  if (known.length > 1) return followedOurs ? await ofTwo([...known].reverse(), offer) : 'server';
  // Everything was asked for, and there is one alone: nobody decides.
  if (answersFor === undefined) return 'alone';
  // One answered for all: is there another, and which of the two is picked out of both orders?
  const other = await offer(ids.filter((id) => id !== first));
  if (other.answer === 'rejected') return 'alone';
  return other.answer === 'accepted' ? ofBothOrders([first, other.pick.suite], offer) : 'unknown';
}

async function ofTwo(suites: readonly number[], offer: Offer): Promise<Order> {
  const result = await offer(suites);
  if (result.answer !== 'accepted') return 'unknown';
  return result.pick.suite === suites[0] ? 'client' : 'server';
}

/** The first of a list that is the server's favourite says nothing yet. */
async function ofBothOrders(suites: readonly number[], offer: Offer): Promise<Order> {
  const orders = [await ofTwo(suites, offer), await ofTwo([...suites].reverse(), offer)];
  if (orders.includes('unknown')) return 'unknown';
  return orders.includes('server') ? 'server' : 'client';
}
