/** The STATUS in a message, which comes from a minimal pod, must be what the startup model predicts for the reported workload itself. */
import t from 'tap'
import type { AnyRule, RuleContext } from '../../src/lint/rule.ts'
import { fillTemplate } from '../../src/lint/text.ts'
import { readWorkload, type Workload } from '../../src/model/workload.ts'
import { rule as imageInvalid } from '../../src/rules/image-invalid/rule.ts'
import { rule as initNoRetry } from '../../src/rules/init-no-retry/rule.ts'
import { rule as fragileRegistry } from '../../src/rules/pull-always-fragile-registry/rule.ts'
import { rule as pullNever } from '../../src/rules/pull-never/rule.ts'
import { fakeContext, registries } from '../../src/rules/testing/context.ts'
import { pod } from '../../src/rules/testing/objects.ts'
import { explainStart } from '../../src/startup/play/explain.ts'
import { endsAfter, happyScenario, type Scenario } from '../../src/startup/scenario/scenario.ts'
import { endStatuses } from '../../src/startup/timeline/describe.ts'

const app = { name: 'app', image: 'registry.example/app:1' }
const mounting = { ...app, volumeMounts: [{ name: 'files', mountPath: '/files' }] }

/** Pods with the image in a container of each role and in an image volume. */
const podsWith = (image: string, imagePullPolicy: string): Readonly<Record<string, object>> => {
  const container = { name: 'it', image, imagePullPolicy }
  const volumes = [{ name: 'files', image: { reference: image, pullPolicy: imagePullPolicy } }]
  return {
    app: { containers: [container] },
    init: { initContainers: [container], containers: [app] },
    sidecar: { initContainers: [{ ...container, restartPolicy: 'Always' }], containers: [app] },
    'image volume': { containers: [mounting], volumes },
    'image volume of an init container': { initContainers: [{ ...mounting, name: 'first' }], containers: [app], volumes },
    'in a Never pod': { restartPolicy: 'Never', initContainers: [container], containers: [app] },
  }
}

const workloadOf = (object: object): Workload => {
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  if (workload === undefined) throw new Error('the object is not a workload')
  return workload
}

function messagesOf(rule: AnyRule, workload: Workload, context: Partial<RuleContext> = {}): readonly string[] {
  const reports = [...rule.check(workload, rule.meta.defaultOptions, fakeContext(workload, context))]
  return reports.map(({ messageId, data }) => fillTemplate(rule.meta.messages[messageId] ?? '', data, 4096))
}

/** The words of a message, without punctuation around them. `Init:Error` is one word, so it does not match `Error`. */
const words = (message: string): readonly string[] => message.split(/\s+/).map((word) => word.replace(/^\(|[),;:]+$/g, ''))

const scenarioOf = (facts: Partial<Scenario>): Scenario => ({ ...happyScenario, ...facts })
const down = (registry: string) => new Map([[registry, 'down' as const]])
const cached = (image: string) =>
  new Map([[image, { cached: true, pullable: true, why: null, cachedBy: 'preloaded', user: null }]]) satisfies Scenario['images']

t.test('pull-never, image-invalid: the message names every final STATUS', async (t) => {
  for (const [rule, image, policy, scenario] of [
    [pullNever, 'nginx:1.27', 'Never', scenarioOf({ registries: down('docker.io') })],
    [pullNever, 'nginx:1.27', 'Never', happyScenario],
    [imageInvalid, 'docker.io/ROOT', 'Always', happyScenario],
    [imageInvalid, 'http://x', 'Never', happyScenario],
    [imageInvalid, 'a/b@sha256:abc', 'IfNotPresent', scenarioOf({ registries: down('docker.io') })],
    [imageInvalid, 'a'.repeat(64), 'IfNotPresent', happyScenario],
    [imageInvalid, 'Luksa/kiada:1', 'Always', happyScenario],
    [imageInvalid, 'Luksa/kiada:1', 'IfNotPresent', happyScenario],
    [imageInvalid, 'Luksa/kiada:1', 'Never', happyScenario],
  ] as const) {
    for (const [role, spec] of Object.entries(podsWith(image, policy))) {
      const workload = workloadOf(pod(spec))
      const [message = '', ...more] = messagesOf(rule, workload)
      t.same(more, [], 'one message')
      const timeline = explainStart(workload, scenario)
      t.equal(timeline.verdict, 'retrying')
      for (const status of endStatuses(timeline))
        t.ok(words(message).includes(status), `${rule.meta.id}, ${image} ${policy} ${role}: ${status} in ${message}`)
      t.ok(words(message).includes(timeline.rawStatuses.at(-1) ?? '?'), 'the last STATUS')
    }
  }
})

t.test(
  'pull-always-fragile-registry: the message names a final STATUS of a pod with a cached image and an unreachable registry',
  async (t) => {
    const context = { registry: registries({ 'docker.io': { fragile: true } }) }
    for (const [role, spec] of Object.entries(podsWith('nginx:1.27', 'Always'))) {
      const workload = workloadOf(pod(spec))
      const [message = ''] = messagesOf(fragileRegistry, workload, context)
      const timeline = explainStart(workload, scenarioOf({ registries: down('docker.io'), images: cached('nginx:1.27') }))
      t.ok(
        endStatuses(timeline).some((status) => words(message).includes(status)),
        `${role}: ${endStatuses(timeline).join(', ')} in ${message}`,
      )
    }
  },
)

t.test('init-no-retry: the message names the STATUS after one failure', async (t) => {
  const init = (restartPolicy?: string) => ({ name: 'it', image: 'tools:1', ...(restartPolicy !== undefined && { restartPolicy }) })
  const failing = scenarioOf({
    containers: new Map([['it', { runs: [endsAfter(1, 1)], runsOfVersion: new Map(), probes: new Map(), onTerm: null }]]),
  })
  for (const [spec, metadata] of [
    [{ restartPolicy: 'Never', initContainers: [init()], containers: [app] }, {}],
    [{ restartPolicy: 'Always', initContainers: [init('Never')], containers: [app] }, {}],
    [{ initContainers: [init('Never')], containers: [app, { ...app, name: 'second' }] }, {}],
    [{ restartPolicy: 'Never', initContainers: [init()], containers: [app] }, { annotations: { 'helm.sh/hook': 'pre-install' } }],
    [{ restartPolicy: 'Never', initContainers: [init()], containers: [app] }, { labels: { 'jenkins/label': 'agent' } }],
  ] as const) {
    const workload = workloadOf(pod(spec, metadata))
    const [message = ''] = messagesOf(initNoRetry, workload)
    const timeline = explainStart(workload, failing)
    t.equal(timeline.verdict, 'failed')
    t.ok(words(message).includes(timeline.rawStatuses.at(-1) ?? '?'), `${timeline.rawStatuses.at(-1)} in ${message}`)
  }
})
