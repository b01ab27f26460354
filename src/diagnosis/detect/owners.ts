/** What the controllers of a pod add to its cause, and objects that have no pod at all. */
import { asArray, asString, at, isObject, type JsonObject, member } from '../../model/json.ts'
import type { Quotes } from '../evidence.ts'
import { classify } from '../messages/classify.ts'
import { tables } from '../messages/index.ts'
import { type EventView, eventsAbout } from '../view/events.ts'
import type { ContainerView } from '../view/pod-view.ts'
import { type Owner, ownerText } from '../view/related.ts'
import { type Context, eventEvidence, type Found, type Surroundings } from './context.ts'
import { refusal } from './refusals.ts'

/** A pod of a StatefulSet whose template has changed since: with OrderedReady, it is never replaced while it is not ready (kubernetes#67250). */
export function stuckRevision(context: Context, container: ContainerView | null, found: Found): Found | undefined {
  const { pod, chain, quotes } = context
  const set = chain.find(({ kind }) => kind === 'StatefulSet')
  if (set?.object === undefined || found.cause === 'waiting-normal') return undefined
  if (at(set.object, 'spec', 'podManagementPolicy') === 'Parallel' || at(set.object, 'spec', 'updateStrategy', 'type') === 'OnDelete')
    return undefined
  const revision = pod.workload.labels.get('controller-revision-hash')
  const update = asString(at(set.object, 'status', 'updateRevision'))
  const differs = revision !== undefined && update !== undefined ? revision !== update : differsFromTemplate(set, container)
  if (!differs) return undefined
  return {
    ...found,
    cause: 'statefulset-stuck-revision',
    certainty: revision !== undefined && update !== undefined ? 'certain' : 'likely',
    waiting: 'no',
    until: null,
    message: `the template of statefulset/${quotes.of(set.name, 253)} has changed, but a pod of the old revision that is not ready is never replaced; this pod still fails with: ${found.cause}`,
    evidence: [
      revision !== undefined && update !== undefined
        ? `the pod has revision ${quotes.of(revision, 253)}, the StatefulSet updates to ${quotes.of(update, 253)}`
        : 'the image of the pod is not that of the template',
      ...found.evidence,
    ],
    now: ['REPLACE-POD'],
    later: ['set podManagementPolicy: Parallel to avoid this'],
  }
}

function differsFromTemplate({ object }: Owner, container: ContainerView | null): boolean {
  if (container === null) return false
  const spec = at(object, 'spec', 'template', 'spec')
  const same = [...asArray(member(spec, 'initContainers')), ...asArray(member(spec, 'containers'))].find(
    (each) => member(each, 'name') === container.name,
  )
  const image = asString(member(same, 'image'))
  return image !== undefined && image !== container.image
}

/** What a Job and a CronJob add: pods that cannot start never count as failures, and block later runs. */
export function jobAdvice(
  { chain, quotes }: Context,
  found: Found,
  startsNever: boolean,
): Pick<Found, 'now' | 'later' | 'evidence'> | undefined {
  const job = chain.find(({ kind }) => kind === 'Job')
  if (job === undefined || !startsNever) return undefined
  const cron = chain.find(({ kind }) => kind === 'CronJob')
  const blocks = cron !== undefined && at(cron.object, 'spec', 'concurrencyPolicy') === 'Forbid'
  const name = quotes.of(job.name, 253)
  const note = `Job ${name} never fails by itself: pods that cannot start do not count against backoffLimit`
  const deadline = 'set activeDeadlineSeconds in the Job'
  return blocks
    ? {
        now: [...(found.now ?? ['DEFAULT']), 'DELETE-JOB'],
        later: [...(found.later ?? []), deadline],
        evidence: [
          ...found.evidence,
          `${note}; with concurrencyPolicy: Forbid it blocks every later run of cronjob/${quotes.of(cron.name, 253)}, also after the template is corrected`,
        ],
      }
    : {
        later: [...(found.later ?? []), deadline],
        evidence: [...found.evidence, note],
        ...(found.now === undefined ? {} : { now: found.now }),
      }
}

/** Kinds that create pods, directly or through others. */
const controllers: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
])

export function isController(object: unknown): boolean {
  return controllers.has(asString(member(object, 'kind')) ?? '')
}

/** Why an owner has no pod; undefined if nothing says so. */
export function ownerCause(owner: JsonObject, surroundings: Surroundings, quotes: Quotes, namespace: string): Found | undefined {
  const { related, events } = surroundings
  const kind = asString(member(owner, 'kind')) ?? ''
  const name = asString(at(owner, 'metadata', 'name')) ?? ''
  const below = [
    owner,
    ...['ReplicaSet', 'Job']
      .flatMap((each) => related.list(each))
      .filter((each) => related.chainOf(each, namespace).some((above) => above.kind === kind && above.name === name)),
  ]
  for (const object of below) {
    const own = eventsAbout(events, {
      kind: asString(member(object, 'kind')) ?? '',
      namespace: asString(at(object, 'metadata', 'namespace')) ?? namespace,
      name: asString(at(object, 'metadata', 'name')) ?? '',
      uid: asString(at(object, 'metadata', 'uid')) ?? '',
    })
    const event = own.find(({ reason }) => reason === 'FailedCreate')
    const created = own.find(({ reason }) => reason === 'SuccessfulCreate')
    if (event !== undefined && event.last >= (created?.last ?? 0)) return refusal(event.message, eventEvidence(event, quotes), quotes)
    const condition = conditionOf(object, 'ReplicaFailure')
    if (condition !== undefined) return refusal(`Error creating: ${condition}`, `condition ReplicaFailure: ${quotes.of(condition)}`, quotes)
    const blocked = own.find(({ reason }) => reason === 'JobAlreadyActive')
    if (blocked !== undefined) return blockedCron(object, blocked, quotes)
    // The first condition of the two is set while the pods end (KEP-3939).
    const failed = conditionOf(object, 'FailureTarget', 'Failed')
    const ended = failed === undefined ? undefined : classify(failed, tables.ending)
    if (ended?.pattern.cause === 'deadline') {
      return {
        cause: 'deadline',
        certainty: 'certain',
        message: `the Job has failed: ${quotes.of(failed ?? '')}`,
        evidence: [`condition Failed: ${quotes.of(failed ?? '')}`],
      }
    }
  }
  return idle(owner, kind)
}

function conditionOf(object: unknown, ...types: readonly string[]): string | undefined {
  for (const condition of asArray(at(object, 'status', 'conditions'))) {
    if (types.includes(asString(member(condition, 'type')) ?? '') && member(condition, 'status') === 'True')
      return asString(member(condition, 'message'))
  }
  return undefined
}

function blockedCron(object: unknown, event: EventView, quotes: Quotes): Found {
  const active = asArray(at(object, 'status', 'active')).map((each) => asString(member(each, 'name')) ?? '')[0] ?? ''
  return {
    cause: 'cronjob-blocked',
    certainty: 'certain',
    facts: { object: active === '' ? 'of an earlier run' : quotes.of(active, 253) },
    evidence: [eventEvidence(event, quotes)],
    ...(active === '' ? {} : { now: [`DELETE-JOB ${active}`] }),
  }
}

/** Owners that want no pod at present. */
function idle(owner: JsonObject, kind: string): Found | undefined {
  const fine = (message: string, until: string | null): Found => ({
    cause: 'waiting-normal',
    certainty: 'certain',
    message,
    until,
    evidence: [],
  })
  if (member(member(owner, 'spec'), 'suspend') === true)
    return fine(`${ownerText({ kind, name: '' }).slice(0, -1)} is suspended`, 'spec.suspend is set to false')
  if (kind === 'DaemonSet' && at(owner, 'status', 'desiredNumberScheduled') === 0)
    return fine('no node matches its node selector, affinity and tolerations', 'a node matches')
  if (at(owner, 'spec', 'replicas') === 0) return fine('it has 0 replicas', 'it is scaled up')
  if (kind === 'CronJob' && isObject(member(owner, 'spec'))) return fine('no run is due', 'the next time of its schedule')
  if (kind === 'Job' && conditionOf(owner, 'Complete') !== undefined) return fine('the Job has completed', null)
  return undefined
}
