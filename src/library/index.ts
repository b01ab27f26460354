/**
 * The library: `import { lint } from 'initlint'`. Plain functions over texts and objects that return the JSON of docs/cli.md. Whatever the
 * manifests contain, they never throw; a TypeError means that an argument has the wrong type. They run in Node and in a browser.
 */
import { defaultDocsBase, explainInputs, explainInScenario, lintInputs, rehearseInputs } from '../inspect/index.ts'
import { builtInPolicy, type CompiledPolicy, readPolicy as readCompiled } from '../policy/index.ts'
import { defaultRegistry } from '../rules/registry.ts'
import { inputsOf } from './manifests.ts'
import type {
  ExplainOptions,
  ExplainResult,
  LintOptions,
  LintResult,
  Manifests,
  Policy,
  PolicyResult,
  RehearseOptions,
  RehearseResult,
} from './types.ts'

export type * from './types.ts'

const defaultNamespace = 'default'

/** What is behind each policy; a Policy itself has no members that users could come to depend on. */
const policies = new WeakMap<Policy, CompiledPolicy>()

/**
 * Reads a policy: bare documents or ConfigMap manifests. Several texts are merged in order; later keys win.
 * @param texts one text, which has the file name `policy.yaml` in problems, or named texts
 */
export function readPolicy(texts: string | readonly { readonly file: string; readonly text: string }[]): PolicyResult {
  const sources = typeof texts === 'string' ? [{ file: 'policy.yaml', text: texts }] : texts
  // The id is for logs and metrics, which the library does not write.
  const { policy: compiled, problems } = readCompiled(sources, defaultRegistry(), { id: 'library' })
  if (compiled === undefined) return { policy: null, problems }
  const policy = Object.freeze(Object.create(null)) as Policy
  policies.set(policy, compiled)
  return { policy, problems }
}

/** Checks how the pods in manifests will start. The result is the output of `initlint lint --format json`. */
export function lint(manifests: Manifests, options: LintOptions = {}): LintResult {
  const { policy, namespace = defaultNamespace, now = new Date(), docsBase = defaultDocsBase } = options
  const registry = defaultRegistry()
  const compiled = policy === undefined ? builtInPolicy('recommended', registry) : policies.get(policy)
  if (compiled === undefined) throw new TypeError('options.policy is not a policy that readPolicy returned.')
  return plain(lintInputs(inputsOf(manifests), { policy: compiled, registry, namespace, now: now.getTime(), docsBase }))
}

/** Checks whether the scripts of init containers are safe to run again. The result is the output of `initlint rehearse --format json`. */
export function rehearse(manifests: Manifests, options: RehearseOptions = {}): RehearseResult {
  return plain(rehearseInputs(inputsOf(manifests), { namespace: options.namespace ?? defaultNamespace }))
}

/**
 * Simulates how pods start: if everything works and under the most harmful likely failure, under conditions, or in a scenario. The result is
 * the output of `initlint explain --format json`. A condition or scenario that cannot be read is in `errors`.
 */
export function explain(manifests: Manifests, options: ExplainOptions = {}): ExplainResult {
  const { namespace = defaultNamespace, conditions = [], scenario } = options
  const inputs = inputsOf(manifests)
  if (scenario === undefined) return plain(explainInputs(inputs, { namespace, conditions }))
  if (conditions.length > 0) throw new TypeError('options.conditions and options.scenario exclude each other.')
  const answer = explainInScenario(inputs, scenario, namespace)
  if (answer.ok) return plain({ timelines: [answer.timeline], errors: [] })
  return { timelines: [], errors: [{ file: null, line: null, column: null, message: answer.problem }] }
}

/** Only what JSON has: without the values under symbols that the text output needs. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value))
}
