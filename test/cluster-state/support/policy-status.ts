import type { PolicyStatus } from '../../../src/cluster/policy/status.ts'

/** An empty status ConfigMap. */
export const noStatus: PolicyStatus = Object.freeze({
  good: undefined,
  previous: undefined,
  refused: undefined,
  ended: [],
  observed: undefined,
  keys: undefined,
})
