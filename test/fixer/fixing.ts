/** Fixes texts in memory, and what must be true of every fix. */
import { type FixResult, type FixScope, fixInputs } from '../../src/fixer/index.ts'
import { type Input, lintInputs } from '../../src/inspect/index.ts'
import { readManifest } from '../../src/manifest/index.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

/** Docker Hub may be offline, one registry requires Always, and every finding about defaults is reported. */
export const strictest =
  'registries: [{match: "docker.io/**", fragile: true}, {match: "always.example/**", pull: Always}]\nrules: {pull-policy-defaulted: fix, pull-always-pinned: fix}\n'

/** Options for `lintInputs` with a policy. */
export function optionsFor(policy: string) {
  const read = readPolicy([{ file: 'p', text: `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${policy}` }], registry, { id: 'p' })
  if (read.policy === undefined) throw new Error(JSON.stringify(read.problems))
  return { policy: read.policy, registry, namespace: 'default', now: 0, docsBase: 'https://docs.example' }
}

/** Fixes inputs with a policy. */
export function fix(inputs: readonly Input[], policy = strictest, scope: FixScope = 'all'): FixResult {
  const options = optionsFor(policy)
  const lint = (texts: readonly Input[], only?: ReadonlySet<number>) =>
    lintInputs(texts, { ...options, ...(only === undefined ? {} : { only }) })
  return fixInputs(inputs, lint(inputs), { scope, mayFix: () => true, lint })
}

/** What is wrong with a fixed text, as a sentence; undefined if nothing is. Looks at the values without knowing which fixes were applied. */
export function damage(before: string, after: string): string | undefined {
  const [old, fixed] = [readManifest(before), readManifest(after)]
  if (old.documents.length !== fixed.documents.length) return 'another number of documents'
  if (old.errors.length !== fixed.errors.length) return `another number of errors: ${JSON.stringify(fixed.errors)}`
  for (const [index, { value }] of old.documents.entries()) {
    const wrong = differences(value, fixed.documents[index]?.value, '').find((pointer) => !isFixed.test(pointer))
    if (wrong !== undefined) return `document ${index} differs at ${wrong}`
  }
  const lost = commentsOf(before).filter((comment) => !after.includes(comment))
  return lost.length === 0 ? undefined : `the comment ${lost[0]} is lost`
}

/** Pull policies and scripts. */
const isFixed = /\/(?:imagePullPolicy|image\/pullPolicy|(?:command|args)\/\d+)$/

function commentsOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /(?:^|\s)(#(?!!).*?)\r?$/.exec(line)?.[1] ?? [])
}

/** The pointers at which two values differ. */
function differences(a: unknown, b: unknown, pointer: string): readonly string[] {
  if (Object.is(a, b)) return []
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return [pointer]
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].flatMap((key) => differences((a as Keyed)[key], (b as Keyed)[key], `${pointer}/${key}`))
}

type Keyed = Readonly<Record<string, unknown>>
