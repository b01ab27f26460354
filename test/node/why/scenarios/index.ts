import type { StuckScenario } from '../scenario.ts'
import { creation } from './creation.ts'
import { owners } from './owners.ts'
import { pulls } from './pulls.ts'
import { runs } from './runs.ts'
import { scripts } from './scripts.ts'

/** All scenarios, by name. */
export const stuckScenarios: readonly StuckScenario[] = [...pulls, ...creation, ...runs, ...scripts, ...owners]
