/** Findings whose warnings no one would read: warnings reach the API client, and controllers discard them. */
import type { Diagnostic } from '../lint/diagnostic.ts'
import { asString, at } from '../model/json.ts'
import type { Policy } from '../policy/index.ts'
import { isFromBuiltInController } from './built-in-controllers.ts'
import type { JudgedReview } from './ports.ts'
import { isWarned, warningLines } from './warnings.ts'

/** The object that users look at to find out why, for example with kubectl describe. */
export interface NoteTarget {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** '' if it is not known yet. */
  readonly uid: string
}

/** One finding on an object, with the text of the warning. */
export interface WorkloadNote {
  readonly target: NoteTarget
  readonly rule: string
  /** One line, safe to print: `containers "web": …`, without the rule's id. */
  readonly message: string
}

/** Maximum number of notes for one review. */
const maxNotes = 10

/**
 * The notes on an allowed object: one per rule that warns (or fixes, or would deny a new object) and is not exempted.
 * A denial needs no notes: its error reaches every client, and controllers write an Event about it themselves.
 */
export function notesOf(diagnostics: readonly Diagnostic[], judged: JudgedReview, policy: Policy): readonly WorkloadNote[] {
  const byRule = Map.groupBy(diagnostics.filter(isWarned), ({ rule }) => rule)
  const target = targetOf(judged, policy)
  if (target === undefined) return []
  return [...byRule]
    .slice(0, maxNotes)
    .map(([rule, found]) => ({ target, rule, message: (warningLines(found)[0] ?? '').slice(`[${rule}] `.length) }))
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
