/** The STATUS that messages name is what the startup model says of the very workload that they are about. */
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

/** The pods in which something stands as a container of each role, or as an image volume. */
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
  if (workload === undefined) throw new Error('no workload')
  return workload
}

function messagesOf(rule: AnyRule, workload: Workload, context: Partial<RuleContext> = {}): readonly string[] {
  const reports = [...rule.check(workload, rule.meta.defaultOptions, fakeContext({ old: null, ...context }))]
  return reports.map(({ messageId, data }) => fillTemplate(rule.meta.messages[messageId] ?? '', data, 4096))
}

/** All words of a message that are a status, as a whole: `Init:Error` does not stand for `Error`. */
const words = (message: string): readonly string[] => message.split(/\s+/).map((word) => word.replace(/^\(|[),;:]+$/g, ''))

const worldOf = (facts: Partial<Scenario>): Scenario => ({ ...happyScenario, ...facts })
const down = (registry: string) => new Map([[registry, 'down' as const]])
const cached = (image: string) =>
  new Map([[image, { cached: true, pullable: true, why: null, cachedBy: 'preloaded', user: null }]]) satisfies Scenario['images']

t.test('pull-never, image-invalid: all statuses of the end stand in the message', async (t) => {
  for (const [rule, image, policy, world] of [
    [pullNever, 'nginx:1.27', 'Never', worldOf({ registries: down('docker.io') })],
    [pullNever, 'nginx:1.27', 'Never', happyScenario],
    [imageInvalid, 'docker.io/ROOT', 'Always', happyScenario],
    [imageInvalid, 'http://x', 'Never', happyScenario],
    [imageInvalid, 'a/b@sha256:abc', 'IfNotPresent', worldOf({ registries: down('docker.io') })],
    [imageInvalid, 'a'.repeat(64), 'IfNotPresent', happyScenario],
    [imageInvalid, 'Luksa/kiada:1', 'Always', happyScenario],
    [imageInvalid, 'Luksa/kiada:1', 'IfNotPresent', happyScenario],
    [imageInvalid, 'Luksa/kiada:1', 'Never', happyScenario],
  ] as const) {
    for (const [where, spec] of Object.entries(podsWith(image, policy))) {
      const workload = workloadOf(pod(spec))
      const [message = '', ...more] = messagesOf(rule, workload)
      t.same(more, [], 'one message')
      const timeline = explainStart(workload, world)
      t.equal(timeline.verdict, 'retrying')
      for (const status of endStatuses(timeline))
        t.ok(words(message).includes(status), `${rule.meta.id}, ${image} ${policy} ${where}: ${status} in ${message}`)
      t.ok(words(message).includes(timeline.rawStatuses.at(-1) ?? '?'), 'the last one too')
    }
  }
})

t.test('pull-always-fragile-registry: the status of the node that has the image, and whose registry is down', async (t) => {
  const context = { registry: registries({ 'docker.io': { fragile: true } }) }
  for (const [where, spec] of Object.entries(podsWith('nginx:1.27', 'Always'))) {
    const workload = workloadOf(pod(spec))
    const [message = ''] = messagesOf(fragileRegistry, workload, context)
    const timeline = explainStart(workload, worldOf({ registries: down('docker.io'), images: cached('nginx:1.27') }))
    t.ok(
      endStatuses(timeline).some((status) => words(message).includes(status)),
      `${where}: ${endStatuses(timeline).join(', ')} in ${message}`,
    )
  }
})

t.test('init-no-retry: the status after one failure', async (t) => {
  const init = (restartPolicy?: string) => ({ name: 'it', image: 'tools:1', ...(restartPolicy !== undefined && { restartPolicy }) })
  const failing = worldOf({
    containers: new Map([['it', { runs: [endsAfter(1, 1)], runsOfVersion: new Map(), probes: new Map(), onTerm: null }]]),
  })
  for (const [spec, metadata] of [
    [{ restartPolicy: 'Never', initContainers: [init()], containers: [app] }, {}],
    [{ restartPolicy: 'Always', initContainers: [init('Never')], containers: [app] }, {}],
    [{ initContainers: [init('Never')], containers: [app, { ...app, name: 'second' }] }, {}],
    [{ restartPolicy: 'Never', initContainers: [init()], containers: [app] }, { annotations: { 'helm.sh/hook': 'test' } }],
    [{ restartPolicy: 'Never', initContainers: [init()], containers: [app] }, { labels: { 'jenkins/label': 'agent' } }],
  ] as const) {
    const workload = workloadOf(pod(spec, metadata))
    const [message = ''] = messagesOf(initNoRetry, workload)
    const timeline = explainStart(workload, failing)
    t.equal(timeline.verdict, 'failed')
    t.ok(words(message).includes(timeline.rawStatuses.at(-1) ?? '?'), `${timeline.rawStatuses.at(-1)} in ${message}`)
  }
})
