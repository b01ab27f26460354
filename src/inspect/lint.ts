import { withRefusals } from '../admission/refused-pods.ts'
import { subjectPrefix } from '../admission/warnings.ts'
import { type Diagnostic, type Fault, type LintResult, subjectName } from '../lint/diagnostic.ts'
import { docsUrl } from '../lint/docs.ts'
import { lint } from '../lint/engine.ts'
import type { Registry } from '../lint/registry.ts'
import { safeText } from '../lint/text.ts'
import type { ManifestComment } from '../manifest/index.ts'
import { asString, member } from '../model/json.ts'
import { holdsContainers } from '../model/pod-templates.ts'
import type { Workload } from '../model/workload.ts'
import type { Policy } from '../policy/policy.ts'
import { plainAnalyst } from '../script/index.ts'
import { type DiagnosticEdits, editsOf } from './edits.ts'
import { fingerprints } from './fingerprint.ts'
import { IgnoreComments } from './ignore-comments.ts'
import { directiveWord } from './ignore-directive.ts'
import { type InspectedWorkload, namespacesOf, objectName, type SeenObject, workloadsOf } from './inputs.ts'
import {
  type DiagnosticEntry,
  type FaultEntry,
  findingFields,
  forPeople,
  type Input,
  type InputError,
  isSilenced,
  type LintOutput,
  type LintSummary,
  type NoticeEntry,
} from './output.ts'
import { sourcesOf } from './sources.ts'

export interface InspectOptions {
  readonly policy: Policy
  /** The rules that run. */
  readonly registry: Registry
  /** All rules, which comments may name; those that run if omitted. */
  readonly allRules?: Registry
  /** The default for objects without a namespace. */
  readonly namespace: string
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** The base URL of rule pages, which are at `/docs/rules/<id>.md`. */
  readonly docsBase: string
  /** Called for each rule that threw, for logs and metrics. */
  readonly onFault?: (fault: Fault) => void
  /** Called before each input is read, with its index. */
  readonly onInput?: (input: number) => void
  /** The indexes of the inputs to lint; all of them if omitted. The others still say how these are judged (namespaces, kustomizations). */
  readonly only?: ReadonlySet<number>
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
  const skipped: InputError[] = []
  const workloadsPerInput = inputs.map(() => 0)
  const notJudged = new Map<string, number>()
  const onObject = ({ object, isJudged }: SeenObject): void => {
    const kind = asString(member(object, 'kind')) ?? ''
    if (kind !== '' && !isJudged && holdsContainers(object)) notJudged.set(kind, (notJudged.get(kind) ?? 0) + 1)
  }
  const sources = sourcesOf(inputs)
  const fingerprintOf = fingerprints()
  let comments: IgnoreComments | undefined
  const closeInput = (): void => {
    notices.push(...(comments?.notices() ?? []))
  }
  for (const inspected of workloadsOf(inputs, options.namespace, errors, {
    templates: options.policy.templates,
    withoutPodSpec: true,
    onInput: options.onInput,
    onObject,
    onNotice: (notice) => notices.push({ ...notice, object: null }),
    sources,
    onSkipped: (file) => skipped.push(file),
    comments: {
      word: directiveWord,
      onInput: (found, input) => {
        closeInput()
        comments = ignoreCommentsOf(found, input, options, notices)
      },
    },
    ...(options.only === undefined ? {} : { only: options.only }),
  })) {
    const { workload, file, input } = inspected
    const object = objectName(workload)
    const result = judge(inspected, options, namespaces, comments)
    const edits = editsOf(result.diagnostics, inspected, options, (changed) => judgeFixes(changed, inspected, options, namespaces))
    for (const diagnostic of result.diagnostics) {
      const { subject } = diagnostic
      const image = subject !== null && 'image' in subject ? subject.image : undefined
      if (image === undefined || !sources.replaces(file, image)) {
        const fingerprint = fingerprintOf({ diagnostic, workload, file })
        diagnostics.push({ ...entryOf(diagnostic, inspected, options, edits.get(diagnostic) ?? {}), fingerprint })
      }
    }
    for (const message of result.notices) notices.push({ file, line: null, column: null, object, message })
    for (const fault of result.faults) {
      options.onFault?.(fault)
      faults.push({ rule: fault.rule, file, object, message: fault.error instanceof Error ? fault.error.message : String(fault.error) })
    }
    if (inspected.template === 0) workloadsPerInput[input] = (workloadsPerInput[input] ?? 0) + 1
  }
  closeInput()
  const objects = workloadsPerInput.reduce((sum, workloads) => sum + workloads, 0)
  const summary = {
    files: inputs.length,
    objects,
    ...countDiagnostics(diagnostics),
    errors: errors.length,
    notJudged: Object.fromEntries(notJudged),
  }
  return { diagnostics, summary, errors, notices, faults, skipped, sources: sources.notes(), [forPeople]: { workloadsPerInput } }
}

/**
 * The findings on one workload.
 * @param inspected with `isRestored` if the policy should see an object that a built-in controller makes
 * @param namespaces the labels of namespaces, by name
 * @param comments those of its input, which silence findings
 */
export function judge(
  inspected: InspectedWorkload & { readonly isRestored?: boolean },
  { policy, registry, now }: InspectOptions,
  namespaces: ReadonlyMap<string, ReadonlyMap<string, string>>,
  comments?: IgnoreComments,
): LintResult {
  const { workload, user, scripts, siblings, isRestored = false } = inspected
  const namespaceLabels = (namespace: string) => namespaces.get(namespace)
  const labels = namespaceLabels(workload.namespace)
  const own = policy.forWorkload({ workload, namespaceLabels: labels, user, isRestored, scripts, siblings, now })
  const result = lint(workload, comments?.over(own, inspected) ?? own, registry.rules)
  if (registry.rules.some(({ meta }) => meta.readsScripts === true && own.isOn(meta.id))) comments?.readScripts(inspected, own)
  const ports = { policy, registry, now, analyst: plainAnalyst, timeIsUp: () => false, namespaceLabels, siblings }
  return { ...result, diagnostics: withRefusals(result.diagnostics, workload, ports) }
}

/** Undefined if the input has no comment for initlint. */
function ignoreCommentsOf(
  found: readonly ManifestComment[],
  { file, text }: Input,
  { policy, registry, allRules = registry }: InspectOptions,
  notices: NoticeEntry[],
): IgnoreComments | undefined {
  if (!text.includes(directiveWord)) return undefined
  if (policy.allowsIgnores) return new IgnoreComments(found, { file, rules: allRules, running: registry })
  const [first] = found
  const message = `the policy disables comments ${directiveWord} (annotations.allow), so they have no effect`
  if (first !== undefined) notices.push({ file, line: first.line, column: first.column, object: null, message })
  return undefined
}

/** The findings of the rules that can fix, on a changed version of a workload. */
function judgeFixes(
  workload: Workload,
  { user, scripts, siblings }: InspectedWorkload,
  { policy, registry, now }: InspectOptions,
  namespaces: ReadonlyMap<string, ReadonlyMap<string, string>>,
): LintResult {
  const namespaceLabels = namespaces.get(workload.namespace)
  return lint(workload, policy.forWorkload({ workload, namespaceLabels, user, isRestored: false, scripts, siblings, now }), registry.fixing)
}

function entryOf(
  diagnostic: Diagnostic,
  inspected: InspectedWorkload,
  { registry, docsBase }: InspectOptions,
  { edits, change, notEdited }: DiagnosticEdits,
): Omit<DiagnosticEntry, 'fingerprint'> {
  const { rule, data, pointer, subject, exempted, absorbed } = diagnostic
  const { scriptLine } = data
  const place = typeof scriptLine === 'number' ? inspected.regionOfLine(pointer, scriptLine) : inspected.region(pointer)
  const shown = inspected.file === null ? null : place
  const remediation = registry.get(rule)?.meta.remediation ?? ''
  return {
    ...findingFields(diagnostic, objectName(inspected.workload)),
    file: inspected.file,
    line: shown?.line ?? null,
    column: shown?.column ?? null,
    endLine: shown?.endLine ?? null,
    endColumn: shown?.endColumn ?? null,
    docs: docsUrl(docsBase, rule),
    hint: firstSentence(remediation),
    exempted,
    absorbed,
    ...(edits === undefined ? {} : { edits }),
    ...(notEdited === undefined ? {} : { notEdited }),
    [forPeople]: {
      input: inspected.input,
      place,
      prefix: safeText(subjectPrefix(diagnostic, [subjectName(subject)])),
      remediation,
      change,
    },
  }
}

/** A remediation may explain itself in a second sentence. */
function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text
}

/** What the summary counts: all but what is silenced. */
export function countDiagnostics(diagnostics: readonly DiagnosticEntry[]): Pick<LintSummary, 'byAction' | 'bySeverity'> {
  const byAction = { audit: 0, warn: 0, fix: 0, deny: 0 }
  const bySeverity = { error: 0, warning: 0, info: 0 }
  for (const entry of diagnostics) {
    const { action, severity } = entry
    if (isSilenced(entry) || action === 'off') continue
    byAction[action]++
    bySeverity[severity]++
  }
  return { byAction, bySeverity }
}
