/** Lines for Exim of an explanation, by the part of the configuration that their comments name. */
export interface EximLines {
  readonly main: readonly string[];
  readonly acl: readonly string[];
  readonly authenticators: readonly string[];
}

/** The TLS library that lines are for; most are for both. */
export type BuiltWith = 'GnuTLS' | 'OpenSSL';

/** What somebody would type whose Exim was built with that library. */
export function eximLines(lines: readonly string[], library: BuiltWith): EximLines {
  const parts = { main: [] as string[], acl: [] as string[], authenticators: [] as string[] };
  let part: keyof EximLines = 'main';
  let mine = true;
  for (const line of lines) {
    const built = /^# built with (GnuTLS|OpenSSL)/.exec(line)?.[1];
    const section = /^# behind "begin (acl|authenticators)":$/.exec(line)?.[1];
    if (built !== undefined) mine = built === library;
    else if (section !== undefined) part = section as keyof EximLines;
    else if (/^# (?:in|at the head of) the ACL /.test(line)) {
      part = 'acl';
      parts.acl.push('given:');
    } else if (mine) parts[part].push(line);
  }
  return parts;
}
