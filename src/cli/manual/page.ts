import { USUAL_PLACES } from '../../trust/system.js';
import type { CommandSpec } from '../catalogue/spec.js';
import { ENVIRONMENT } from '../environment.js';
import { EXIT_STATUS } from '../exit-status.js';
import { commandSection, exampleLines, synopsis } from './commands.js';
import { section, sentence, tagList, text, word } from './mdoc.js';
import * as prose from './prose.js';

/**
 * The manual as an mdoc(7) page, in the order of sections that mdoc asks for: all that `--help` says from the tables that it is said
 * from, and some prose.
 */
export function manualPage(commands: readonly CommandSpec[], version: string, date: string): string {
  return `${[
    '.\\" Made by scripts/man.mjs from the tables of the command line; do not edit.',
    `.Dd ${date}`,
    '.Dt SMTPCHECK 1',
    `.Os smtpcheck ${version}`,
    section('NAME', '.Nm smtpcheck', '.Nd tell the truth about the TLS of a mail server'),
    section('SYNOPSIS', ...commands.map(synopsis), '.Nm smtpcheck', '.Fl \\-help | \\-version'),
    section('DESCRIPTION', prose.DESCRIPTION),
    ...commands.map((spec, i) => commandSection(spec, commands.slice(0, i))),
    section('ENVIRONMENT', tagList(ENVIRONMENT.map(({ name, what }) => entry(`Ev ${word(name)}`, what)))),
    section('FILES', text('The CAs of --ca-store system are the first of these that has any:'), places()),
    section(
      'EXIT STATUS',
      tagList(EXIT_STATUS.map(({ code, name, what }) => entry(code, `${name}: ${what}`))),
      '.Pp',
      prose.EXIT_STATUS_NOTE,
    ),
    section('EXAMPLES', ...commands.flatMap(exampleLines).slice(1)),
    section('SEE ALSO', prose.SEE_ALSO),
    section('STANDARDS', prose.STANDARDS),
    section('BUGS', prose.BUGS),
    section('SECURITY CONSIDERATIONS', prose.SECURITY),
  ].join('\n')}\n`;
}

function entry(term: string, what: string): { term: string; body: string } {
  return { term, body: sentence(what) };
}

function places(): string {
  return [
    '.Bl -item -compact',
    ...USUAL_PLACES.flatMap((place) => ['.It', `.Pa ${word(place)}`]),
    '.El',
  ].join('\n');
}
