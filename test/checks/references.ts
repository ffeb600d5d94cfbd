import { expect } from 'vitest';
import type { Finding } from '../../src/core/finding.js';
import { explanationOf } from '../../src/policy/explain/index.js';

/** What a finding cites, `explain` cites too: written down twice, they had gone apart (a wrong section, and the CVE of another program). */
export function expectExplainedReferences(findings: readonly Finding[]): void {
  for (const { id, refs = [] } of findings)
    expect(explanationOf(id)?.refs, id).toEqual(expect.arrayContaining([...refs]));
}
