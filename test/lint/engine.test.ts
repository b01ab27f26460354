import t from 'tap'
import { lint } from '../../src/lint/engine.ts'
import { type AnyRule, defineRule } from '../../src/lint/rule.ts'
import type { Workload } from '../../src/model/workload.ts'
import { registry } from '../../src/rules/registry.ts'
import { fakeContext } from '../../src/rules/testing/context.ts'
import { policyOf, workloadOf, workloadPolicy } from '../policy/support.ts'

function podWith(spec: object): Workload {
  return workloadOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
  })
}

const init = { name: 'init', image: 'busybox:1', command: ['sh', '-c', 'mkdir /data/x'] }

/** A rule that counts how often it runs. */
function countingRule(readsScripts: boolean): { readonly rule: AnyRule; readonly runs: () => number } {
  let count = 0
  const rule = defineRule({
    meta: {
      ...{ id: 'pull-never', category: 'init', severity: 'info', recommended: 'warn', fixKind: 'none', since: '0.1.0' },
      ...{ summary: 's', rationale: 'r', remediation: 'r.', references: [], messages: { it: 'it' }, defaultOptions: {} },
      optionsSchema: { type: 'object', additionalProperties: false, properties: {} },
      ...(readsScripts ? { readsScripts } : {}),
    } as AnyRule['meta'],
    check() {
      count++
      return []
    },
  })
  return { rule, runs: () => count }
}

t.test('a rule that reads scripts runs only if there are init containers or sidecars', async (t) => {
  const policy = policyOf('')
  const cases: readonly (readonly [string, object, number])[] = [
    ['no init container', {}, 0],
    ['an init container', { initContainers: [init] }, 1],
    ['a sidecar', { initContainers: [{ ...init, restartPolicy: 'Always' }] }, 1],
    ['a debug container', { ephemeralContainers: [{ name: 'debug', image: 'busybox:1' }] }, 0],
  ]
  for (const [what, spec, expected] of cases) {
    const workload = podWith(spec)
    const [reading, other] = [countingRule(true), countingRule(false)]
    lint(workload, workloadPolicy(policy, workload), [reading.rule, other.rule])
    t.equal(reading.runs(), expected, what)
    t.equal(other.runs(), 1, what)
  }
})

t.test('the rules that read scripts find nothing without init containers', async (t) => {
  const app = { name: 'app', image: 'busybox:1', command: ['sh', '-c', 'mkdir /data/x; sleep infinity; nc -z localhost 80; ./migrate'] }
  for (const kind of ['Pod', 'Deployment', 'StatefulSet', 'Job']) {
    const spec = { containers: [app], restartPolicy: 'Never', volumes: [{ name: 'data', emptyDir: {} }] }
    const object =
      kind === 'Pod'
        ? { spec }
        : { spec: { replicas: 3, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec } } }
    const apiVersion = kind === 'Pod' ? 'v1' : kind === 'Job' ? 'batch/v1' : 'apps/v1'
    const workload = workloadOf({ apiVersion, kind, metadata: { name: 'x' }, ...object })
    const reading = registry.rules.filter(({ meta }) => meta.readsScripts === true)
    t.ok(reading.length > 5)
    for (const rule of reading) {
      t.strictSame([...rule.check(workload, rule.meta.defaultOptions, fakeContext(workload))], [], `${rule.meta.id}, ${kind}`)
    }
  }
})
