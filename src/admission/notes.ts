/** Findings whose warnings no one would read: warnings reach the API client, and controllers discard them. */
import { asString, at } from '../model/json.ts'
import type { Policy } from '../policy/index.ts'
import { isFromBuiltInController } from './built-in-controllers.ts'
import type { JudgedReview } from './ports.ts'

/** The object that users look at to find out why, for example with kubectl describe. */
export interface NoteTarget {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** '' if it is not known yet. */
  readonly uid: string
}

/** The findings on an object that has no reader of warnings, for one Event. */
export interface WorkloadNote {
  readonly target: NoteTarget
  /** The policy that the findings are about, by its id. */
  readonly policy: string
  /** All findings in one line, safe to print: `[image-latest] containers "web": …; [init-no-retry] …`. */
  readonly message: string
}

/** Longest message: about the 1 kB of the newer Event API (kubernetes pkg/apis/core/validation/events.go, NoteLengthLimit). */
const maxMessage = 1000

/** Room for the end of a message that does not have all findings. */
const endOfMessage = 60

/**
 * The note on an allowed object. A denial needs none: its error reaches every client, and controllers write an Event about it themselves.
 * @param lines the warnings about all findings, those that an update repeats included
 * @returns undefined if there is no finding, or if the object has no name
 */
export function noteOf(lines: readonly string[], judged: JudgedReview, policy: Policy): WorkloadNote | undefined {
  const target = targetOf(judged, policy)
  return target === undefined || lines.length === 0 ? undefined : { target, policy: policy.id, message: messageOf(lines) }
}

/** As many whole lines as fit. */
function messageOf(lines: readonly string[]): string {
  const kept: string[] = []
  let room = maxMessage - endOfMessage
  for (const line of lines) {
    room -= line.length + '; '.length
    if (room < 0) break
    kept.push(line)
  }
  const more = lines.length - kept.length
  return [...kept, ...(more === 0 ? [] : [`${more} more; initlint lint shows all findings`])].join('; ')
}

/**
 * The owner, if a controller of the cluster created the object from the owner's template: one Event instead of one per copy.
 * Otherwise the object itself. The API server sets name and uid before it calls validating webhooks (apiserver
 * pkg/registry/rest/create.go, BeforeCreate); undefined if the name is still missing.
 */
function targetOf({ request, workload }: JudgedReview, policy: Policy): NoteTarget | undefined {
  const { namespace } = request
  const owner = workload.controllerOwner
  if (owner !== null && (policy.isController(request.user) || isFromBuiltInController(request, workload))) {
    return { apiVersion: owner.apiVersion, kind: owner.kind, namespace, name: owner.name, uid: owner.uid }
  }
  const name = asString(at(workload.object, 'metadata', 'name')) ?? request.name
  const uid = asString(at(workload.object, 'metadata', 'uid')) ?? ''
  const apiVersion = asString(at(workload.object, 'apiVersion')) ?? ''
  return name === '' ? undefined : { apiVersion, kind: workload.kindName, namespace, name, uid }
}
