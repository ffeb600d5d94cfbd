import { quoted, TOP_OPTIONS, type CompletionCommand, type CompletionOption, type Value } from './model.js';

/** For zsh: by `source <(…)`, or as the file _smtpcheck in a directory of fpath. */
export function zshCompletion(commands: readonly CompletionCommand[]): string {
  const summaries = commands.map(
    ({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`,
  );
  return `#compdef smtpcheck
# zsh completion for smtpcheck, made by \`smtpcheck completion zsh\`

_smtpcheck_command() {
  local -a commands=(
${summaries.join('\n')}
  )
  _describe command commands
}

_smtpcheck() {
  local curcontext="$curcontext" state
  local -a line
  typeset -A opt_args
  _arguments -C \\
${specs(TOP_OPTIONS, '    ')}
    '1:command:_smtpcheck_command' \\
    '*::argument:->arguments'
  [[ $state == arguments ]] || return
  case $line[1] in
${commands.map(commandCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _smtpcheck ]]; then _smtpcheck "$@"; else compdef _smtpcheck smtpcheck; fi
`;
}

function commandCase({ name, options, words }: CompletionCommand): string {
  const indent = ' '.repeat(8);
  const behind = words === null ? '' : `${indent}${quoted(`*${action(words)}`)} \\\n`;
  return `    ${name})
      _arguments -S \\
${behind}${specs(options, indent).replace(/ \\$/, '')}
      ;;`;
}

/** In _arguments' words, each option in all its names, which exclude each other. */
function specs(options: readonly CompletionOption[], indent: string): string {
  return options
    .flatMap(optionSpecs)
    .map((spec) => `${indent}${quoted(spec)} \\`)
    .join('\n');
}

function optionSpecs({ names, describe, value, repeatable }: CompletionOption): string[] {
  const star = repeatable ? '*' : '';
  const others = names.length > 1 && !repeatable ? `(${names.join(' ')})` : '';
  return names.map((name) => {
    if (value === null) return `${others}${star}${name}[${escaped(describe)}]`;
    // Behind a long name a value stands by itself or behind "="; behind a letter by itself alone.
    const how = name.startsWith('--') ? '=' : '';
    return `${others}${star}${name}${how}[${escaped(describe)}]${action(value)}`;
  });
}

function action({ kind, label, words }: Value): string {
  if (words.length > 0) return `:${label}:(${words.map(escaped).join(' ')})`;
  if (kind === 'file') return `:${label}:_files`;
  if (kind === 'directory') return `:${label}:_files -/`;
  return kind === 'host' ? `:${label}:_hosts` : `:${label}: `;
}

/** What has a meaning within a spec. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, String.raw`\$&`);
}
