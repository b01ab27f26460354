/** Pods, Events and logs that anyone may have written: 300 here, 10,000 with `npm run fuzz -- --properties --times 34 FILE`. */
import t from 'tap'
import { causeNames, type Diagnosis, renderWhyText } from '../../src/diagnosis/index.ts'
import { allPatterns, tables } from '../../src/diagnosis/messages/index.ts'
import { lintInputs } from '../../src/inspect/index.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'
import * as fc from '../support/properties.ts'
import { ago, now, whyOf } from './build-pod.ts'

/** What must never be seen: the value of a variable, and words of a log outside what a pattern matches. */
const secret = 'correct-horse-battery'
const unmatched = 'zebra-quagga'

const name = fc.constantFrom('web-0', 'init', 'app', 'a; rm -rf ~', "it's", '$(id)', 'x\u001b[31m', '\u202eabc', 'proxy', '')
const text = fc.oneof(
  fc.constantFrom(...allPatterns.map(({ example }) => example)),
  fc.constantFrom(
    '',
    `password ${secret}`,
    `TOKEN=${secret} failed`,
    'a\nb\u0000c',
    'Error: ErrImagePull',
    'back-off 1m20s restarting failed container=a',
  ),
  fc.string({ maxLength: 200 }),
)
const script = fc.constantFrom(
  'sleep infinity',
  'until nc -z db 5432; do sleep 1; done',
  'git clone https://git.example/a.git /work/a',
  'exit 3',
  'tail -f /dev/null',
  `echo ${secret} > /work/a`,
  'if then',
)
const time = fc.integer({ min: -100, max: 100_000 }).map(ago)
const anything = fc.oneof(fc.constant(undefined), fc.anything({ maxDepth: 2 }))
const reasons = [
  ...['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError', 'CreateContainerConfigError'],
  ...['CreateContainerError', 'RunContainerError', 'CrashLoopBackOff', 'PodInitializing', 'ContainerCreating', 'PostStartHookError', 'Odd'],
]
const terminated = fc.record({
  exitCode: fc.constantFrom(0, 1, 2, 3, 126, 127, 128, 137, 139, 143, 255, -1),
  reason: fc.constantFrom('Error', 'Completed', 'OOMKilled', 'StartError', 'ContainerCannotRun', 'ContainerStatusUnknown', ''),
  message: text,
  startedAt: time,
  finishedAt: time,
})
const state = fc.oneof(
  fc.record({ waiting: fc.record({ reason: fc.constantFrom(...reasons), message: text }) }),
  fc.record({ running: fc.record({ startedAt: time }) }),
  fc.record({ terminated }),
  fc.constant({}),
  anything,
)
const status = (own: string) =>
  fc.record({
    name: fc.constant(own),
    state,
    lastState: fc.oneof(fc.constant({}), fc.record({ terminated })),
    ready: fc.boolean(),
    started: fc.boolean(),
    restartCount: fc.oneof(fc.nat(20), anything),
    containerID: fc.constantFrom('', 'containerd://1'),
  })
const container = (own: string) =>
  fc.record({
    name: fc.constant(own),
    image: fc.constantFrom('registry.example/a:1', 'auto', 'Bad', '', 'nginx', 'a:'),
    command: script.map((body) => ['sh', '-c', body]),
    env: fc.constant([
      { name: 'GREETING', value: secret },
      { name: 'TOKEN', value: secret },
    ]),
    volumeMounts: fc.constant([{ name: 'work', mountPath: '/work' }]),
    restartPolicy: fc.constantFrom(undefined, 'Always'),
    startupProbe: fc.constantFrom(undefined, { periodSeconds: 1 }),
  })
const condition = fc.record({
  type: fc.constantFrom('PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'Ready', 'DisruptionTarget'),
  status: fc.constantFrom('True', 'False'),
  reason: fc.constantFrom('', 'Unschedulable', 'SchedulingGated', 'DeletionByTaintManager'),
  message: text,
  lastTransitionTime: time,
})
const owners = fc.constantFrom<readonly { readonly kind: string; readonly name: string; readonly controller: boolean }[]>(
  [],
  [{ kind: 'ReplicaSet', name: 'web-1', controller: true }],
  [{ kind: 'Node', name: 'n', controller: true }],
  [{ kind: 'StatefulSet', name: "a'b", controller: true }],
)
const volume = fc.constantFrom({ emptyDir: {} }, { persistentVolumeClaim: { claimName: 'data' } }, { hostPath: { path: '/x' } })
const pods = fc
  .record({
    name,
    uid: fc.constantFrom('u', ''),
    owners,
    volume,
    init: container('init'),
    app: container('app'),
    initStatus: status('init'),
    appStatus: status('app'),
  })
  .chain((given) =>
    fc.record({
      apiVersion: fc.constant('v1'),
      kind: fc.constant('Pod'),
      metadata: fc.record({
        name: fc.constant(given.name),
        namespace: fc.constantFrom('shop', "n's; x"),
        uid: fc.constant(given.uid),
        creationTimestamp: time,
        ownerReferences: fc.constant(given.owners),
        labels: fc.oneof(fc.constant({ 'controller-revision-hash': 'a' }), anything),
      }),
      spec: fc.record({
        nodeName: fc.constantFrom('node-1', ''),
        restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
        initContainers: fc.constant([given.init]),
        containers: fc.constant([given.app]),
        volumes: fc.constant([{ name: 'work', ...given.volume }]),
      }),
      status: fc.oneof(
        fc.record({
          phase: fc.constantFrom('Pending', 'Running', 'Failed', 'Succeeded', ''),
          reason: fc.constantFrom('', 'Evicted', 'OutOfcpu', 'DeadlineExceeded', 'Odd'),
          message: text,
          conditions: fc.array(condition, { maxLength: 4 }),
          initContainerStatuses: fc.constant([given.initStatus]),
          containerStatuses: fc.constant([given.appStatus]),
        }),
        anything,
      ),
    }),
  )
const events = fc.array(
  fc.record({
    kind: fc.constant('Event'),
    type: fc.constantFrom('Normal', 'Warning'),
    reason: fc.constantFrom(
      'Failed',
      'Pulling',
      'Pulled',
      'BackOff',
      'FailedMount',
      'FailedAttachVolume',
      'FailedCreatePodSandBox',
      'Unhealthy',
      'Killing',
      'FailedScheduling',
      'SandboxChanged',
      'NodeNotReady',
    ),
    message: text,
    count: fc.oneof(fc.nat(50), anything),
    firstTimestamp: time,
    lastTimestamp: fc.oneof(time, anything),
    about: fc.constantFrom(undefined, 'spec.containers{app}', 'spec.initContainers{init}'),
  }),
  { maxLength: 6 },
)
const logText = fc
  .array(
    fc.oneof(fc.constant(`${unmatched} says ${secret}`), fc.constantFrom(...tables.log.map(({ example }) => `${unmatched} | ${example}`))),
    { maxLength: 5 },
  )
  .map((lines) => lines.join('\n'))

function everyString(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(everyString) : []
}

/** @throws Error if a diagnosis is not fit to be printed */
function check(found: Diagnosis, isPersistent: boolean, isOwned: boolean): void {
  const must = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`${what}: ${JSON.stringify(found)}`)
  }
  must(causeNames.includes(found.cause.class), 'the cause is in the closed list')
  must(found.cause.message !== '' && found.now.length > 0, 'there is a message and something to do')
  must(
    everyString(found).every((each) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(each)),
    'no control characters',
  )
  must(!/\{\{\w+\}\}/.test(JSON.stringify(found)), 'templates are filled')
  const { at, by } = found.next
  must(at === null || Date.parse(at) >= now - 1000, 'the next attempt is not in the past')
  must(at === null || by === null || Date.parse(at) <= Date.parse(by), 'the earliest attempt is before the latest')
  const deletes = found.now.some((each) => each.startsWith(`kubectl delete pod `))
  must(!deletes || isOwned, 'a pod is deleted only if its owner creates another')
  must(!(deletes && isPersistent && found.cause.class === 'init-not-idempotent'), 'a pod is not deleted for what a claim keeps')
  for (const command of found.now.filter((each) => each.startsWith('kubectl '))) {
    const [words = ''] = command.split(' # ')
    must(!/[;$`&|<>()]/.test(words.replace(/'(?:[^']|'\\'')*'/g, '')), `names are quoted for the shell in ${command}`)
  }
}

t.test('any Pod gets a diagnosis that is safe to print', async () => {
  fc.assert(
    fc.property(pods, events, logText, (pod, given, log) => {
      const { metadata } = pod
      const about = { kind: 'Pod', namespace: metadata.namespace, name: metadata.name }
      const list = given.map(({ about: fieldPath, ...each }) => ({ ...each, involvedObject: { ...about, fieldPath } }))
      const output = whyOf([pod, ...list], { init: log, app: log })
      if (output.pods.length !== 1) throw new Error('one diagnosis')
      const isOwned = metadata.ownerReferences.some((each) => each.kind !== 'Node')
      const isPersistent = !('emptyDir' in (pod.spec.volumes[0] ?? {}))
      for (const found of output.pods) check(found, isPersistent, isOwned)
      for (const shown of [JSON.stringify(output), renderWhyText(output)]) {
        if (shown.includes(secret)) throw new Error(`the value of a variable is shown: ${shown}`)
        if (shown.includes(unmatched)) throw new Error(`a log line is shown beyond what matched: ${shown}`)
      }
    }),
    { numRuns: 300 },
  )
})

t.test('a running init container has the cause that lint reports', async () => {
  const policy = builtInPolicy('recommended', registry)
  const rules = ['init-never-completes', 'init-waits-for-own-pod', 'init-waits-forever']
  fc.assert(
    fc.property(script, (body) => {
      const init = { name: 'init', image: 'i:1', command: ['sh', '-c', body] }
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { nodeName: 'n', initContainers: [init], containers: [{ name: 'app', image: 'a:1' }] },
        status: { phase: 'Pending', initContainerStatuses: [{ name: 'init', state: { running: { startedAt: ago(5000) } } }] },
      }
      const { diagnostics } = lintInputs([{ file: null, text: JSON.stringify(pod) }], {
        policy,
        registry,
        namespace: 'shop',
        now,
        docsBase: '',
      })
      const reported = diagnostics.map(({ rule }) => rule).find((rule) => rules.includes(rule)) ?? 'waiting-normal'
      const [found] = whyOf([pod]).pods
      if (found?.cause.class !== reported) throw new Error(`${found?.cause.class}, but lint reports ${reported} on ${body}`)
    }),
    { numRuns: 40 },
  )
})
