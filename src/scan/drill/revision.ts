/** Which Pods of a workload are like the next one. */
import { asString, at, type JsonObject } from '../../model/json.ts'
import type { DrillWorkload } from './cluster.ts'
import type { PodShape } from './pod-shape.ts'

/** Whether a Pod has the containers of a template with the same images; what injectors add does not matter. */
export function carries(shape: PodShape, template: PodShape): boolean {
  return template.uses.every(({ name, image }) => shape.uses.some((use) => use.name === name && use.image === image))
}

/** Whether a Pod is of a revision, as far as its label says. @param revision undefined if it is not known */
export function isOfRevision(revision: string | undefined, pod: JsonObject): boolean {
  const label = asString(at(pod, 'metadata', 'labels', 'controller-revision-hash'))
  return revision === undefined || label === undefined || label === revision
}

/** The shape of the next Pod of a workload: of most Pods of the current revision, because webhooks may have changed them; else the template. */
export function nextShape({ groups, template }: DrillWorkload): { readonly shape: PodShape; readonly isLive: boolean } {
  const counts = new Map<PodShape, number>()
  for (const { shape, isCurrent, count } of groups.values()) if (isCurrent) counts.set(shape, (counts.get(shape) ?? 0) + count)
  const [best] = [...counts].sort(([, a], [, b]) => b - a)
  return best === undefined ? { shape: template, isLive: false } : { shape: best[0], isLive: true }
}
