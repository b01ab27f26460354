import type { PolicyStatus } from '../../../src/cluster/policy/status.ts'

/** What stands in a status ConfigMap that nobody has filled yet. */
export const noStatus: PolicyStatus = Object.freeze({ good: undefined, previous: undefined, refused: undefined, observed: undefined })
