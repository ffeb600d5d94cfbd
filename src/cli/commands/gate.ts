import type { CommandSpec } from '../catalogue/spec.js';

type Run = CommandSpec['run'];

/** `smtpcheck gate` and `judge`: profiles, rules and files of their own, which no other command needs. */
export const runGate: Run = async (...given) => (await import('../gate/run.js')).runGate(...given);
export const runJudge: Run = async (...given) => (await import('../gate/judge.js')).runJudge(...given);
export const runProfiles: Run = async (...given) =>
  (await import('../gate/profiles.js')).runProfiles(...given);
