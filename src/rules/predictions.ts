/**
 * The STATUS that messages name, as the startup model predicts it for a minimal pod of the same shape. Each minimal pod is simulated once,
 * on first use, so that a review costs a lookup.
 */
import type { ImageUse } from '../model/image-use.ts'
import { readWorkload, type Workload } from '../model/workload.ts'
import { explainStart } from '../startup/play/explain.ts'
import { endsAfter, happyScenario, type Scenario } from '../startup/scenario/scenario.ts'
import { endStatuses } from '../startup/timeline/describe.ts'

/**
 * What is wrong with an image. `invalid`: the reference cannot be parsed; `absent`: neither the node nor a registry has it;
 * `unreachable`: the node has it, but its registry does not answer; `ambiguous`: the runtime cannot tell which registry a short name means.
 */
export type ImageFault = 'invalid' | 'absent' | 'unreachable' | 'ambiguous'

type Role = 'init' | 'sidecar' | 'app'

const predicted = new Map<string, readonly string[]>()

/**
 * The STATUS that `kubectl get pod` finally shows for a pod whose image is not available; two if it alternates between them.
 * @returns never empty
 */
export function statusesWithoutImage(fault: ImageFault, use: ImageUse, workload: Workload): readonly string[] {
  const role = roleOf(use, workload)
  return remembered(`${fault} ${role} ${use.pullPolicy}`, () => {
    const image = imageOf[fault]
    const container = { name: 'it', image, imagePullPolicy: use.pullPolicy }
    return ends(podOf(role, container), worldOf[fault])
  })
}

/**
 * The STATUS that `kubectl get pod` finally shows for a pod whose plain init container fails and is not retried.
 * @param by whose restartPolicy is Never
 */
export function statusAfterFailedInit(by: 'pod' | 'container'): string {
  const never = { restartPolicy: 'Never' }
  const statuses = remembered(`failed init ${by}`, () => {
    const container = { name: 'it', image: 'registry.example/app:1', ...(by === 'container' && never) }
    return ends({ ...podOf('init', container), ...(by === 'pod' && never) }, failing)
  })
  return statuses.join(' and ')
}

function remembered(key: string, predict: () => readonly string[]): readonly string[] {
  const known = predicted.get(key)
  if (known !== undefined) return known
  const statuses = predict()
  predicted.set(key, statuses)
  return statuses
}

/** An image volume blocks the containers that mount it; ephemeral containers show the same reasons as app containers. */
function roleOf({ role, volume }: ImageUse, workload: Workload): Role {
  if (role === 'init' || role === 'sidecar') return role
  if (role !== 'image-volume') return 'app'
  const [mounter] = workload.mounters().get(volume ?? '') ?? []
  return mounter?.role === 'init' || mounter?.role === 'sidecar' ? mounter.role : 'app'
}

const app = { name: 'app', image: 'docker.io/library/app:1' }

function podOf(role: Role, container: object): object {
  if (role === 'app') return { containers: [container] }
  return { initContainers: [role === 'sidecar' ? { ...container, restartPolicy: 'Always' } : container], containers: [app] }
}

const withoutImage: Scenario = { ...happyScenario, registries: new Map([['registry.example', 'down']]) }

const withImage: Scenario = {
  ...withoutImage,
  images: new Map([['registry.example/app:1', { cached: true, pullable: true, why: null, cachedBy: 'preloaded', user: null }]]),
}

const imageOf: Readonly<Record<ImageFault, string>> = {
  invalid: 'registry.example/Upper:1',
  absent: 'registry.example/app:1',
  unreachable: 'registry.example/app:1',
  ambiguous: 'short:1',
}

const worldOf: Readonly<Record<ImageFault, Scenario>> = {
  invalid: withoutImage,
  absent: withoutImage,
  unreachable: withImage,
  ambiguous: { ...happyScenario, runtime: { ...happyScenario.runtime, shortNames: 'ambiguous' } },
}

const failing: Scenario = {
  ...happyScenario,
  containers: new Map([['it', { runs: [endsAfter(1, 1)], runsOfVersion: new Map(), probes: new Map(), onTerm: null }]]),
}

function ends(spec: object, scenario: Scenario): readonly string[] {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'predicted' }, spec }
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const statuses = workload === undefined ? [] : endStatuses(explainStart(workload, scenario))
  if (statuses.length === 0) throw new Error('the startup model predicts no STATUS for its own pod')
  return statuses
}
