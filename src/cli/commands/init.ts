import type { CommandSpec } from '../catalogue/spec.js';

/** `smtpcheck init`: it brings the profiles, which most commands have no use for. */
export const runInit: CommandSpec['run'] = async (raw, words, io, signal) =>
  (await import('../init/run.js')).runInit(raw, words, io, signal);
