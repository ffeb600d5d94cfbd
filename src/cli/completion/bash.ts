import { quoted, TOP_OPTIONS, type CompletionCommand, type CompletionOption, type Value } from './model.js';

/** For bash 3.2 and later, without the package bash-completion. */
export function bashCompletion(commands: readonly CompletionCommand[]): string {
  const first = [...commands.map(({ name }) => name), ...TOP_OPTIONS.flatMap(({ names }) => names)];
  return `# bash completion for smtpcheck, made by \`smtpcheck completion bash\`

_smtpcheck_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$2")
}

_smtpcheck_files() {
  local name
  compopt -o filenames 2>/dev/null
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen "$1" -- "$2")
}

_smtpcheck_hosts() {
  local name
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -A hostname -- "$1")
}

_smtpcheck() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  # bash cuts --option=value in three.
  if [[ $cur == '=' ]]; then cur=''
  elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD == 1)); then
    _smtpcheck_words ${quoted(first.join(' '))} "$cur"
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map(commandCase).join('\n')}
  esac
}

complete -F _smtpcheck smtpcheck
`;
}

function commandCase({ name, options, words }: CompletionCommand): string {
  const all = options.flatMap(({ names }) => names);
  const behind = words === null ? '' : `\n      else ${complete(words)}`;
  return `    ${name})
${valueCases(options)}      if [[ $cur == -* ]]; then _smtpcheck_words ${quoted(all.join(' '))} "$cur"${behind}
      fi
      ;;`;
}

/** What stands behind an option that takes a value; those that are completed alike side by side. */
function valueCases(options: readonly CompletionOption[]): string {
  const names = new Map<string, string[]>();
  for (const option of options) {
    if (option.value === null) continue;
    const how = complete(option.value);
    names.set(how, [...(names.get(how) ?? []), ...option.names]);
  }
  if (names.size === 0) return '';
  const cases = [...names].map(([how, those]) => `        ${those.join(' | ')}) ${how}; return ;;\n`);
  return `      case $prev in\n${cases.join('')}      esac\n`;
}

function complete({ kind, words }: Value): string {
  if (words.length > 0) return `_smtpcheck_words ${quoted(words.join(' '))} "$cur"`;
  if (kind === 'file') return '_smtpcheck_files -f "$cur"';
  if (kind === 'directory') return '_smtpcheck_files -d "$cur"';
  // compgen knows the names of /etc/hosts.
  return kind === 'host' ? '_smtpcheck_hosts "$cur"' : ':';
}
