import ora from 'ora';

/** Loaded only when a probe takes long: ora costs more to load than a whole probe. */
export function startSpinner(text: string): { text: string; stop(): unknown } {
  // Ctrl-C stays ours: a probe that is interrupted still prints what it measured.
  return ora({ text, discardStdin: false, stream: process.stderr }).start();
}
