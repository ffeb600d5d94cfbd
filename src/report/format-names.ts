/** Every format by name, in the order of `--help`: apart from the formats, so that a command line can be read without them. */
export const FORMAT_NAMES = [
  'text',
  'json',
  'jsonl',
  'junit',
  'sarif',
  'github',
  'markdown',
  'nagios',
  'prometheus',
] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];
