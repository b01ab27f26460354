/** How init scripts behave on a rerun: as data for scenarios, and as sentences. */
import { leftBehind } from '../rules/hazard-words.ts'
import type { ContainerHazard } from '../script/index.ts'
import type { Scenario } from '../startup/scenario/scenario.ts'
import type { Reruns, RunAgain } from '../startup/scenario/what-if.ts'
import type { Timeline } from '../startup/timeline/timeline.ts'
import type { InspectedWorkload } from './inputs.ts'

/** What the scripts of regular init containers do on a rerun with the same volumes. */
export function rerunsOf(inspected: InspectedWorkload): Reruns {
  const afterSuccess = new Map<string, RunAgain>()
  const afterFailure = new Map<string, RunAgain>()
  for (const [name, hazards] of hazardsOf(inspected)) {
    const failing = hazards.filter(
      ({ rerun, outcome, obligation }) => rerun !== 'replace' && outcome === 'fails' && obligation !== 'interrupted',
    )
    const repeat = failing.find(({ obligation }) => obligation === 'repeat')
    if (repeat !== undefined) afterSuccess.set(name, runAgain(repeat))
    if (failing[0] !== undefined) afterFailure.set(name, runAgain(failing[0]))
  }
  return { afterSuccess, afterFailure }
}

function runAgain({ status, program, line }: ContainerHazard): RunAgain {
  return { exit: status === 0 ? 1 : status, at: `${program} (line ${line})` }
}

function hazardsOf({ scripts }: InspectedWorkload): ReadonlyMap<string, readonly ContainerHazard[]> {
  const found = new Map<string, readonly ContainerHazard[]>()
  for (const { container, verdict, hazards } of scripts.analyzed()) {
    if (verdict === 'unsafe') found.set(container.name, hazards)
  }
  return found
}

/**
 * Sentences about init containers that ran more than once although their scripts are not repeatable.
 * @param fine names of containers to leave out
 */
export function notesOf(
  inspected: InspectedWorkload,
  { executions }: Timeline,
  { containers }: Scenario,
  fine: readonly string[],
): readonly string[] {
  const ranAgain = (name: string): boolean =>
    (executions.get(name) ?? 0) > 1 || containers.get(name)?.runs.some(({ exit }) => exit !== 0) === true
  return [...hazardsOf(inspected)].flatMap(([name, hazards]) => {
    const hazard = hazards.find(({ obligation }) => obligation !== 'interrupted')
    return hazard === undefined || fine.includes(name) || !ranAgain(name) ? [] : [noteOf(name, hazard)]
  })
}

function noteOf(name: string, hazard: ContainerHazard): string {
  const { path, place, event } = leftBehind(hazard)
  const does = {
    fails: `fails${hazard.status > 1 ? ` with exit code ${hazard.status}` : ''}`,
    duplicates: 'appends the same content again',
    replaces: `regenerates ${path}`,
    differs: 'produces a different result',
  }[hazard.outcome]
  return `When ${name} runs again, ${hazard.program} (line ${hazard.line}) ${does} because ${place} survives ${event}; ${hazard.fix}.`
}
