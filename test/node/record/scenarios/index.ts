/** All scenarios of the recorder. */
import type { RecordedScenario } from '../scenario.ts'
import { creation } from './creation.ts'
import { pulls } from './pulls.ts'
import { runs } from './runs.ts'

export const recordedScenarios: readonly RecordedScenario[] = [...pulls, ...creation, ...runs]
