/** What to do: commands for a POSIX shell with their effect as a comment, or advice in plain words. */

import { fillTemplate } from '../lint/text.ts'
import { isObject, member } from '../model/json.ts'
import { causeRecord } from './causes/index.ts'
import type { Context, Found } from './detect/context.ts'
import { diffOf } from './detect/scripts.ts'
import { outlivesPod, writableVolumes } from './detect/storage.ts'
import { deleteJob, type Facts, logsCommand, shellWord } from './evidence.ts'
import type { Stage } from './stage.ts'
import type { DiagnosisEdit } from './types.ts'
import { ownerText } from './view/related.ts'

export interface Remedy {
  readonly now: readonly string[]
  readonly then: readonly string[]
  readonly edits?: readonly DiagnosisEdit[]
}

/** Longest command: names have at most 253 characters each. */
const maxCommand = 1200
/** Longest value in an advice. */
const maxValue = 300

/** Causes of which a new pod is free, if nothing that outlives the pod keeps them. */
const curedByNewPod: ReadonlySet<string> = new Set(['init-not-idempotent', 'init-not-atomic', 'sidecar-probe-not-run'])
/** Causes that need a new pod after something else was repaired. */
const needsNewPod: ReadonlySet<string> = new Set(['sidecar-not-injected'])

/** Causes whose advice contains the new pod. */
const namesNewPod: ReadonlySet<string> = new Set(['waiting-normal', 'node-admission', 'node-shutdown', ...curedByNewPod])

/** Whether a pod has failed that no controller replaces: whatever is repaired, it never starts again. */
function isOver({ chain }: Context, { kind }: Stage): boolean {
  return kind === 'finished' && chain.length === 0
}

export function remedyOf(context: Context, stage: Stage, found: Found, facts: Facts): Remedy {
  const { cause, hazard } = found
  const record = causeRecord(cause)
  const own = fillTemplate(record.now, facts, maxCommand)
  const advice = (found.now ?? ['DEFAULT']).flatMap((text) => command(text, context, stage, own))
  const now = curedByNewPod.has(cause) && found.now === undefined ? cure(context, stage, found, own) : advice
  if (needsNewPod.has(cause) || (isOver(context, stage) && !namesNewPod.has(cause))) now.push(...replacePod(context))
  const later = [...(found.later ?? (record.later === undefined ? [] : [fillTemplate(record.later, facts, maxValue)]))]
  if (hazard === undefined) return remedy(now, later)
  const { init, hazard: found_ } = hazard
  const diff = diffOf(hazard)
  const masked = diff?.map((line) => `${line.slice(0, 2)}${context.quotes.of(line.slice(2), maxValue)}`)
  const changed = [`make it repeatable: ${context.quotes.of(found_.fix, maxValue)}`, ...(masked ?? [])]
  // An edit contains text of the script: it is left out if that text may contain a secret.
  const isMasked = masked?.some((line, index) => line !== diff?.[index]) === true
  const edits = isMasked
    ? undefined
    : found_.edits?.map(({ start, end, text }): DiagnosisEdit => ({ file: null, pointer: init.pointer, start, end, text }))
  return remedy(now, changed, edits)
}

function remedy(now: readonly string[], later: readonly string[], edits?: readonly DiagnosisEdit[]): Remedy {
  // biome-ignore lint/suspicious/noThenProperty: the name in the JSON; it is an array and nothing awaits it
  return { now, then: later, ...(edits === undefined ? {} : { edits }) }
}

/** The marks of detections, as commands; other texts stay. */
function command(text: string, context: Context, stage: Stage, own: string): readonly string[] {
  const { pod, chain } = context
  const namespace = shellWord(pod.namespace)
  const [mark = '', name = ''] = text.split(' ')
  switch (mark) {
    case 'DEFAULT':
      return [own]
    case 'LOGS':
      return [logsCommand(pod, stage.container)]
    case 'REPLACE-POD':
      return replacePod(context)
    case 'DELETE-POD':
      return [`kubectl delete pod ${shellWord(name)} -n ${namespace} # frees the volume for this pod`]
    case 'DELETE-JOB': {
      const job = name === '' ? (chain.find(({ kind }) => kind === 'Job')?.name ?? '') : name
      return [deleteJob(job, pod.namespace)]
    }
    default:
      return [text]
  }
}

/** `kubectl delete pod`, only if a controller creates the pod again. */
function replacePod({ pod, chain }: Context): string[] {
  const [owner] = chain
  const top = chain.at(-1)
  if (owner === undefined || top === undefined || pod.isBeingDeleted || !recreates.has(owner.kind)) {
    return ['create the pod again: no controller does']
  }
  return [`kubectl delete pod ${shellWord(pod.name)} -n ${shellWord(pod.namespace)} # ${shellComment(ownerText(top))} creates a new one`]
}

/** Controllers that replace a deleted pod; a Job does so until it has failed. */
const recreates: ReadonlySet<string> = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicationController'])

/** A name within a comment of a command: a line break would end the comment. */
function shellComment(text: string): string {
  return text.replace(/[^\w./-]/g, '?').slice(0, 300)
}

/** Deletes the pod if that removes what an earlier run left; otherwise says where it is. */
function cure(context: Context, { container }: Stage, { hazard, isKept }: Found, own: string): string[] {
  const volumes = container === null ? [] : writableVolumes(context.pod, container)
  const outliving = volumes.filter(outlivesPod)
  const storage = hazard?.hazard.storage
  const stays = storage === undefined ? (isKept ?? outliving.length > 0) : !['pod', 'sandbox', 'container'].includes(storage)
  if (!stays) return replacePod(context).map((text) => (text.includes(' # ') ? `${text}${emptied(volumes)}` : text))
  const names = outliving.map((volume) => context.quotes.of(String(member(volume, 'name')), 63)).join(', ')
  return [`${own}; deleting the pod does not help, because ${names === '' ? 'it is outside the pod' : `volume ${names} outlives it`}`]
}

function emptied(volumes: readonly unknown[]): string {
  return volumes.some((volume) => isObject(member(volume, 'emptyDir'))) ? ', with empty emptyDir volumes' : ''
}
