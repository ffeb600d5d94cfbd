import reportSchema from '#schema/report.schema.json';
import { validatorOf } from './validator.js';

/** What of a value is not as schema/report.schema.json has it. Loads ajv: to be imported when it is needed. */
export const reportProblems = validatorOf(reportSchema);
