/** Templates that are let in although what is created from them will be refused: their warnings say so. */
import { type CreatedKind, type Diagnostic, isViolation, subjectName } from '../lint/diagnostic.ts'
import { lint } from '../lint/engine.ts'
import { fillTemplate, maxValueLength } from '../lint/text.ts'
import type { JsonPointer } from '../model/json.ts'
import { readWorkload, type Workload } from '../model/workload.ts'
import { type Created, createdFrom } from './created-objects.ts'
import { fixesOf, withFixes } from './fixes.ts'
import { type LintPorts, policyFor } from './linting.ts'
import type { JudgedReview } from './ports.ts'
import { adviceAt } from './warnings.ts'

/**
 * The findings on a template, where each that denies what is created from it is a warning that says so, whatever the policy does about the
 * template itself: an override, an exemption or `everyPod` can apply to Pods alone. Unchanged if the template itself is denied.
 */
export function withRefusals(diagnostics: readonly Diagnostic[], workload: Workload, ports: LintPorts): readonly Diagnostic[] {
  const { namespace, kind } = workload
  // Nothing is created from a Pod.
  if (kind === 'Pod') return diagnostics
  if (diagnostics.some(isViolation) || !ports.policy.isEnforcing(namespace, ports.namespaceLabels(namespace), true)) return diagnostics
  const refusals = new Map(refusalsOf(workload, ports).map((refusal) => [keyOf(refusal.found), refusal]))
  if (refusals.size === 0) return diagnostics
  const known = new Set(diagnostics.flatMap(keysOf))
  const others = [...refusals.values()].filter(({ found }) => !known.has(keyOf(found)))
  return [
    ...diagnostics.map((found) => {
      const kind = keysOf(found).flatMap((key) => refusals.get(key)?.kind ?? [])[0]
      return kind === undefined ? found : refusing(found, kind)
    }),
    ...inTemplate(others, workload),
  ]
}

/** Whether what is created from a template will be refused before a Pod exists. */
export function refusesCreations(workload: Workload, ports: LintPorts): boolean {
  return refusalsOf(workload, ports).length > 0
}

/** A violation by an object that is created from a template. */
interface Refusal {
  readonly found: Diagnostic
  readonly kind: CreatedKind
}

/** Identifies a finding across a template and what is created from it. */
function keyOf({ rule, subject }: Pick<Diagnostic, 'rule' | 'subject'>): string {
  return JSON.stringify([rule, subject?.list ?? null, subjectName(subject)])
}

/** The keys of a finding and of those that it states as well. */
function keysOf({ rule, subject, absorbed = [] }: Diagnostic): readonly string[] {
  return [{ rule }, ...absorbed].map((one) => keyOf({ rule: one.rule, subject }))
}

/** The violations by the first object on the way to a Pod that is denied; none if any of the alternatives leads to a Pod. */
function refusalsOf(workload: Workload, ports: LintPorts): readonly Refusal[] {
  const alternatives = createdFrom(workload).map((created) => {
    const made = asAdmitted(created, workload, ports)
    const found = made === undefined ? [] : violationsOf(made, ports)
    if (made === undefined || found.length > 0) return found
    return refusalsOf(made.workload, ports)
  })
  return alternatives.some((refusals) => refusals.length === 0) ? [] : (alternatives[0] ?? [])
}

/** The review by /validate: the object is as /mutate leaves it. */
function asAdmitted({ object, user }: Created, { namespace, source }: Workload, ports: LintPorts): JudgedReview | undefined {
  const workload = readWorkload(object, { namespace, source })
  if (workload === undefined) return undefined
  const request = { ...creation, namespace, name: workload.name, user, object }
  const { fixes } = fixesOf({ request, workload }, ports)
  const fixed = fixes.length === 0 ? workload : readWorkload(withFixes(object, fixes), { namespace, source })
  return fixed && { request, workload: fixed }
}

const creation = { uid: '', operation: 'CREATE', subResource: '', dryRun: false, oldObject: null } as const

function violationsOf({ request, workload }: JudgedReview, ports: LintPorts): readonly Refusal[] {
  const policy = policyFor(workload, request, ports)
  const rules = ports.registry.rules.filter(({ meta }) => policy.canDeny(meta.id))
  if (rules.length === 0) return []
  const kind = workload.kind as CreatedKind
  return lint(workload, policy, rules, ports.timeIsUp)
    .diagnostics.filter((found) => isViolation(found) && !isReplaced(found, ports))
    .map((found) => ({ found, kind }))
}

/** Whether the image is a placeholder, so that an injector replaces it in Pods before they are judged. */
function isReplaced({ subject }: Diagnostic, { policy }: LintPorts): boolean {
  return subject !== null && 'image' in subject && policy.isPlaceholder(subject.image)
}

function refusing({ exempted: _, shorter, ...found }: Diagnostic, kind: CreatedKind): Diagnostic {
  const told = (template: string): string => {
    const end = adviceAt(template)
    return `${template.slice(0, end)} (its ${kind}s will be refused)${template.slice(end)}`
  }
  const template = told(found.template)
  return {
    ...found,
    template,
    message: fillTemplate(template, found.data, maxValueLength),
    ...(shorter === undefined ? {} : { shorter: shorter.map((text) => ({ ...text, template: told(text.template) })) }),
    action: 'warn',
    refused: kind,
  }
}

/** Findings on what is created from a template as findings on the template. */
function inTemplate(refusals: readonly Refusal[], workload: Workload): readonly Diagnostic[] {
  if (refusals.length === 0) return []
  const subjects = new Map([...workload.imageUses(), ...workload.containers()].map((subject) => [placeIn(subject), subject]))
  return refusals.map(({ found, kind }) => {
    const { subject, pointer } = found
    const own = (subject && subjects.get(placeIn(subject))) ?? null
    const [from, to] = subject === null || own === null ? ['/spec', workload.podSpecPointer] : [subject.pointer, own.pointer]
    return refusing({ ...found, subject: own, pointer: moved(pointer, from, to) }, kind)
  })
}

/** Identifies an image use or a container across a template and its Pods. */
function placeIn(subject: NonNullable<Diagnostic['subject']>): string {
  return JSON.stringify(['image' in subject, subject.list, subjectName(subject)])
}

/** The pointer with another beginning. One that begins elsewhere, such as at a label, is that of the template. */
function moved(pointer: JsonPointer, from: JsonPointer, to: JsonPointer): JsonPointer {
  return pointer === from || pointer.startsWith(`${from}/`) ? `${to}${pointer.slice(from.length)}` : to
}
