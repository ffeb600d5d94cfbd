import { runCompletion, SHELLS } from '../commands/completion.js';
import type { CommandSpec } from './spec.js';

/** `commands` are asked for when it runs: it is one of them. */
export function completionCommand(commands: () => readonly CommandSpec[]): CommandSpec {
  return {
    name: 'completion',
    summary: 'print a script that lets a shell complete command lines',
    words: {
      name: 'shell',
      describe: SHELLS.join(', '),
      what: 'shell',
      example: 'bash',
      choices: SHELLS,
    },
    options: {},
    examples: [
      { line: 'completion bash > ~/.local/share/bash-completion/completions/smtpcheck', what: 'in bash' },
      { line: 'completion zsh > "${fpath[1]}/_smtpcheck"', what: 'in zsh' },
      { line: 'completion fish > ~/.config/fish/completions/smtpcheck.fish', what: 'in fish' },
    ],
    run: (_raw, words, io) => Promise.resolve(runCompletion(words, commands(), io)),
  };
}
