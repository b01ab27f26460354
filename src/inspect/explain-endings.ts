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
    const { name } = init.container
    const wait = ownPodWaitOf(init, workload, sidecars, siblings)
    const ending = failingEveryRun(init) ?? neverCompletes(init)
    if (ending !== undefined) endings.set(name, ending)
    else if (wait !== undefined)
      endings.set(name, { run: runsForever, why: `${name} waits for ${wait.server}, which starts only after ${name}.` })
  }
  for (const sidecar of scripts.sidecars()) {
    const ending = endingOfSidecar(sidecar)
    if (ending !== undefined) endings.set(sidecar.container.name, ending)
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

function neverCompletes({ container, facts }: AnalyzedInit): Ending | undefined {
  if (facts?.endless === undefined) return undefined
  return { run: runsForever, why: `${container.name} runs ${facts.endless.what}, which never completes.` }
}

/** A sidecar whose process is certain to end, so that the kubelet restarts it again and again; undefined if it may run on. */
function endingOfSidecar(sidecar: AnalyzedInit): Ending | undefined {
  const { container, ending } = sidecar
  if (ending.kind === 'fails' && !ending.isOnEmptyClaim) {
    const { status, isStarted } = ending
    if (!isStarted) return { run: cannotStart(status), why: `${container.name} cannot be started.` }
    return { run: endsAfter(1, status), why: restarted(container.name, `exits with code ${status}`) }
  }
  return endsAtOnce(sidecar) ? { run: endsAfter(1, 0), why: restarted(container.name, 'completes') } : undefined
}

function restarted(name: string, ends: string): string {
  return `The sidecar ${name} ${ends} each time instead of running on, so the kubelet restarts it again and again.`
}

/** Programs of files that may wait: for more lines, or for the other end of a pipe. */
const mayWait: ReadonlySet<string> = new Set(['tail', 'mkfifo'])

/** Whether a script only works on files, so that it ends soon. Its exit status makes no difference to a sidecar. */
function endsAtOnce({ facts, ending, unknown, commands }: AnalyzedInit): boolean {
  if (facts === null || ending.kind !== 'open' || unknown.length > 0 || commands.length === 0) return false
  const isQuick = facts.onlyTouchesFiles && !facts.hasBackground && facts.loops.length === 0 && facts.contacts.length === 0
  return isQuick && facts.endless === undefined && commands.every(({ program }) => !mayWait.has(program))
}

/** A script that fails only as long as a claim is empty may succeed. */
function failingEveryRun({ container: { name }, ending }: AnalyzedInit): Ending | undefined {
  if (ending.kind !== 'fails' || ending.isOnEmptyClaim) return undefined
  const { status, line, isStarted } = ending
  if (!isStarted) return { run: cannotStart(status), why: `${name} cannot be started; lint reports the cause as init-never-succeeds.` }
  const at = line === null ? '' : ` at line ${line} of its script`
  return { run: endsAfter(1, status), why: `${name} fails in every run${at}; lint reports the cause as init-never-succeeds.` }
}

function cannotStart(exit: number): Run {
  return { seconds: 0, exit, oom: false, startError: 'command-not-found' }
}

/** The main containers of a Job are expected to complete; those of all other pods are expected to run on. */
function isOfJob({ kind, controllerOwner }: InspectedWorkload['workload']): boolean {
  return kind === 'Job' || kind === 'CronJob' || (kind === 'Pod' && controllerOwner?.kind === 'Job')
}

/** Whether nothing restarts the containers of the pod after they succeed, so that the timeline assumes that they run on. */
export function assumesRunningOn({ workload }: InspectedWorkload): boolean {
  return !isOfJob(workload) && workload.restartPolicy !== 'Always'
}
