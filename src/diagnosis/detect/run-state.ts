/** Containers that run, but do not complete, start or become ready. */
import { isObject, member } from '../../model/json.ts'
import type { Classified } from '../messages/classify.ts'
import { tables } from '../messages/index.ts'
import type { ContainerView } from '../view/pod-view.ts'
import { durationText } from '../view/values.ts'
import { type Context, eventEvidence, type Found, foundBy } from './context.ts'
import { classifyLog } from './logs.ts'
import { blockedByMesh, isProxy, redirectingProxy } from './mesh.ts'
import { probeAdvice, probeAnswer, probeIn } from './probes.ts'
import { answered, goneAdvice } from './run-log.ts'
import { neverCompletes } from './scripts.ts'

/** How long an init container may run without a question, ms. */
const shortRun = 10 * 60 * 1000

/** Whether more than its log says why an init container does not complete. */
export function isExplained(context: Context, container: ContainerView): boolean {
  return isProxy(container.name) || neverCompletes(context, container) !== undefined
}

export function runningInit(context: Context, container: ContainerView): Found {
  const { quotes, logs } = context
  const found = neverCompletes(context, container)
  if (found?.cause === 'init-never-completes') return lostRestartPolicy(context, container, found) ?? found
  const log = logs.get(container.name)
  const line = log === undefined ? undefined : classifyLog(log)
  const mesh = line?.pattern.id === 'log-refused' || found?.cause === 'init-waits-forever' ? blockedByMesh(context, container) : undefined
  if (mesh !== undefined && line !== undefined) return { ...mesh, evidence: [`log: ${quotes.of(line.matched)}`, ...mesh.evidence] }
  if (mesh !== undefined) return { ...mesh, evidence: [...mesh.evidence, ...(found?.evidence ?? [])] }
  if (line?.pattern.id === 'log-refused') {
    const base: Found = found ?? { cause: 'init-waits-forever', certainty: 'possible', evidence: [] }
    return { ...base, waiting: base.waiting ?? 'unknown', evidence: [`log: ${quotes.of(line.matched)}`, ...base.evidence] }
  }
  if (line?.pattern.cause === 'init-waits-forever') {
    return {
      cause: 'init-waits-forever',
      certainty: 'likely',
      waiting: 'no',
      message: `"${container.name}" waits for ${quotes.of(`${line.groups[0] ?? ''} ${line.groups[1] ?? ''}`, 300)}, which does not exist`,
      evidence: [`log: ${quotes.of(line.matched)}`],
      ...goneAdvice(line.groups[0] ?? ''),
    }
  }
  if (found !== undefined) return found
  const refused = line === undefined ? undefined : refusedAgain(context, container, line)
  if (refused !== undefined) return refused
  if (isProxy(container.name)) return proxyAsInit(context, container)
  const waits = log === undefined || !isLong(context, container) ? undefined : classifyLog(log, tables.waits)
  if (waits !== undefined) {
    return {
      cause: 'init-waits-forever',
      certainty: 'possible',
      waiting: 'unknown',
      message: `"${container.name}" still waits: ${quotes.of(waits.matched)}`,
      until: 'what it waits for is there',
      evidence: [`log: ${quotes.of(waits.matched)}`],
    }
  }
  return progressing(context, container, log !== undefined)
}

/** It keeps running although each attempt in it is refused. */
function refusedAgain(context: Context, container: ContainerView, line: Classified): Found | undefined {
  const base = foundBy(line, [`log: ${context.quotes.of(line.matched)}`])
  const found = base === undefined ? undefined : answered(context, container, line, base)
  if (found === undefined) return undefined
  // What it retries may be set up later; roles of the API server rarely are.
  const waiting = line.pattern.id === 'log-api-forbidden' ? 'no' : 'unknown'
  return { ...found, cause: 'init-waits-forever', certainty: 'likely', waiting, until: 'the server accepts it' }
}

/** A proxy that runs as an init container without restartPolicy: it serves until it is stopped. */
function proxyAsInit(context: Context, container: ContainerView): Found {
  const found: Found = {
    cause: 'init-never-completes',
    certainty: 'likely',
    message: `"${container.name}" is a proxy, which never completes, but it is an init container without restartPolicy: Always`,
    evidence: [`"${container.name}" is running as an init container`],
  }
  return lostRestartPolicy(context, container, found) ?? found
}

/** A sidecar whose restartPolicy was dropped on the way from the template to the pod. */
function lostRestartPolicy({ chain }: Context, { name, container }: ContainerView, found: Found): Found | undefined {
  const objects = chain.map(({ object }) => object)
  const template = templateContainer(objects, name)
  if (template === undefined || member(template, 'restartPolicy') !== 'Always' || member(container.raw, 'restartPolicy') !== undefined)
    return undefined
  return {
    ...found,
    certainty: 'certain',
    message: `"${name}" never completes: it is meant as a sidecar, but the pod lost its restartPolicy: Always, which the template has`,
    evidence: [
      ...found.evidence,
      'the template sets restartPolicy: Always on this container, the pod does not: a mutating webhook with an older API version dropped it',
    ],
    now: ['update or exclude the mutating webhook that drops restartPolicy of init containers, then replace the pod'],
  }
}

function isLong({ now }: Context, { state }: ContainerView): boolean {
  const startedAt = state.kind === 'running' ? state.startedAt : null
  return startedAt === null || now - startedAt > shortRun
}

/** An init container that may simply need time. */
function progressing(context: Context, container: ContainerView, hasLog: boolean): Found {
  const { now, pod } = context
  const startedAt = container.state.kind === 'running' ? container.state.startedAt : null
  const seconds = startedAt === null ? 0 : (now - startedAt) / 1000
  const isLate = isLong(context, container)
  const proxy = redirectingProxy(context, container)
  const isAgain = pod.containers.some(({ role, wasCreated }) => role === 'app' && wasCreated)
  return {
    cause: isAgain ? 'sandbox-restart' : 'waiting-normal',
    certainty: isLate ? 'possible' : 'likely',
    ...(isLate ? { waiting: 'unknown' as const } : {}),
    ...(isAgain
      ? {}
      : { message: `"${container.name}" has been running for ${durationText(seconds)}; whether it makes progress, only its log shows` }),
    until: `"${container.name}" exits with code 0`,
    now: ['LOGS'],
    ...(proxy === undefined
      ? {}
      : { later: [`if the log shows refused connections: traffic goes through "${proxy}", which starts later`] }),
    evidence: hasLog ? ['the log matches no known message'] : [],
  }
}

function templateContainer(objects: readonly unknown[], name: string): unknown {
  for (const object of objects) {
    const spec = member(member(member(object, 'spec'), 'template'), 'spec')
    const list = member(spec, 'initContainers')
    const found = Array.isArray(list) ? list.find((each) => member(each, 'name') === name) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Defaults of probes (kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_Probe). */
function probeSeconds(probe: unknown): number {
  const number = (key: string, otherwise: number): number => {
    const value = member(probe, key)
    return typeof value === 'number' && value >= 0 ? value : otherwise
  }
  return number('initialDelaySeconds', 0) + number('periodSeconds', 10) * number('failureThreshold', 3) + number('timeoutSeconds', 1)
}

/** A sidecar or an app that runs: started, ready, or neither. */
export function runningServer(context: Context, container: ContainerView): Found {
  const { pod, now, quotes } = context
  const { name, role, events, container: spec, isReady, isStarted } = container
  const startedAt = container.state.kind === 'running' ? container.state.startedAt : null
  const startup = member(spec.raw, 'startupProbe')
  const unhealthy = events.find(({ reason }) => reason === 'Unhealthy')
  if (isReady && (role !== 'sidecar' || isStarted)) {
    return {
      cause: 'waiting-normal',
      certainty: 'certain',
      message: pod.conditions.get('Ready')?.status === 'True' ? 'the pod is ready' : `"${name}" is ready`,
      until: null,
      evidence: [],
    }
  }
  // An event that is older than this process is about an earlier one.
  if (unhealthy !== undefined && (startedAt === null || unhealthy.last >= startedAt)) {
    const answer = quotes.of(probeAnswer(unhealthy.message), 160)
    const advice = probeAdvice(unhealthy.message, name)
    return {
      cause: 'probe-failed',
      certainty: 'certain',
      facts: { probe: probeIn(unhealthy.message) },
      ...(answer === '' ? {} : { message: `the ${probeIn(unhealthy.message)} probe of "${name}" fails: ${answer}` }),
      ...(advice === undefined ? {} : { now: advice }),
      evidence: [eventEvidence(unhealthy, quotes)],
    }
  }
  const ranFor = startedAt === null ? 0 : (now - startedAt) / 1000
  if (isObject(startup) && !isStarted) {
    if (ranFor > probeSeconds(startup) + probeMargin) {
      const isKnownBug = role === 'sidecar' && member(pod.workload.podSpec, 'restartPolicy') === 'Never' && container.restarts > 0
      return {
        cause: 'sidecar-probe-not-run',
        certainty: isKnownBug ? 'likely' : 'possible',
        evidence: [
          `"${name}" has been running for ${durationText(ranFor)} without started: true, although its startup probe decides within ${Math.ceil(probeSeconds(startup))} s, and there is no Unhealthy event`,
        ],
      }
    }
    return {
      cause: 'waiting-normal',
      certainty: 'certain',
      message: `the startup probe of "${name}" has not succeeded yet`,
      until: 'the startup probe succeeds',
      evidence: [],
    }
  }
  const readiness = member(spec.raw, 'readinessProbe')
  if (isObject(readiness) && ranFor > probeSeconds(readiness) + probeMargin) {
    return {
      cause: 'probe-failed',
      certainty: 'likely',
      facts: { probe: 'readiness' },
      evidence: [`"${name}" has been running for ${durationText(ranFor)} and is not ready; the Events have expired`],
    }
  }
  return {
    cause: 'waiting-normal',
    certainty: 'likely',
    message: `"${name}" runs and is not ready yet`,
    until: isObject(readiness) ? 'the readiness probe succeeds' : 'the kubelet reports it as ready',
    evidence: [],
  }
}

/** Syncs and the first period of a probe take this long, in seconds. */
const probeMargin = 30
