import { parseDuration } from '../../core/duration.js';
import { usageError } from '../../core/errors.js';
import type { CliOptions } from '../options/option.js';

/** What a parser made of the command line: strings, booleans, and arrays of them where an option came twice. */
export type RawArgs = Readonly<Record<string, unknown>>;

/** `{ key: value }`, or nothing where there is no value. */
export function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

/** Reads options out of what the parser left, and refuses what it let through. */
export class Getter {
  constructor(
    private readonly raw: RawArgs,
    private readonly options: CliOptions,
  ) {}

  flag(name: string): boolean {
    const value = this.raw[name];
    return Array.isArray(value) ? value.includes(true) : value === true;
  }

  one(name: string): string | undefined {
    const values = this.many(name);
    if (values.length > 1) throw usageError(`--${name} was given ${values.length} times; it takes one value`);
    return values[0];
  }

  many(name: string): string[] {
    const value = this.raw[name];
    if (value === undefined) return [];
    return [value].flat().map((entry) => {
      if (typeof entry !== 'string' || entry === '') throw usageError(`--${name} needs a value`);
      const { choices } = this.options[name] ?? {};
      if (choices?.includes(entry) === false) {
        throw usageError(`--${name} takes ${choices.join(' or ')}, not ${JSON.stringify(entry)}`);
      }
      return entry;
    });
  }
}

export function duration(get: Getter, name: string): number | undefined {
  const value = get.one(name);
  return value === undefined ? undefined : parseDuration(value, `--${name}`);
}

export function wholeNumber(get: Getter, name: string, min: number, max: number): number | undefined {
  const value = get.one(name);
  if (value === undefined) return undefined;
  if (/^[0-9]{1,3}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw usageError(`--${name} takes a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
}
