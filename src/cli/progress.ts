import type { Phase } from '../core/errors.js';
import type { Io } from './io.js';

export interface Progress {
  phase(phase: Phase): void;
  /** In words of one's own. */
  say(text: string): void;
  /** Takes the line away, before anything else is printed. */
  stop(): void;
}

const NONE: Progress = { phase: () => undefined, say: () => undefined, stop: () => undefined };

// A probe that is quicker than this shows nothing, and pays nothing for the library that would.
const PATIENCE_MS = 400;

const WORDS: Partial<Record<Phase, string>> = {
  dns: 'looking the name up',
  connect: 'connecting',
  banner: 'waiting for the greeting',
  ehlo: 'saying EHLO',
  starttls: 'asking for TLS',
  handshake: 'shaking hands',
  'ehlo-after-tls': 'saying EHLO inside TLS',
  auth: 'logging in',
};

/** A spinner on stderr, on a terminal only. */
export function startProgress(io: Io, label: string): Progress {
  // ora loops for ever where a terminal says it has 0 columns.
  if (!io.stderrIsTty || process.stderr.columns === 0 || io.env['TERM'] === 'dumb') return NONE;
  let current = 'starting';
  let stopped = false;
  let spinner: { text: string; stop(): unknown } | undefined;
  const text = (): string => `${label}: ${current}`;
  const timer = setTimeout(() => {
    void import('./spinner.js').then(({ startSpinner }) => {
      if (!stopped) spinner = startSpinner(text());
    });
  }, PATIENCE_MS);
  const say = (words: string): void => {
    current = words;
    if (spinner !== undefined) spinner.text = text();
  };
  return {
    phase: (phase) => say(WORDS[phase] ?? phase),
    say,
    stop() {
      stopped = true;
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}
