/** What a POSIX shell takes for itself, wherever it stands in a word but at the start of one. */
const PLAIN = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/** What would break the line, move the cursor, or not be seen. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}]/u;

/** A command line to be pasted into a shell, in one line whatever the words hold. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!INVISIBLE.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  // $'…' of bash, ksh and zsh, octet by octet.
  const octets = Array.from(Buffer.from(word), (octet) =>
    octet < 0x20 || octet >= 0x7f || octet === 0x27 || octet === 0x5c
      ? `\\x${octet.toString(16).padStart(2, '0')}`
      : String.fromCharCode(octet),
  );
  return `$'${octets.join('')}'`;
}
