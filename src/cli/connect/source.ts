import type { Turn } from '../../probe/connect/held-session.js';

/** What comes next from whoever has the say. */
export type Next =
  | { readonly kind: 'line'; readonly line: Uint8Array }
  /** There is no more. */
  | { readonly kind: 'end' }
  /** Ctrl-C where there was nothing to clear. */
  | { readonly kind: 'interrupted' }
  /** `stop` was called. */
  | { readonly kind: 'stopped' };

/** Where the lines of a session come from. */
export interface LineSource {
  /** True where somebody sees what comes of a line before he types the next. */
  readonly interactive: boolean;
  /** Whether the answer to a challenge can come from here without anybody else seeing it. */
  readonly hidesAnswers: boolean;
  readonly askSecret?: (question: string) => Promise<string | null>;
  next(turn: Turn): Promise<Next>;
  /** So many octets as they stand, fewer where the input ends; null where there are only lines. */
  take(octets: number): Promise<Uint8Array> | null;
  /** Forgets what was typed ahead. */
  discard(): void;
  /** Nothing more is wanted: what waits gets `stopped`. */
  stop(): void;
  close(): void;
}
