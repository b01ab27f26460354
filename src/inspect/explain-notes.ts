/** Sentences about a timeline that its rows do not show. */
import { at } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'
import { stuckBecause } from '../startup/scenario/corrections.ts'
import type { NamedScenario } from '../startup/scenario/what-if.ts'
import { endStatuses } from '../startup/timeline/describe.ts'
import type { Timeline } from '../startup/timeline/timeline.ts'

/** What the workload does about a pod in the state in which the timeline ends, and which images run after a push. */
export function workloadNotes(workload: Workload, timeline: Timeline, { conditions }: NamedScenario): readonly string[] {
  return [...stuckNotes(workload, timeline, conditions), ...cronJobNotes(workload, timeline), ...pushNotes(timeline)]
}

const pullFailures = /(InvalidImageName|ImageInspectError|ErrImagePull|ImagePullBackOff|ErrImageNeverPull)$/

/** A bad image needs a corrected manifest; a registry that is down recovers by itself. */
function stuckNotes(workload: Workload, timeline: Timeline, conditions: readonly string[]): readonly string[] {
  if (timeline.verdict !== 'retrying' || !endStatuses(timeline).some((status) => pullFailures.test(status))) return []
  if (conditions.some((condition) => condition.startsWith('registry-down='))) return []
  const isAsked = conditions.some((condition) => condition.startsWith('fixed='))
  const why = isAsked || workload.kind === 'StatefulSet' ? stuckBecause(workload) : null
  return why === null ? [] : [why]
}

/** A pod that is stuck never fails, so backoffLimit does not count and its Job does not end. */
function cronJobNotes({ kind, object }: Workload, { verdict, job }: Timeline): readonly string[] {
  if (kind !== 'CronJob' || job?.outcome !== 'active' || (verdict !== 'retrying' && verdict !== 'waiting')) return []
  const policy = at(object, 'spec', 'concurrencyPolicy') ?? 'Allow'
  const then = new Map<unknown, string>([
    ['Allow', 'each scheduled run adds another pod that is stuck'],
    ['Forbid', 'the CronJob starts no other Job'],
  ]).get(policy)
  if (then === undefined) return []
  return [
    `The pod never fails, so backoffLimit does not end its Job, and ${then} (concurrencyPolicy ${policy}); set activeDeadlineSeconds in jobTemplate.spec.`,
  ]
}

/** Which version of a repushed image the containers run after their restart. */
function pushNotes({ scenario, lanes, steps, lastImageVersions }: Timeline): readonly string[] {
  const pushed = new Map(
    scenario.actions.flatMap(({ when, change }) =>
      change.do === 'image-pushed' && change.version === 2 && when.kind === 'after' ? [[change.image, when.seconds] as const] : [],
    ),
  )
  return lanes.flatMap(({ name, role, image, pullPolicy }) => {
    const pushedAt = pushed.get(image)
    if (pushedAt === undefined || (role !== 'app' && role !== 'init')) return []
    const runs = steps.filter(({ lane, kind }) => lane === name && kind === 'run')
    if (runs.length < 2 || !runs.some(({ at }) => at >= pushedAt)) return []
    return lastImageVersions.get(name) === 2
      ? [`After its restart, ${name} runs the new image.`]
      : [`After its restart, ${name} still runs the old image: with imagePullPolicy ${pullPolicy}, the copy on the node is used.`]
  })
}
