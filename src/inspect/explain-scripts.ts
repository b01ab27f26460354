/** How init scripts behave on a rerun: as data for scenarios, and as sentences. */
import { leftBehind } from '../rules/hazard-words.ts'
import type { ContainerHazard } from '../script/index.ts'
import type { KnownRuns, RunAgain } from '../startup/scenario/known-runs.ts'
import { killedExit, type Scenario } from '../startup/scenario/scenario.ts'
import type { Timeline } from '../startup/timeline/timeline.ts'
import { type Ending, endingsOf } from './explain-endings.ts'
import type { InspectedWorkload } from './inputs.ts'

/** What is known of a workload's containers: their runs for scenarios, and why they end as they do. */
export interface KnownContainers extends KnownRuns {
  readonly endings: ReadonlyMap<string, Ending>
}

/** How the containers run: at first, and what the scripts of plain init containers do on a rerun with the same volumes. */
export function knownRunsOf(inspected: InspectedWorkload): KnownContainers {
  const endings = endingsOf(inspected)
  const afterFailure = new Map<string, RunAgain>()
  const afterKill = new Map<string, RunAgain>()
  for (const [name, hazards] of hazardsOf(inspected)) {
    const killed = hazards.filter(({ rerun, outcome }) => rerun !== 'replace' && outcome === 'fails')
    const failing = killed.filter(({ obligation }) => obligation !== 'interrupted')
    if (failing[0] !== undefined) afterFailure.set(name, runAgain(failing[0]))
    if (killed[0] !== undefined) afterKill.set(name, runAgain(killed[0]))
  }
  const first = new Map([...endings].map(([name, { run }]) => [name, [run]] as const))
  return { endings, first, afterSuccess: afterSuccessOf(inspected), afterFailure, afterKill }
}

/** How the scripts of plain init containers end in a new sandbox of the same pod, after a success, if they fail then. */
export function afterSuccessOf(inspected: Pick<InspectedWorkload, 'scripts'>): ReadonlyMap<string, RunAgain> {
  const found = new Map<string, RunAgain>()
  for (const [name, hazards] of hazardsOf(inspected)) {
    const repeat = hazards.find(({ rerun, outcome, obligation }) => rerun !== 'replace' && outcome === 'fails' && obligation === 'repeat')
    if (repeat !== undefined) found.set(name, runAgain(repeat))
  }
  return found
}

function runAgain({ status, program, line }: ContainerHazard): RunAgain {
  return { exit: status === 0 ? 1 : status, at: `${program} (line ${line})` }
}

function hazardsOf({ scripts }: Pick<InspectedWorkload, 'scripts'>): ReadonlyMap<string, readonly ContainerHazard[]> {
  const found = new Map<string, readonly ContainerHazard[]>()
  for (const { container, verdict, atomic, hazards } of scripts.analyzed()) {
    if (verdict === 'unsafe') found.set(container.name, hazards)
    else if (atomic === false)
      found.set(
        container.name,
        hazards.filter(({ obligation }) => obligation === 'interrupted'),
      )
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
    const wasKilled = containers.get(name)?.runs.some(({ exit }) => exit === killedExit) === true
    const ofKill = wasKilled ? hazards.find(({ obligation }) => obligation === 'interrupted') : undefined
    const hazard = ofKill ?? hazards.find(({ obligation }) => obligation !== 'interrupted')
    return hazard === undefined || fine.includes(name) || !ranAgain(name) ? [] : [noteOf(name, hazard)]
  })
}

/** Sentences about containers whose end the analysis determined, if it was their turn. */
export function endingNotes({ endings }: KnownContainers, { steps, scenario }: Timeline): readonly string[] {
  const reached = new Set(steps.flatMap(({ lane, kind }) => (kind === 'run' || kind === 'start-error' ? [lane] : [])))
  return [...endings].flatMap(([name, { run, why }]) =>
    why !== null && reached.has(name) && scenario.containers.get(name)?.runs.includes(run) === true ? [why] : [],
  )
}

function noteOf(name: string, hazard: ContainerHazard): string {
  const { path, place, event } = leftBehind(hazard)
  if (hazard.obligation === 'interrupted' && hazard.outcome !== 'fails') {
    return `If ${name} is killed within ${hazard.program} (line ${hazard.line}), it leaves an incomplete ${path} that the next run treats as complete; ${hazard.fix}.`
  }
  if (hazard.obligation === 'failure' && hazard.outcome === 'differs') {
    return `If ${hazard.program} (line ${hazard.line}) fails, ${name} skips it when it runs again, because ${place} survives ${event}; ${hazard.fix}.`
  }
  const does = {
    fails: `fails${hazard.status > 1 ? ` with exit code ${hazard.status}` : ''}`,
    duplicates: 'appends the same content again',
    replaces: `regenerates ${path}`,
    differs: 'produces a different result',
  }[hazard.outcome]
  return `When ${name} runs again, ${hazard.program} (line ${hazard.line}) ${does} because ${place} survives ${event}; ${hazard.fix}.`
}
