import { judgeTls } from '../../checks/index.js';
import type { Report } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import { whyNotTo } from '../auth/safe.js';
import { gatherFacts } from '../facts.js';
import type { InsideTls } from '../hello.js';
import { buildReport } from '../report.js';
import { newState, type ProbeState } from '../state.js';
import { measureServer } from '../tls.js';
import { HeldSession } from './held-session.js';
import { Masks } from './masks.js';
import type { HoldSessionOptions } from './options.js';

/** What is done with a session; `report` is what `tls` would say by then. Whoever comes back leaves QUIT to be said. */
export type Sit = (session: HeldSession, report: Report) => Promise<void>;

/**
 * Measures one server as `probeTls` does, and gives the session to `sit` before QUIT, whatever the verdict is.
 * @returns the report of `tls`, with the error that ended the session, if one did.
 */
export async function holdSession(target: Target, options: HoldSessionOptions, sit: Sit): Promise<Report> {
  const masks = new Masks(options.secret, options.showReplies);
  const state = newState((text) => masks.cleanEarly(text));
  await measureServer(target, options, state, {
    onLine: options.onLine,
    insideTls: async (inside) => {
      inside.deadline.giveEachWait(options.replyTimeoutMs);
      state.clean = (text) => masks.clean(text);
      for (const line of state.transcript) masks.learn(line);
      await sit(...(await begin(inside, target, options, state, masks)));
    },
  });
  return reportOf(target, options, state);
}

async function begin(
  inside: InsideTls,
  target: Target,
  options: HoldSessionOptions,
  state: ProbeState,
  masks: Masks,
): Promise<Parameters<Sit>> {
  if (state.tls === null) throw new Error('a session inside TLS without TLS');
  const unsafe = await whyNotTo(state, options.insecureAuth, () => gatherFacts(target, options, state));
  const ehlo = state.smtp.ehloAfterTls ?? [];
  const session = new HeldSession({ inside, target, tls: state.tls, ehlo, masks, unsafe });
  return [session, await reportOf(target, options, state)];
}

async function reportOf(target: Target, options: HoldSessionOptions, state: ProbeState): Promise<Report> {
  const facts = await gatherFacts(target, options, state);
  return buildReport(target, options, state, { command: 'tls', facts, findings: judgeTls(facts) });
}
