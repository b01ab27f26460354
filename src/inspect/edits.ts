/** The edits of diagnostics: fixes of pull policies, and tried repairs of scripts. */
import { type Choice, type FixedDiagnostic, lastingFixes, precedenceIn } from '../admission/fixes.ts'
import { isMirrorPod } from '../admission/scope.ts'
import type { Diagnostic, LintResult } from '../lint/diagnostic.ts'
import { asString, at, type JsonObject, type JsonPointer } from '../model/json.ts'
import { readWorkloads, type Workload } from '../model/workload.ts'
import { customResource } from '../model/workload-kinds.ts'
import { isFixed } from '../rules/uses.ts'
import type { Edit } from '../script/index.ts'
import type { InspectedWorkload } from './inputs.ts'
import type { InspectOptions } from './lint.ts'
import type { EditEntry } from './output.ts'

/** What the edits of a diagnostic change in the decoded document, to check that they change nothing else. */
export interface PlannedChange {
  readonly document: number
  /** The pointer of the object in the document. */
  readonly base: JsonPointer
  /** The pointer of the value in the document. */
  readonly pointer: JsonPointer
  /** The new value of a field, or the edits of a text. */
  readonly to: { readonly value: string; readonly from: string | null } | { readonly text: string; readonly edits: readonly Edit[] }
}

/** Edits in the file with what they change; without `change`, they are not for the file. */
export interface DiagnosticEdits {
  readonly edits?: readonly EditEntry[]
  readonly change?: PlannedChange
  /** Why something that could be changed in the object is not changed in the file, as a clause. */
  readonly notEdited?: string
}

/**
 * The edits of the findings on one workload. Only one finding has the edits of a pull policy: the one whose value is chosen, as by /mutate.
 * @param lintFixing the findings of the rules that can fix, on a changed version of the workload
 */
export function editsOf(
  diagnostics: readonly Diagnostic[],
  inspected: InspectedWorkload,
  options: InspectOptions,
  lintFixing: (workload: Workload) => LintResult,
): ReadonlyMap<Diagnostic, DiagnosticEdits> {
  const found = new Map<Diagnostic, DiagnosticEdits>()
  for (const diagnostic of diagnostics) if (diagnostic.edits !== undefined) found.set(diagnostic, scriptEdits(diagnostic, inspected))
  if (inspected.file === null || !diagnostics.some(({ fix }) => fix !== undefined)) return found
  const choice = choiceFor(inspected, options, lintFixing)
  for (const diagnostic of diagnostics) {
    const { fix, exempted } = diagnostic
    if (fix !== undefined && exempted === undefined && !choice.mayChange({ ...diagnostic, fix }))
      found.set(diagnostic, { notEdited: moving })
  }
  for (const diagnostic of lastingFixes(diagnostics, inspected.workload.object, choice))
    found.set(diagnostic, policyEdits(diagnostic, inspected, inspected.file))
  return found
}

const moving =
  'with IfNotPresent, nodes would run different versions of a tag that moves; pin a tag, or set the rule to warn or fix in the policy'

function scriptEdits({ edits: found, pointer }: Diagnostic, inspected: InspectedWorkload): DiagnosticEdits {
  if (found === undefined) return {}
  const { file } = inspected
  const inFile = file === null ? undefined : inspected.editsInText(pointer, found.script, found.edits)
  if (file === null || inFile === undefined) {
    const reason = inspected.sharing(pointer)?.reason ?? 'the file does not contain the characters of the script one by one'
    return { edits: entries(null, found.edits), ...(file === null ? {} : { notEdited: reason }) }
  }
  const edits = entries(file, inFile)
  const reason = uneditable(inspected.workload)
  if (reason !== undefined) return { edits, notEdited: reason }
  return { edits, change: { ...placeIn(inspected, pointer), to: { text: found.script, edits: found.edits } } }
}

function policyEdits({ fix, subject }: FixedDiagnostic, inspected: InspectedWorkload, file: string): DiagnosticEdits {
  const { workload } = inspected
  const reason = uneditable(workload) ?? unknownFields(workload)
  if (reason !== undefined || subject === null || !('image' in subject)) return reason === undefined ? {} : { notEdited: reason }
  const edits = inspected.editsToSet(fix.pointer, fix.to, subject.imagePointer)
  if ('reason' in edits) return { notEdited: edits.reason }
  const from = subject.written ?? null
  return { edits: entries(file, edits), change: { ...placeIn(inspected, fix.pointer), to: { value: fix.to, from } } }
}

function placeIn({ home: { document, pointer: base } }: InspectedWorkload, pointer: JsonPointer): Omit<PlannedChange, 'to'> {
  return { document, base, pointer: `${base}${pointer}` }
}

function entries(file: string | null, edits: readonly Edit[]): readonly EditEntry[] {
  return edits.map(({ start, end, text }) => ({ file, start, end, text }))
}

/** Why the manifest of an object is not the place to change it. */
function uneditable(workload: Workload): string | undefined {
  const { source, controllerOwner, kind, object } = workload
  if (source === 'review') return 'it is in an AdmissionReview'
  if (controllerOwner !== null) return `its controller, the ${controllerOwner.kind} ${controllerOwner.name}, would change it back`
  if (isMirrorPod(workload)) return 'it is the mirror of a static pod'
  if (at(object, 'metadata', 'deletionTimestamp') !== undefined) return 'it is being deleted'
  if (kind === 'Job' && asString(at(object, 'metadata', 'resourceVersion'))) return 'the pod template of an existing Job cannot be changed'
  return undefined
}

/** A custom resource that embeds no PodSpec may have no such field. */
function unknownFields({ kind, kindName, hasPodSpec }: Workload): string | undefined {
  return kind === customResource && !hasPodSpec ? `the fields of the containers of a ${kindName} are not known` : undefined
}

/** A fix that /mutate would apply goes before others; among equals, the precedence of the rules decides. */
function choiceFor(inspected: InspectedWorkload, options: InspectOptions, lintFixing: (workload: Workload) => LintResult): Choice {
  const { policy, registry, now } = options
  const { workload, scripts, siblings, user } = inspected
  const precedence = precedenceIn(registry)
  const { context } = policy.forWorkload({ workload, scripts, siblings, user, namespaceLabels: undefined, isRestored: false, now })
  return {
    policy,
    rank: (diagnostic) => precedence(diagnostic) + (diagnostic.action === 'fix' ? 0 : registry.fixing.length),
    mayChange: ({ action, fix, subject }) => {
      // IfNotPresent alone lets nodes run different versions of a moving tag, so the policy must ask for more than a note of it.
      if (action !== 'audit' || fix.to !== 'IfNotPresent') return true
      return subject !== null && 'image' in subject && subject.reference.ok && isFixed(subject.reference.value, context)
    },
    lintAgain: (object) => lintFixing(sameTemplate(object, workload, options)).diagnostics,
  }
}

/** The same pod template in a changed version of the object. */
function sameTemplate(object: JsonObject, workload: Workload, { policy }: InspectOptions): Workload {
  const { namespace, source, podSpecPointer } = workload
  const changed = readWorkloads(object, { namespace, source, templates: policy.templates })
  return changed.find((each) => each.podSpecPointer === podSpecPointer) ?? workload
}
