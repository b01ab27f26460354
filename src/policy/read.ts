/** Reads the effective policy from texts. */
import type { Registry } from '../lint/registry.ts'
import { checkMeaning, checkRuleIds, checkType, withoutUnknownRules } from './check.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import type { PolicyDocument } from './document.ts'
import { validate } from './document-validator.generated.js'
import { explain } from './explain.ts'
import { type CheckedDocument, mergeDocuments } from './merge.ts'
import type { PolicyProblem } from './policy.ts'
import { remarksOn } from './remarks.ts'
import { type LocatedDocument, type PolicySource, readSources } from './sources.ts'

export interface PolicyRead {
  /** Undefined if any problem is an error. */
  readonly policy: CompiledPolicy | undefined
  /** In the order of the sources, then by line. */
  readonly problems: readonly PolicyProblem[]
}

/**
 * Reads a policy: bare documents and ConfigMap manifests (every *.yaml and *.yml key of `data`, sorted by name), merged in the order of
 * the sources. Never throws.
 * @param options.id identifies the policy in logs, metrics and audit annotations
 */
export function readPolicy(sources: readonly PolicySource[], registry: Registry, options: { readonly id: string }): PolicyRead {
  const { documents, problems: unreadable } = readSources(sources)
  const problems = [...unreadable]
  const checked: CheckedDocument[] = []
  for (const source of documents) {
    const { document, problems: found } = checkDocument(source, registry)
    problems.push(...found)
    if (document !== undefined) checked.push({ document, source })
  }
  const inOrder = sorted(problems, sources)
  if (problems.some(({ level }) => level === 'error')) return { policy: undefined, problems: inOrder }
  return { policy: compilePolicy(mergeDocuments(checked), registry, options.id), problems: inOrder }
}

/**
 * Reads a policy like `readPolicy` and also reports what is valid but probably unintended. Meant for authors of policies.
 * @param options.now ms since 1970, for the expiry of exemptions
 */
export function reviewPolicy(
  sources: readonly PolicySource[],
  registry: Registry,
  options: { readonly id: string; readonly now: number },
): PolicyRead {
  const { policy, problems } = readPolicy(sources, registry, options)
  return policy === undefined
    ? { policy, problems }
    : { policy, problems: sorted([...problems, ...remarksOn(policy, options.now)], sources) }
}

function checkDocument(source: LocatedDocument, registry: Registry): { document?: PolicyDocument; problems: readonly PolicyProblem[] } {
  const wrongType = checkType(source)
  if (wrongType.length > 0) return { problems: wrongType }
  const known: LocatedDocument = { ...source, tree: withoutUnknownRules(source.tree, registry) }
  const problems = [...checkRuleIds(source, registry), ...checkMeaning(known)]
  if (!validate(known.tree)) problems.push(...explain(known, validate.errors ?? []))
  if (problems.some(({ level }) => level === 'error')) return { problems }
  // The document matches the schema, except perhaps for a rule that this registry has but the compiled schema does not.
  return { document: known.tree as unknown as PolicyDocument, problems }
}

function sorted(problems: readonly PolicyProblem[], sources: readonly PolicySource[]): readonly PolicyProblem[] {
  const place = new Map(sources.map(({ file }, index) => [file, index]))
  return problems.toSorted((a, b) => (place.get(a.file) ?? 0) - (place.get(b.file) ?? 0) || a.line - b.line || a.column - b.column)
}
