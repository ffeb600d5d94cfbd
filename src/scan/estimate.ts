/**
 * Connections that a check takes with an ordinary server (Postfix with one RSA certificate): for the display of progress alone.
 */
const USUAL: Readonly<Record<string, number>> = {
  protocols: 102,
  groups: 18,
  'signature-schemes': 24,
  certificates: 4,
  tolerance: 8,
  sessions: 5,
};
const OTHER = 2;

/** Connections still to come, when `made` were made and these checks are not done. Pure. */
export function connectionsLeft(checks: readonly string[], done: ReadonlySet<string>, made: number): number {
  const costOf = (id: string): number => USUAL[id] ?? OTHER;
  const all = checks.reduce((sum, id) => sum + costOf(id), 0);
  const rest = checks.filter((id) => !done.has(id)).reduce((sum, id) => sum + costOf(id), 0);
  return Math.min(rest, Math.max(checks.length - done.size, all - made));
}
