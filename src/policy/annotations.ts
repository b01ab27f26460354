/** The annotation `initlint.dev/ignore`, by which authors of a manifest silence rules in it. */

import { subjectName } from '../lint/diagnostic.ts'
import type { Registry } from '../lint/registry.ts'
import type { Subject } from '../lint/rule.ts'
import { safeText, shorten } from '../lint/text.ts'
import type { Workload } from '../model/workload.ts'
import type { PolicyDocument } from './document.ts'
import { ruleSuggestion } from './suggestion.ts'

export const ignoreAnnotation = 'initlint.dev/ignore'

/** One rule that is silenced, for the entire workload or for one container. */
interface Ignored {
  readonly rule: string
  readonly container: string | undefined
  readonly reason: string
}

export interface Ignores {
  readonly notices: readonly string[]
  /** The reason why a report is silenced, or undefined if it is not. */
  reasonFor(ruleId: string, subject: Subject): string | undefined
}

export interface AnnotationSettings {
  readonly allow: boolean
  readonly requireReason: boolean
}

/** Limits of what is read of one annotation, in characters and lines: anyone who may create a pod can write it. */
const maxLength = 8192
const maxLines = 50
/** Maximum number of notices about one workload's annotations. */
const maxNotices = 5

/** The settings with their defaults. */
export function annotationSettings(annotations: PolicyDocument['annotations']): AnnotationSettings {
  return Object.freeze({ allow: annotations?.allow ?? true, requireReason: annotations?.requireReason ?? true })
}

/** Reads the annotations of a workload and of its pod template; undefined if there are none, which is the usual case. */
export function readIgnores(workload: Workload, settings: AnnotationSettings, registry: Registry): Ignores | undefined {
  const own = workload.annotations.get(ignoreAnnotation)
  const ofPods = workload.podAnnotations.get(ignoreAnnotation)
  if (own === undefined && ofPods === undefined) return undefined
  if (!settings.allow) {
    return { notices: [`the policy disables the annotation ${ignoreAnnotation}, so it has no effect`], reasonFor: () => undefined }
  }
  const ignored: Ignored[] = []
  const notices = new Set<string>()
  for (const text of new Set([own ?? '', ofPods ?? ''])) readText(text, settings, registry, ignored, notices)
  return { notices: [...notices].slice(0, maxNotices), reasonFor: firstReason(ignored) }
}

/** The reason of the first entry that silences a report. Entries are indexed, because both they and the reports may be thousands. */
function firstReason(ignored: readonly Ignored[]): Ignores['reasonFor'] {
  const byRule = new Map<string, Map<string | undefined, number>>()
  for (const [position, { rule, container }] of ignored.entries()) {
    const positions = byRule.get(rule) ?? new Map<string | undefined, number>()
    byRule.set(rule, positions)
    if (!positions.has(container)) positions.set(container, position)
  }
  return (ruleId, subject) => {
    const positions = byRule.get(ruleId)
    if (positions === undefined) return undefined
    const everywhere = positions.get(undefined) ?? ignored.length
    const here = subject === null ? ignored.length : (positions.get(subjectName(subject)) ?? ignored.length)
    return ignored[Math.min(everywhere, here)]?.reason
  }
}

function readText(text: string, settings: AnnotationSettings, registry: Registry, ignored: Ignored[], notices: Set<string>): void {
  const lines = text.slice(0, maxLength).split('\n', maxLines + 1)
  if (text.length > maxLength || lines.length > maxLines) {
    notices.add(`the annotation ${ignoreAnnotation} is longer than ${maxLength} characters or ${maxLines} lines; the rest is ignored`)
  }
  for (const line of lines.slice(0, maxLines)) if (line.trim() !== '') readLine(line, settings, registry, ignored, notices)
}

/** One line: `RULE[/CONTAINER][, …]: reason`. */
function readLine(line: string, settings: AnnotationSettings, registry: Registry, ignored: Ignored[], notices: Set<string>): void {
  const colon = line.indexOf(':')
  const rules = colon === -1 ? line : line.slice(0, colon)
  const reason = shorten(safeText(colon === -1 ? '' : line.slice(colon + 1).trim()), 300)
  if (reason === '' && settings.requireReason) {
    notices.add(`the annotation ${ignoreAnnotation} gives no reason for ${printed(rules)}, so it has no effect; write "RULE: reason"`)
    return
  }
  for (const item of rules.split(',')) {
    const slash = item.indexOf('/')
    const rule = (slash === -1 ? item : item.slice(0, slash)).trim()
    if (registry.get(rule) === undefined) {
      notices.add(`the annotation ${ignoreAnnotation} names "${printed(rule)}", which is not a rule${ruleSuggestion(rule, registry)}`)
    } else ignored.push({ rule, container: slash === -1 ? undefined : item.slice(slash + 1).trim(), reason })
  }
}

function printed(text: string): string {
  return shorten(safeText(text.trim()), 60)
}
