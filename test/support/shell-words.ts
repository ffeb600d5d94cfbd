/** The words of a simple shell line: quotes and backslashes, nothing else of a shell. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  const pattern = /\s*((?:'[^']*'|"[^"]*"|\\[^]|[^\s'"\\])+)/y;
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    words.push(
      (match[1] ?? '').replace(
        /'([^']*)'|"([^"]*)"|\\([^])/g,
        (_whole, single?: string, double?: string, escaped?: string) => single ?? double ?? escaped ?? '',
      ),
    );
    if (pattern.lastIndex >= line.trimEnd().length) break;
  }
  return words;
}
