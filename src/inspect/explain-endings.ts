/** How containers end if everything around them works, as far as the analysis of their commands determines it. */
import { ownPodWaitOf } from '../rules/own-pod-waits.ts'
import { sidecarsOf } from '../rules/pod-servers.ts'
import { type AnalyzedInit, factsOfScript, inputOf } from '../script/index.ts'
import { endsAfter, type Run, runsForever } from '../startup/scenario/scenario.ts'
import type { InspectedWorkload } from './inputs.ts'

/** How a container ends, if that differs from the default of its role. */
export interface Ending {
  readonly run: Run
  /** A sentence that says why; null if there is nothing to explain. */
  readonly why: string | null
}

/** The endings by container. */
export function endingsOf({ workload, siblings, scripts }: InspectedWorkload): ReadonlyMap<string, Ending> {
  const endings = new Map<string, Ending>()
  const sidecars = sidecarsOf(workload)
  for (const init of scripts.analyzed()) {
    const wait = ownPodWaitOf(init, workload, sidecars, siblings)
    const why =
      neverCompletes(init) ?? (wait && `${init.container.name} waits for ${wait.server}, which starts only after ${init.container.name}.`)
    if (why !== undefined) endings.set(init.container.name, { run: runsForever, why })
  }
  if (!isOfJob(workload)) return endings
  for (const container of workload.containers()) {
    if (container.role !== 'app') continue
    const { input } = inputOf(container, workload, siblings)
    const endless = input === null ? undefined : factsOfScript(input)?.endless
    const ending =
      endless === undefined
        ? { run: endsAfter(1, 0), why: null }
        : { run: runsForever, why: `${container.name} runs ${endless.what}, which never completes.` }
    endings.set(container.name, ending)
  }
  return endings
}

function neverCompletes({ container, facts }: AnalyzedInit): string | undefined {
  return facts?.endless && `${container.name} runs ${facts.endless.what}, which never completes.`
}

/** The main containers of a Job are expected to complete; those of all other pods are expected to run on. */
function isOfJob({ kind, controllerOwner }: InspectedWorkload['workload']): boolean {
  return kind === 'Job' || kind === 'CronJob' || (kind === 'Pod' && controllerOwner?.kind === 'Job')
}

/** Whether nothing restarts the containers of the pod after they succeed, so that the timeline assumes that they run on. */
export function assumesRunningOn({ workload }: InspectedWorkload): boolean {
  return !isOfJob(workload) && workload.restartPolicy !== 'Always'
}
