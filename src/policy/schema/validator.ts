import { Ajv, type ErrorObject } from 'ajv';

/** What is wrong with a value, in the words of JSON Schema. */
export type SchemaProblem = ErrorObject;

/** Says all that is wrong with a value, or nothing when it is what the schema describes. */
export type Validator = (value: unknown) => readonly SchemaProblem[];

/**
 * A validator that is compiled when it is first asked. `errorMessage` and `examples` are for editors and for our own messages;
 * formats are checked by who uses the value.
 */
export function validatorOf(schema: Readonly<Record<string, unknown>>): Validator {
  let check: ((value: unknown) => readonly SchemaProblem[]) | undefined;
  return (value) => {
    check ??= compile(schema);
    return check(value);
  };
}

function compile(schema: Readonly<Record<string, unknown>>): Validator {
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, validateFormats: false });
  ajv.addKeyword('errorMessage');
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}
