/**
 * `npm run bench -- --api-server`: what a webhook adds to the time of a request at a real API server, next to no webhook, one that only
 * allows, and a ValidatingAdmissionPolicy. Needs Go the first time: the programs are those of `npm run test:cluster`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type ControlPlane, startControlPlane } from '../test/cluster/support/control-plane.ts'
import { agentOf, podsPath, post } from '../test/cluster/support/load.ts'
import { buildPrograms } from '../test/cluster/support/programs.ts'
import { quantile } from '../test/support/numbers.ts'
import { figure, type Section } from './report.ts'
import { type BenchServer, end, startFloor, startInitlint } from './servers.ts'

/** A namespace for each way; the label selects it. */
const ways = ['none', 'policy', 'floor', 'initlint'] as const
type Way = (typeof ways)[number]

const names: Readonly<Record<Way, string>> = {
  none: 'no admission',
  policy: 'ValidatingAdmissionPolicy',
  floor: 'webhook that allows',
  initlint: 'initlint',
}

const label = 'bench.initlint.dev/way'

const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' }]

/** The rule image-latest in CEL, as far as it can say it: the message is one text for all containers. */
const policy = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'bench' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: rules },
      variables: [
        {
          name: 'moving',
          expression:
            "(object.spec.containers + object.spec.?initContainers.orValue([])).filter(c, !c.image.contains('@') && (c.image.endsWith(':latest') || !c.image.matches(':[^/]*$')))",
        },
      ],
      validations: [
        {
          expression: 'size(variables.moving) == 0',
          messageExpression: "'containers without a fixed tag: ' + variables.moving.map(c, c.name).join(', ')",
        },
      ],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'bench' },
    spec: {
      policyName: 'bench',
      validationActions: ['Warn'],
      matchResources: { namespaceSelector: { matchLabels: { [label]: 'policy' } } },
    },
  },
]

/** Measures request by request, in turn, so that other load on the machine affects all ways. */
export async function apiServerSection(isQuick: boolean): Promise<Section> {
  const ends: (() => Promise<void>)[] = []
  const servers: BenchServer[] = []
  const failure = buildPrograms(['etcd', 'kube-apiserver', 'kubectl'], (line) => void process.stdout.write(`${line}\n`))
  if (failure !== undefined) throw new Error(failure)
  try {
    const controlPlane = await startControlPlane({ teardown: (each) => void ends.push(each) }, [])
    const { webhook } = controlPlane
    const files = { cert: webhook.certPath, key: webhook.keyPath }
    for (const start of [startFloor, startInitlint]) servers.push(await start(files))
    await install(controlPlane, servers)
    return sectionOf(await measure(controlPlane, isQuick ? 100 : 1500))
  } finally {
    for (const server of servers) end(server)
    for (const each of ends.toReversed()) await each()
  }
}

async function install({ mustKubectl, webhook }: ControlPlane, servers: readonly BenchServer[]): Promise<void> {
  const namespaces = ways.map((way) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `bench-${way}`, labels: { [label]: way } },
  }))
  // Pods need an account, which a controller would create.
  const accounts = ways.map((way) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: `bench-${way}` },
  }))
  const configurations = servers.map(({ name, port }) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: `bench-${name}` },
    webhooks: [
      {
        name: `${name}.initlint.dev`,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
        clientConfig: {
          url: `https://${webhook.host}:${port}/validate`,
          caBundle: Buffer.from(webhook.caPem).toString('base64'),
        },
        namespaceSelector: { matchLabels: { [label]: name } },
        rules,
      },
    ],
  }))
  for (const object of [...namespaces, ...accounts, ...configurations, ...policy]) await mustKubectl(['apply', '-f', '-'], object)
}

/** Two containers and an init container with a script. */
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'bench-' },
  spec: {
    initContainers: [{ name: 'prepare', image: 'busybox:1.37', command: ['sh', '-c', 'mkdir -p /work/data && touch /work/ready'] }],
    containers: [
      { name: 'app', image: 'nginx' },
      { name: 'log', image: 'registry.example/log:1.2' },
    ],
  },
}

async function measure(controlPlane: ControlPlane, rounds: number): Promise<ReadonlyMap<Way, readonly number[]>> {
  const agent = agentOf(controlPlane, 1)
  const send = async (way: Way): Promise<{ readonly time: number; readonly warnings: string }> => {
    const start = performance.now()
    const { status, text, warnings } = await post(`${controlPlane.config.server}${podsPath(`bench-${way}`)}?dryRun=All`, agent, pod)
    const time = performance.now() - start
    if (status !== 201) throw new Error(`${way}: ${status} ${text}`)
    return { time, warnings }
  }
  try {
    await untilInForce(send)
    const times = new Map<Way, number[]>(ways.map((way) => [way, []]))
    // The first rounds are not counted, because V8 and the API server compile during them.
    for (let round = -rounds / 5; round < rounds; round++) {
      for (const way of ways) {
        const { time } = await send(way)
        if (round >= 0) times.get(way)?.push(time)
      }
    }
    return times
  } finally {
    agent.destroy()
  }
}

/** The API server uses new configurations and policies after a moment; both ways that check warn about the image without a tag. */
async function untilInForce(send: (way: Way) => Promise<{ readonly warnings: string }>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const replies = [await send('policy'), await send('initlint')]
    if (replies.every(({ warnings }) => warnings !== '')) return
    await sleep(100)
  }
  throw new Error('the API server does not use the webhook or the policy')
}

function sectionOf(times: ReadonlyMap<Way, readonly number[]>): Section {
  const of = (way: Way, share: number): number => quantile(times.get(way) ?? [], share)
  return {
    title: 'Latency at an API server',
    about: `${times.get('none')?.length} requests of each kind in turn, over one connection: creation of a Pod with two containers and an init container, as a dry run. initlint runs all rules; the ValidatingAdmissionPolicy only states image-latest in CEL.`,
    head: ['admission', 'p50 ms', 'p90 ms', 'p99 ms', 'added p50 ms'],
    rows: ways.map((way) => [
      names[way],
      ...[0.5, 0.9, 0.99].map((share) => of(way, share).toFixed(2)),
      way === 'none' ? '-' : figure(of(way, 0.5) - of('none', 0.5)),
    ]),
    aims: [],
  }
}
