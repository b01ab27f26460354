/** Why a process fails, or does not get done. */
import { subjectContainer } from '../../lint/diagnostic.ts'
import { member } from '../../model/json.ts'
import { classify } from '../messages/classify.ts'
import { tables } from '../messages/index.ts'
import { type ContainerView, newestEnd, type TerminatedView } from '../view/pod-view.ts'
import { type Context, eventEvidence, type Found, foundBy } from './context.ts'
import { endedBefore } from './crash-loop.ts'
import { classifyLog, maxLog } from './logs.ts'
import { isNear, killedByProbe, probeIn } from './probes.ts'
import { fromLog } from './run-log.ts'
import { isExplained, runningInit, runningServer } from './run-state.ts'
import { failsOnRerun, neverSucceeds } from './scripts.ts'

export function runCause(context: Context, container: ContainerView): Found {
  if (container.state.kind === 'running') {
    const before = endedBefore(container, context.now)
    // Unless its script or its image explains why it never completes, it is expected to end as before, whatever its log says meanwhile.
    if (before !== undefined && container.role === 'init' && !isExplained(context, container))
      return { ...failed(context, container, before), isPast: true }
    const found = container.role === 'init' ? runningInit(context, container) : runningServer(context, container)
    if (before === undefined) return found
    // A probe that fails, and has killed the process before, will kill this one, too.
    const isPast = found.cause === 'waiting-normal' || (found.cause === 'probe-failed' && killedByProbe(container, before) !== undefined)
    return isPast ? { ...failed(context, container, before), isPast } : found
  }
  const end = newestEnd(container)
  if (end !== null && end.exitCode === 0 && end.reason === 'Completed' && !isRestarted(context, container)) {
    // The phase is Running until the kubelet has reported the end of the pod.
    return {
      cause: 'waiting-normal',
      certainty: 'certain',
      message: `"${container.name}" has completed`,
      until: null,
      evidence: [endEvidence(end, context)],
    }
  }
  if (end === null)
    return {
      cause: 'waiting-normal',
      certainty: 'possible',
      message: `"${container.name}" is about to start`,
      until: 'the container runs',
      evidence: [],
    }
  return failed(context, container, end)
}

function endEvidence({ reason, exitCode, finishedAt }: TerminatedView, { quotes }: Context): string {
  const at = finishedAt === null ? '' : ` at ${new Date(finishedAt).toISOString().slice(11, 19)}`
  return `terminated${at}: ${quotes.of(reason, 60) || 'no reason'}, exit code ${exitCode}`
}

function failed(context: Context, container: ContainerView, end: TerminatedView): Found {
  const { quotes, logs } = context
  const evidence = endEvidence(end, context)
  const exit = classify(`${end.reason} exit=${end.exitCode}`, tables.exit)
  const byCode = exit && foundBy(exit, [evidence], { code: String(end.exitCode) })
  if (byCode?.cause === 'oom') return byCode
  const killed = killedByProbe(container, end)
  if (killed !== undefined) {
    return {
      cause: 'probe-kill',
      certainty: killed.isCertain ? 'certain' : 'likely',
      facts: { probe: probeIn(killed.event.message) },
      evidence: [eventEvidence(killed.event, quotes), evidence],
    }
  }
  const hook = container.events.find(({ reason }) => reason === 'FailedPostStartHook')
  if (hook !== undefined && isNear(hook, end))
    return { cause: 'post-start-hook', certainty: 'certain', evidence: [eventEvidence(hook, quotes), evidence] }
  const log = logs.get(container.name)
  const line = (log === undefined ? undefined : classifyLog(log)) ?? (end.message === '' ? undefined : classifyLog(end.message))
  if (line !== undefined) {
    const said = fromLog(context, container, line, evidence)
    if (said !== undefined) return said
  }
  if (container.role === 'init' && end.exitCode !== 0) {
    const rehearsed = neverSucceeds(context, container) ?? failsOnRerun(context, container)
    if (rehearsed !== undefined) return { ...rehearsed, evidence: [evidence, ...rehearsed.evidence] }
  }
  const idle = container.role === 'app' && (byCode === undefined || byCode.cause === 'application') ? initDoesNothing(context) : undefined
  if (idle !== undefined) return { ...idle, evidence: [evidence, ...idle.evidence] }
  if (byCode !== undefined && saysSo(byCode, log) && !isOwnCode(byCode, container, end, log)) return withProgram(byCode, container)
  return {
    cause: 'application',
    certainty: 'possible',
    facts: { code: String(end.exitCode) },
    evidence: [evidence, ...(log === undefined ? [] : ['the log matches no known message'])],
  }
}

/** Whether a container is started again after it has succeeded. */
function isRestarted({ pod }: Context, { role, container: { raw } }: ContainerView): boolean {
  return role === 'sidecar' || (member(raw, 'restartPolicy') ?? pod.workload.restartPolicy) === 'Always'
}

/** What a program prints that exits with 2 because of its options, a Go program that panics, and a shell that cannot read its script. */
const usageOrPanic = /panic|goroutine|usage|option|flag|argument|unrecognized|unknown|illegal|syntax|unexpected/i

/** Many programs exit with 2 for reasons of their own, which their log shows. */
function saysSo({ cause }: Found, log: string | undefined): boolean {
  return cause !== 'usage-or-go-panic' || log === undefined || usageOrPanic.test(log.slice(-maxLog))
}

/** The runtime reports what it lost as Unknown; an Error with 255 is often the program's own -1. */
function isOwnCode({ cause }: Found, { restarts }: ContainerView, { reason }: TerminatedView, log: string | undefined): boolean {
  return cause === 'unknown-after-restart' && reason === 'Error' && (log !== undefined || restarts >= 3)
}

/** An app that fails may lack what an init container should have done. */
function initDoesNothing(context: Context): Found | undefined {
  const finding = context.findings().find(({ rule }) => rule === 'init-does-nothing')
  const name = finding === undefined ? null : subjectContainer(finding.subject)
  if (finding === undefined || name === null) return undefined
  return {
    cause: 'init-does-nothing',
    certainty: 'possible',
    facts: { container: context.quotes.of(name, 63) },
    evidence: [`rule ${finding.rule} on the script of "${context.quotes.of(name, 63)}"`],
  }
}

function withProgram(found: Found, { container }: ContainerView): Found {
  if (found.cause !== 'not-executable' && found.cause !== 'command-not-found') return found
  const command = member(container.raw, 'command')
  return { ...found, facts: { ...found.facts, program: Array.isArray(command) ? 'that its script calls' : 'that its entrypoint calls' } }
}
