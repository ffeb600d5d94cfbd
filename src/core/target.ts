/** Where to connect and what to call it. All parsing of what a user typed is in `parse-target.ts`. */
export type TargetMode = 'starttls' | 'implicit' | 'lmtp';

export interface Target {
  /** Host name in ASCII (A-labels) or a literal address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly mode: TargetMode;
  /** 4 or 6 when `host` is an address literal, otherwise 0. */
  readonly literal: 0 | 4 | 6;
}
