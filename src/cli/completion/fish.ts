import { TOP_OPTIONS, type CompletionCommand, type CompletionOption, type Value } from './model.js';

/** For fish 3: by `| source`, or as smtpcheck.fish in ~/.config/fish/completions. */
export function fishCompletion(commands: readonly CompletionCommand[]): string {
  return `# fish completion for smtpcheck, made by \`smtpcheck completion fish\`

function __smtpcheck_is
    set -l words (commandline -opc)
    if test -z "$argv[1]"
        test (count $words) -eq 1
    else
        test (count $words) -gt 1; and test $words[2] = $argv[1]
    end
end

complete -c smtpcheck -f
${TOP_OPTIONS.flatMap((option) => optionLines('', option)).join('\n')}
${commands.map(({ name, summary }) => line('', `-a ${name} -d ${quoted(summary)}`)).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, options, words }: CompletionCommand): string[] {
  const behind = words === null ? [] : [line(name, completed(words))].filter((text) => !text.endsWith("' "));
  return ['', ...options.flatMap((option) => optionLines(name, option)), ...behind];
}

function optionLines(command: string, { names, describe, value }: CompletionOption): string[] {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  // A second long name is a line of its own.
  return flags.map((flag) => {
    const behind = value === null ? '' : ` -r ${completed(value)}`.trimEnd();
    return line(command, `${flag}${behind} -d ${quoted(describe)}`);
  });
}

function line(command: string, rest: string): string {
  return `complete -c smtpcheck -n ${quoted(command === '' ? '__smtpcheck_is' : `__smtpcheck_is ${command}`)} ${rest}`;
}

function completed({ kind, words }: Value): string {
  if (words.length > 0) return `-f -a ${quoted(words.join(' '))}`;
  if (kind === 'file') return '-F';
  if (kind === 'directory') return `-f -a '(__fish_complete_directories)'`;
  return kind === 'host' ? `-f -a '(__fish_print_hostnames)'` : '-f';
}

/** fish takes a backslash in single quotes for itself before a quote or a backslash. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
}
