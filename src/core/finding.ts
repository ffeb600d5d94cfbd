export type Severity = 'error' | 'warning' | 'info';

/** One thing worth telling the user. `id` is an interface: stable, kebab-case. */
export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  /** What was observed, verbatim or as numbers. Server text is escaped by whoever prints it, not here. */
  readonly evidence?: string;
  /** What to change, as an instruction. */
  readonly fix?: string;
  /** Standards and manual pages, such as `RFC 3207 section 4.2`. */
  readonly refs?: readonly string[];
}
