/** By these words a profile is named; apart from what they ask for, which a shell that completes them does not need. */
export const PROFILE_NAMES: readonly string[] = [
  'mx',
  'submission',
  'modern',
  'intermediate',
  'old',
  'ncsc-nl-2025-05',
  'rfc9325',
];
