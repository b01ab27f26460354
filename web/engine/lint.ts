/** The findings on the manifest under the policy. */

import { fixInputs, notFixedIn } from '../../src/fixer/index.ts'
import { defaultDocsBase, lintInputs } from '../../src/inspect/index.ts'
import { lint, readPolicy } from '../../src/library/index.ts'
import { builtInPolicy, readPolicy as readCompiled } from '../../src/policy/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { type FixAnswer, type LintAnswer, manifestFile, policyFile, type Texts } from './protocol.ts'

/** The namespace of objects that set none, as for kubectl. */
export const defaultNamespace = 'default'

export function answerLint({ manifest, policy: text }: Texts): LintAnswer {
  const { policy, problems } = isBlank(text) ? { policy: null, problems: [] } : readPolicy([{ file: policyFile, text }])
  const { diagnostics, errors, notices, summary, faults } = lint(
    [{ file: manifestFile, text: manifest }],
    policy === null ? {} : { policy },
  )
  return { diagnostics, errors, notices, summary, faults, problems }
}

/** The policy as the engine uses it; the preset `recommended` if the text has errors. */
export function compiledPolicy(text: string) {
  const registry = defaultRegistry()
  const read = isBlank(text) ? undefined : readCompiled([{ file: policyFile, text }], registry, { id: 'playground' })
  return { policy: read?.policy ?? builtInPolicy('recommended', registry), registry }
}

/** Applies all fixes, as `lint --fix=all` does. */
export function answerFix({ manifest, policy: text }: Texts): FixAnswer {
  const { policy, registry } = compiledPolicy(text)
  const inputs = [{ file: manifestFile, text: manifest }]
  const options = { policy, registry, namespace: defaultNamespace, now: Date.now(), docsBase: defaultDocsBase }
  const first = lintInputs(inputs, options)
  const { inputs: after, fixed } = fixInputs(inputs, first, {
    scope: 'all',
    mayFix: () => true,
    lint: (current, only) => lintInputs(current, { ...options, only }),
  })
  const fixedText = after[0]?.text ?? manifest
  const left = lintInputs([{ file: manifestFile, text: fixedText }], options)
  return {
    text: fixedText,
    fixed: fixed.get(0)?.length ?? 0,
    notFixed: notFixedIn(left.diagnostics, 'all', () => undefined).map(({ rule, reason }) => `${rule}: ${reason}`),
  }
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}
