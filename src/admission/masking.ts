/** Hides secrets of scripts in findings: warnings, denials and Events are read by others than the author, and are stored. */
import type { Diagnostic, LintResult } from '../lint/diagnostic.ts'
import { maskSecrets, type ScanBudget, type Secrets, scanBudget, secretsOf } from '../lint/mask.ts'
import type { Registry } from '../lint/registry.ts'
import type { Subject } from '../lint/rule.ts'
import { fillTemplate, maxValueLength } from '../lint/text.ts'
import { asArray, asString, member } from '../model/json.ts'

/** The findings of a review without secrets. Only data that a rule declares as text of a script is changed. */
export function masked(result: LintResult, registry: Registry): LintResult {
  return {
    ...result,
    diagnostics: maskedFindings(result.diagnostics, registry),
    // They quote an annotation of the object.
    notices: result.notices.map((notice) => maskSecrets(notice)),
  }
}

/** The findings without secrets; those that are without them already are the same. */
export function maskedFindings(diagnostics: readonly Diagnostic[], registry: Registry): readonly Diagnostic[] {
  // Most reviews have no finding about a script.
  let known: Map<Subject, Secrets> | undefined
  let budget: ScanBudget | undefined
  const secretsIn = (subject: Subject): Secrets => {
    known ??= new Map()
    budget ??= scanBudget()
    const secrets = known.get(subject) ?? secretsOfSubject(subject, budget)
    known.set(subject, secrets)
    return secrets
  }
  return diagnostics.map((diagnostic) => {
    const keys = registry.get(diagnostic.rule)?.meta.scriptData
    return keys === undefined ? withoutCredentials(diagnostic) : withoutSecrets(diagnostic, keys, secretsIn(diagnostic.subject))
  })
}

/** Credentials before a host, with or without a scheme: an image reference has none, but a wrong one may. */
const credentials = /^(?:[a-z]+:\/\/)?[^\s/@]*:[^\s/@]+@[^\s/]+\//

/** A finding about an image: its tag may look generated and is no secret. */
function withoutCredentials(diagnostic: Diagnostic): Diagnostic {
  const { image } = diagnostic.data
  if (typeof image !== 'string' || !credentials.test(image)) return diagnostic
  const [scheme = ''] = /^[a-z]+:\/\//.exec(image) ?? []
  const url = `https://${image.slice(scheme.length)}`
  return withData(diagnostic, [['image', `${scheme}${maskSecrets(url).slice('https://'.length)}`]])
}

function withoutSecrets(diagnostic: Diagnostic, keys: readonly string[], secrets: Secrets): Diagnostic {
  const changes = keys.flatMap((key) => {
    const value = diagnostic.data[key]
    if (typeof value !== 'string') return []
    const shown = maskSecrets(value, secrets)
    return shown === value ? [] : [[key, shown] as const]
  })
  return withData(diagnostic, changes)
}

function withData(diagnostic: Diagnostic, changes: readonly (readonly [key: string, value: string])[]): Diagnostic {
  if (changes.length === 0) return diagnostic
  const data = { ...diagnostic.data, ...Object.fromEntries(changes) }
  return { ...diagnostic, data, message: fillTemplate(diagnostic.template, data, maxValueLength) }
}

const none: Secrets = { literals: [], areTooMany: false }

/** The secrets in what a container runs, and in its variables. */
function secretsOfSubject(subject: Subject, budget: ScanBudget): Secrets {
  if (subject === null || 'image' in subject) return none
  const { raw } = subject
  const words = [...asArray(member(raw, 'command')), ...asArray(member(raw, 'args'))].flatMap((word) => asString(word) ?? [])
  const environment = asArray(member(raw, 'env')).map(
    (entry) => [asString(member(entry, 'name')) ?? '', asString(member(entry, 'value')) ?? ''] as const,
  )
  return secretsOf(words, environment, budget)
}
