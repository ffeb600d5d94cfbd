import type { Requirements, RuleSetting } from '../profile.js';

/*
 * A profile of one's own as it is written: schema/profile.schema.json is made from these types.
 */

/** A profile that takes another one and changes it (`profile:` in the gate's file). */
export interface ProfileFile {
  /** Of a file in JSON: where its editor finds this schema. */
  readonly $schema?: string;
  /**
   * What reports call it.
   * @pattern ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$
   * @errorMessage takes a name of letters, digits, points and dashes
   */
  readonly name: string;
  /**
   * The profile that it is based on: `smtpcheck profiles` lists them.
   * @minLength 1
   * @examples ["mx", "submission", "modern", "intermediate", "old", "ncsc-nl-2025-05", "rfc9325"]
   * @errorMessage takes the name of a profile
   */
  readonly extends: string;
  /**
   * In a few words.
   * @errorMessage takes a title
   */
  readonly title?: string;
  /** Each part that is named here takes the place of that of the profile it is based on. */
  readonly requirements?: Requirements;
  /** By rule id; each takes the place of the setting it had. */
  readonly rules?: Readonly<Record<string, RuleChange>>;
}

/**
 * How a breach counts; off leaves the rule out.
 * @errorMessage takes error, warning, info, as-found or off
 */
export type RuleSeverity = RuleSetting['severity'];

/**
 * A severity alone, or with its source.
 * @errorMessage takes error, warning, info, as-found or off, or a mapping with "severity"
 */
export type RuleChange = RuleSeverity | RuleSetting;
