import { usageError } from '../../core/errors.js';
import { EXIT } from '../../core/outcome.js';
import type { CommandSpec } from '../catalogue/spec.js';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { completionModel, type CompletionCommand } from '../completion/model.js';
import { zshCompletion } from '../completion/zsh.js';
import type { Io } from '../io.js';

const SCRIPTS: Readonly<Record<string, (commands: readonly CompletionCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export const SHELLS: readonly string[] = Object.keys(SCRIPTS);

/**
 * `smtpcheck completion`: prints a script that knows the catalogue by heart, so that no TAB starts Node.js.
 * @throws SmtpcheckError `usage`
 */
export function runCompletion(words: readonly string[], commands: readonly CommandSpec[], io: Io): number {
  const [shell = '', ...more] = words;
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script === undefined)
    throw usageError(`there is no completion for ${JSON.stringify(shell)}`, `there are ${SHELLS.join(', ')}`);
  if (more.length > 0) throw usageError('completion goes with one shell');
  io.stdout(script(completionModel(commands)));
  return EXIT.pass;
}
