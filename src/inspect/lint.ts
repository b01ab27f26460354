import { withRefusals } from '../admission/refused-pods.ts'
import { subjectPrefix } from '../admission/warnings.ts'
import { type Diagnostic, type Fault, type LintResult, subjectContainer, subjectName } from '../lint/diagnostic.ts'
import { docsUrl } from '../lint/docs.ts'
import { lint } from '../lint/engine.ts'
import type { Registry } from '../lint/registry.ts'
import { safeText } from '../lint/text.ts'
import { asString, member } from '../model/json.ts'
import { holdsContainers } from '../model/pod-templates.ts'
import type { Policy } from '../policy/index.ts'
import { plainAnalyst } from '../script/index.ts'
import { type InspectedWorkload, namespacesOf, objectName, type SeenObject, workloadsOf } from './inputs.ts'
import {
  type DiagnosticEntry,
  type FaultEntry,
  forPeople,
  type Input,
  type InputError,
  type LintOutput,
  type LintSummary,
  type NoticeEntry,
} from './output.ts'
import { sourcesOf } from './sources.ts'

export interface InspectOptions {
  readonly policy: Policy
  readonly registry: Registry
  /** The default for objects without a namespace. */
  readonly namespace: string
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** The base URL of rule pages, which are at `/docs/rules/<id>.md`. */
  readonly docsBase: string
  /** Called for each rule that threw, for logs and metrics. */
  readonly onFault?: (fault: Fault) => void
}

/**
 * Lints every workload of the inputs. Order: inputs, documents, registry. The policy sees the labels of Namespace objects anywhere in the
 * inputs. Never throws, whatever the inputs contain.
 */
export function lintInputs(inputs: readonly Input[], options: InspectOptions): LintOutput {
  const namespaces = namespacesOf(inputs)
  const diagnostics: DiagnosticEntry[] = []
  const notices: NoticeEntry[] = []
  const faults: FaultEntry[] = []
  const errors: InputError[] = []
  const workloadsPerInput = inputs.map(() => 0)
  const notJudged = new Map<string, number>()
  const onObject = ({ object, isJudged }: SeenObject): void => {
    const kind = asString(member(object, 'kind')) ?? ''
    if (kind !== '' && !isJudged && holdsContainers(object)) notJudged.set(kind, (notJudged.get(kind) ?? 0) + 1)
  }
  const sources = sourcesOf(inputs)
  for (const inspected of workloadsOf(inputs, options.namespace, errors, {
    templates: options.policy.templates,
    withoutPodSpec: true,
    onObject,
    onNotice: (notice) => notices.push({ ...notice, object: null }),
    sources,
  })) {
    const { workload, file, input } = inspected
    const object = objectName(workload)
    const result = judge(inspected, options, namespaces)
    for (const diagnostic of result.diagnostics) {
      const { subject } = diagnostic
      const image = subject !== null && 'image' in subject ? subject.image : undefined
      if (image === undefined || !sources.replaces(file, image)) diagnostics.push(entryOf(diagnostic, inspected, options))
    }
    for (const message of result.notices) notices.push({ file, line: null, column: null, object, message })
    for (const fault of result.faults) {
      options.onFault?.(fault)
      faults.push({ rule: fault.rule, file, object, message: fault.error instanceof Error ? fault.error.message : String(fault.error) })
    }
    if (inspected.template === 0) workloadsPerInput[input] = (workloadsPerInput[input] ?? 0) + 1
  }
  const objects = workloadsPerInput.reduce((sum, workloads) => sum + workloads, 0)
  const summary = {
    files: inputs.length,
    objects,
    ...countDiagnostics(diagnostics),
    errors: errors.length,
    notJudged: Object.fromEntries(notJudged),
  }
  return { diagnostics, summary, errors, notices, faults, sources: sources.notes(), [forPeople]: { workloadsPerInput } }
}

/**
 * The findings on one workload.
 * @param inspected with `isRestored` if the policy should see an object that a built-in controller makes
 * @param namespaces the labels of namespaces, by name
 */
export function judge(
  { workload, user, scripts, siblings, isRestored = false }: InspectedWorkload & { readonly isRestored?: boolean },
  { policy, registry, now }: InspectOptions,
  namespaces: ReadonlyMap<string, ReadonlyMap<string, string>>,
): LintResult {
  const namespaceLabels = (namespace: string) => namespaces.get(namespace)
  const labels = namespaceLabels(workload.namespace)
  const result = lint(
    workload,
    policy.forWorkload({ workload, namespaceLabels: labels, user, isRestored, scripts, siblings, now }),
    registry.rules,
  )
  const ports = { policy, registry, now, analyst: plainAnalyst, timeIsUp: () => false, namespaceLabels, siblings }
  return { ...result, diagnostics: withRefusals(result.diagnostics, workload, ports) }
}

function entryOf(diagnostic: Diagnostic, inspected: InspectedWorkload, { registry, docsBase }: InspectOptions): DiagnosticEntry {
  const { rule, severity, action, message, messageId, data, pointer, subject, exempted, absorbed } = diagnostic
  const { scriptLine } = data
  const place = typeof scriptLine === 'number' ? inspected.locateLine(pointer, scriptLine) : inspected.locate(pointer)
  const shown = inspected.file === null ? null : place
  return {
    rule,
    severity,
    action,
    message,
    messageId,
    data,
    pointer,
    container: subjectContainer(subject),
    object: objectName(inspected.workload),
    file: inspected.file,
    line: shown?.line ?? null,
    column: shown?.column ?? null,
    docs: docsUrl(docsBase, rule),
    exempted,
    absorbed,
    ...editsOf(diagnostic, inspected),
    [forPeople]: {
      input: inspected.input,
      place,
      prefix: safeText(subjectPrefix(diagnostic, [subjectName(subject)])),
      remediation: registry.get(rule)?.meta.remediation ?? '',
    },
  }
}

function editsOf({ edits: found, pointer }: Diagnostic, { file, editsInText }: InspectedWorkload): Pick<DiagnosticEntry, 'edits'> {
  if (found === undefined) return {}
  const inFile = file === null ? undefined : editsInText(pointer, found.script, found.edits)
  return { edits: (inFile ?? found.edits).map(({ start, end, text }) => ({ file: inFile === undefined ? null : file, start, end, text })) }
}

function countDiagnostics(diagnostics: readonly DiagnosticEntry[]): Pick<LintSummary, 'byAction' | 'bySeverity'> {
  const byAction = { audit: 0, warn: 0, fix: 0, deny: 0 }
  const bySeverity = { error: 0, warning: 0, info: 0 }
  for (const { action, severity, exempted } of diagnostics) {
    if (exempted !== undefined || action === 'off') continue
    byAction[action]++
    bySeverity[severity]++
  }
  return { byAction, bySeverity }
}
