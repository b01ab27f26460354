/** The only place where the fuzzer calls the analysis of scripts: by what the command line prints, so that it depends on no internals. */
import { lintInputs, rehearseInputs } from '../../src/inspect/index.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'

const registry = defaultRegistry()
const policy = builtInPolicy('strict', registry)
const options = { policy, registry, namespace: 'default', now: Date.UTC(2026, 10, 22), docsBase: 'https://docs.example' }

/** What the analysis says about a script: the entry of `rehearse` and the findings of `lint`. */
export interface ScriptAnalysis {
  readonly verdict: string
  /** Everything as JSON, to compare two analyses. */
  readonly json: string
  /** The rules that threw. */
  readonly faults: readonly string[]
}

/** Analyses of one text differ in this number, so that none comes from the cache. */
let round = 0

/** Analyzes a script as that of an init container with a claim, an emptyDir and an environment, without the cache. */
export function analyzeScript(text: string): ScriptAnalysis {
  round++
  const init = {
    name: 'init',
    image: 'debian:12',
    command: ['sh', '-c', text, 'init', 'first', 'second'],
    env: [
      { name: 'HOME', value: '/root' },
      { name: 'INITLINT_FUZZ_ROUND', value: String(round) },
    ],
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'work', mountPath: '/work' },
    ],
  }
  const volumes = [
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'work', emptyDir: {} },
  ]
  const spec = { initContainers: [init], containers: [{ name: 'app', image: 'app:1' }], volumes }
  const manifest = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec })
  const inputs = [{ file: null, text: manifest }]
  const { containers, errors } = rehearseInputs(inputs, { namespace: 'default' })
  const { diagnostics, faults } = lintInputs(inputs, options)
  const verdict = containers[0]?.verdict ?? `none (${errors[0]?.message})`
  // The column in the manifest depends on the length of the number above.
  const findings = diagnostics.map(({ rule, action, message, data, pointer }) => ({ rule, action, message, data, pointer }))
  return { verdict, json: JSON.stringify([containers, findings]), faults: faults.map(({ rule, message }) => `${rule}: ${message}`) }
}
