/** All scenarios. */
import type { NodeScenario } from '../support/scenario.ts'
import { pullPolicies } from './pull-policies.ts'

export const scenarios: readonly NodeScenario[] = [...pullPolicies]
