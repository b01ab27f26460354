/** What a review found and nobody hears: warnings reach whoever asks the API server, and a controller reads none. */
import type { Diagnostic } from '../lint/diagnostic.ts'
import { asString, at } from '../model/json.ts'
import type { Policy } from '../policy/index.ts'
import type { JudgedReview } from './ports.ts'
import { warningLines } from './warnings.ts'

/** The object that people look at when they ask why. */
export interface NoteTarget {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** '' where it is not known yet. */
  readonly uid: string
}

/** One finding for an object, in the words of a warning. */
export interface WorkloadNote {
  readonly target: NoteTarget
  readonly rule: string
  /** One line, safe to print: `containers "web": …`, without the rule's id. */
  readonly message: string
}

/** Most notes of one review. */
const maxNotes = 10

/**
 * The notes of an object that is let in: one per rule that warns (or fixes, or would deny a new object) and is not exempted.
 * A denial makes none: whoever asked is told by the error, controllers write an Event of their own then.
 */
export function notesOf(diagnostics: readonly Diagnostic[], judged: JudgedReview, policy: Policy): readonly WorkloadNote[] {
  const byRule = new Map<string, Diagnostic[]>()
  for (const diagnostic of diagnostics) {
    const { rule, action, exempted } = diagnostic
    if (exempted !== undefined || (action !== 'warn' && action !== 'fix')) continue
    byRule.set(rule, [...(byRule.get(rule) ?? []), diagnostic])
  }
  const target = targetOf(judged, policy)
  if (target === undefined) return []
  return [...byRule]
    .slice(0, maxNotes)
    .map(([rule, found]) => ({ target, rule, message: (warningLines(found)[0] ?? '').slice(`[${rule}] `.length) }))
}

/**
 * For what a controller of the cluster makes from a template, its owner, which holds that template: one Event instead of one per copy.
 * Else the object itself. The API server has made name and uid before it asks validating webhooks (apiserver pkg/registry/rest/create.go,
 * BeforeCreate); undefined where a caller left the name out all the same.
 */
function targetOf({ request, workload }: JudgedReview, policy: Policy): NoteTarget | undefined {
  const { namespace } = request
  const owner = workload.controllerOwner
  if (owner !== null && policy.isController(request.user)) {
    return { apiVersion: owner.apiVersion, kind: owner.kind, namespace, name: owner.name, uid: owner.uid }
  }
  const name = asString(at(workload.object, 'metadata', 'name')) ?? request.name
  const uid = asString(at(workload.object, 'metadata', 'uid')) ?? ''
  const apiVersion = asString(at(workload.object, 'apiVersion')) ?? ''
  return name === '' ? undefined : { apiVersion, kind: workload.kind, namespace, name, uid }
}
