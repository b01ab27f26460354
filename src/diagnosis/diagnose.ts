/** Diagnoses a Pod, or a controller that has none. Pure: all input is in the arguments. */

import { forPeople } from '../inspect/output.ts'
import { fillTemplate, safeText } from '../lint/text.ts'
import { asString, at, type JsonObject, member } from '../model/json.ts'
import { causeRecord, type Helps } from './causes/index.ts'
import { nodeTrouble, sandboxCause, volumeCause } from './detect/before.ts'
import { type Context, contextOf, type Found, type Surroundings } from './detect/context.ts'
import { crashLoopStage } from './detect/crash-loop.ts'
import { createCause } from './detect/create.ts'
import { finishedCause } from './detect/finished.ts'
import { jobAdvice, ownerCause, stuckRevision } from './detect/owners.ts'
import { pullCause } from './detect/pull.ts'
import { runCause } from './detect/run.ts'
import { schedulingCause } from './detect/scheduling.ts'
import { deletingCause, readyCause } from './detect/whole-pod.ts'
import { defaultFacts, deleteJob, type Facts, factsOf, Quotes } from './evidence.ts'
import { type Attempt, nextAttempt, predictionOf } from './next.ts'
import { pastOf } from './picture/past.ts'
import { remedyOf } from './remedy.ts'
import { type Stage, stageOf } from './stage.ts'
import type { Diagnosis, NamedObject } from './types.ts'
import { newestEnd, type PodView } from './view/pod-view.ts'
import { ownerText } from './view/related.ts'
import { statusColumn } from './view/status-column.ts'
import { clockText, timeText } from './view/values.ts'

/** Maximum number of pieces of evidence in a diagnosis. */
const maxEvidence = 6
const maxValue = 300

export function diagnosePod(pod: PodView, surroundings: Surroundings): Diagnosis {
  const quotes = new Quotes(pod)
  const context = contextOf(pod, surroundings, quotes)
  const whole = stageOf(pod)
  const reached = crashLoopStage(pod, whole, surroundings.now) ?? whole
  const own = nodeTrouble(context) ?? causeAt(context, reached)
  const stage =
    startCauses.has(own.cause) && reached.container !== null && reached.kind !== 'finished'
      ? { ...reached, kind: 'start' as const }
      : reached
  const stuck = stuckRevision(context, stage.container, own) ?? own
  const startsNever =
    stage.kind !== 'finished' && stage.kind !== 'app-run' && stuck.cause !== 'waiting-normal' && newestStart(stage) === null
  const found: Found = { ...stuck, ...jobAdvice(context, stuck, startsNever) }
  const top = context.chain.at(-1)
  const facts: Facts = {
    ...withoutSecrets(factsOf(pod, stage.container, top === undefined ? '' : ownerText(top)), quotes),
    ...defined(found.facts),
  }
  const isFailing = found.cause !== 'waiting-normal'
  const status = statusColumn(pod)
  const prediction = stage.kind === 'finished' ? undefined : predictionOf(pod, surroundings)
  const attempt = nextAttempt(pod, stage, isFailing, prediction)
  return {
    object: { apiVersion: 'v1', kind: 'Pod', namespace: safeText(pod.namespace), name: safeText(pod.name) },
    owner:
      top === undefined
        ? null
        : { apiVersion: safeText(top.apiVersion), kind: safeText(top.kind), namespace: safeText(top.namespace), name: safeText(top.name) },
    status: quotes.of(status, 100),
    since: sinceOf(pod, stage),
    stage: { kind: stage.kind, container: stage.container === null ? null : safeText(stage.container.name) },
    cause: causeEntry(found, facts),
    waiting: waitingEntry(found, facts),
    next: nextEntry(attempt),
    ...remedyOf(context, stage, found, facts),
    [forPeople]: {
      position: positionOf(pod, stage),
      attempt: attemptOf(stage),
      now: surroundings.now,
      isPast: found.isPast === true,
      isTried: attempt.isTried === true,
      history: () => ({
        past: pastOf(pod, surroundings.now),
        prediction: attempt.status === null || prediction === undefined ? { statuses: [], attempts: [] } : prediction,
      }),
    },
  }
}

/** Causes that end a process before its program has done anything, although the runtime reports an exit code. */
const startCauses: ReadonlySet<string> = new Set(['exec-format', 'post-start-hook'])

function newestStart({ kind, container }: Stage): unknown {
  return kind === 'init-run' || kind === 'sidecar-start' ? (container === null ? null : newestEnd(container)) : null
}

function causeAt(context: Context, stage: Stage): Found {
  const { kind, container } = stage
  if (context.pod.isBeingDeleted && kind !== 'finished') return deletingCause(context)
  if (kind === 'finished') return finishedCause(context, container)
  if (kind === 'scheduling') return schedulingCause(context)
  if (kind === 'volumes') return volumeCause(context)
  if (kind === 'app-run' && container === null) return readyCause(context)
  if (kind === 'sandbox' || container === null) return sandboxCause(context)
  if (kind === 'image-pull') return pullCause(context, container)
  if (kind === 'create-config' || kind === 'create' || kind === 'start') return createCause(context, container, kind)
  return runCause(context, container)
}

function causeEntry(found: Found, facts: Facts): Diagnosis['cause'] {
  const { cause, certainty, message, evidence } = found
  return {
    class: cause,
    certainty,
    message: message ?? fillTemplate(causeRecord(cause).means, facts, maxValue),
    evidence: [...new Set(evidence)].slice(0, maxEvidence),
  }
}

function waitingEntry({ cause, waiting, until }: Found, facts: Facts): Diagnosis['waiting'] {
  const record = causeRecord(cause)
  const helps: Helps = waiting ?? record.waiting
  const ends = until !== undefined ? until : record.until === undefined ? null : fillTemplate(record.until, facts, maxValue)
  return { helps, until: ends }
}

function nextEntry({ status, at: earliest, by, why }: Attempt): Diagnosis['next'] {
  return {
    status: status === null ? null : safeText(status),
    at: earliest === null ? null : timeText(earliest),
    by: by === null ? null : timeText(by),
    why,
  }
}

/** Names and commands, which must not be cut or masked. */
const verbatim: ReadonlySet<string> = new Set(['pod', 'namespace', 'container', 'logs', 'describeClaims'])

/** Names and images come from the cluster: they are quoted as everything else. */
function withoutSecrets(facts: Facts, quotes: Quotes): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, verbatim.has(name) ? safeText(value) : quotes.of(value, maxValue)]),
  )
}

function defined(facts: Partial<Facts> | undefined): Facts {
  return Object.fromEntries(Object.entries(facts ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** `init container 2 of 3`. */
function positionOf({ containers }: PodView, { container }: Stage): string {
  if (container === null) return ''
  const inits = containers.filter(({ role }) => role !== 'app')
  const word = container.role === 'sidecar' ? 'sidecar' : container.role === 'init' ? 'init container' : 'container'
  const list = container.role === 'app' ? containers.filter(({ role }) => role === 'app') : inits
  return list.length > 1 ? `${word} ${list.indexOf(container) + 1} of ${list.length}` : word
}

function attemptOf({ container }: Stage): string {
  if (container === null) return ''
  const end = newestEnd(container)
  if (container.state.kind === 'running') return container.restarts > 0 ? `attempt ${container.restarts + 1} is running` : 'it is running'
  if (end === null) return ''
  const at = end.finishedAt === null ? '' : ` at ${clockText(end.finishedAt)}`
  return `attempt ${container.restarts + 1} ended${at} with exit code ${end.exitCode}`
}

/** Since when the stage lasts. */
function sinceOf(pod: PodView, { kind, container }: Stage): string | null {
  const condition = pod.conditions.get(kind === 'scheduling' ? 'PodScheduled' : 'PodReadyToStartContainers')?.since ?? null
  if (container === null) {
    const before = kind === 'scheduling' || kind === 'volumes' || kind === 'sandbox' ? condition : null
    return textOf(before ?? pod.createdAt)
  }
  if (container.state.kind === 'running') return textOf(container.state.startedAt)
  const first = container.events
    .filter(({ first: at }) => at > 0)
    .reduce((oldest, { first: at }) => Math.min(oldest, at), Number.POSITIVE_INFINITY)
  if (Number.isFinite(first)) return textOf(first)
  const end = newestEnd(container)
  return textOf(end?.startedAt ?? end?.finishedAt ?? pod.conditions.get('Initialized')?.since ?? pod.createdAt)
}

function textOf(time: number | null): string | null {
  return time === null ? null : timeText(time)
}

/** A controller without pods whose Events have expired. */
const withoutReason: Found = {
  cause: 'waiting-normal',
  certainty: 'possible',
  waiting: 'unknown',
  message: 'it has no pod, and neither its status nor an Event says why',
  until: 'its controller creates a pod',
  now: ['look at the Events of its ReplicaSet or Job right after it was changed or restarted'],
  evidence: [],
}

/** Diagnoses a controller without pods. @returns undefined if nothing says why it has none */
export function diagnoseOwner(
  owner: JsonObject,
  surroundings: Surroundings,
  defaultNamespace: string,
  always = false,
): Diagnosis | undefined {
  const quotes = new Quotes(undefined)
  const namespace = asString(at(owner, 'metadata', 'namespace')) ?? defaultNamespace
  const found = ownerCause(owner, surroundings, quotes, namespace) ?? (always ? withoutReason : undefined)
  if (found === undefined) return undefined
  const name = asString(at(owner, 'metadata', 'name')) ?? ''
  const kind = asString(member(owner, 'kind')) ?? ''
  const object: NamedObject = {
    apiVersion: safeText(asString(member(owner, 'apiVersion')) ?? ''),
    kind: safeText(kind),
    namespace: safeText(namespace),
    name: safeText(name),
  }
  const facts: Facts = {
    ...defaultFacts,
    namespace: safeText(namespace),
    owner: safeText(ownerText({ kind, name })),
    ...defined(found.facts),
  }
  const own = fillTemplate(causeRecord(found.cause).now, facts, maxValue)
  const isNormal = found.cause === 'waiting-normal'
  return {
    object,
    owner: null,
    status: isNormal ? 'no pod' : 'no pod created',
    since: null,
    stage: { kind: 'admission', container: null },
    cause: causeEntry(found, facts),
    waiting: waitingEntry(found, facts),
    next: isNormal
      ? { status: null, at: null, by: null, why: 'nothing is tried' }
      : { status: null, at: null, by: null, why: 'the controller tries to create a pod again, less and less often' },
    now: (found.now ?? [own]).map((text) =>
      text.startsWith('DELETE-JOB ') ? deleteJob(text.slice('DELETE-JOB '.length), namespace) : text,
    ),
    // biome-ignore lint/suspicious/noThenProperty: the name in the JSON; it is an array and nothing awaits it
    then: found.later ?? [],
    [forPeople]: { position: '', attempt: '', now: surroundings.now },
  }
}
