/** All scenarios. */
import type { NodeScenario } from '../support/scenario.ts'
import { again } from './again.ts'
import { initContainers } from './init-containers.ts'
import { jobs } from './jobs.ts'
import { pullPolicies } from './pull-policies.ts'
import { restarts } from './restarts.ts'

export const scenarios: readonly NodeScenario[] = [...pullPolicies, ...initContainers, ...again, ...restarts, ...jobs]
