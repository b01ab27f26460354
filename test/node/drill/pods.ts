/** The Pods of the drill on a real node, and the cells that are compared with what happens to them. */
import type { JsonObject } from '../../../src/model/json.ts'
import type { NodeScenario } from '../support/scenario.ts'

export type Cell = 'restart' | 'reboot' | 'otherNode' | 'scaleUp'

export type Expected = 'starts' | 'fails' | 'unknown'

export interface DrilledPod {
  readonly scenario: NodeScenario
  /** What is compared: an event of the Pod itself, or a new Pod on the node. `tight`: in the drill that takes all lists for full. */
  readonly cells: readonly { readonly cell: Cell; readonly expected: Expected; readonly tight?: true }[]
  /** An image that the node loses once the Pod runs. */
  readonly loses?: string
}

/** The registry that goes down, and one with a password that goes down, too. */
export const registry = 'registry.test'
export const privateRegistry = 'private.test'
/** The node with a kubelet, and one that exists only in the API. */
export const realNode = 'node1'
export const fakeNode = 'node2'

type Policy = 'Always' | 'IfNotPresent' | 'Never'

interface Parts {
  readonly app?: Policy
  readonly init?: Policy
  readonly sidecar?: Policy
  /** Whether the image of the app is on the real node. */
  readonly cached?: boolean
  /** The app's image, if it is not one of its own. */
  readonly image?: string
  readonly on?: typeof realNode | typeof fakeNode
  readonly secret?: boolean
}

function podOf(name: string, parts: Parts, cells: DrilledPod['cells'], more: Pick<DrilledPod, 'loses'> = {}): DrilledPod {
  const { app = 'IfNotPresent', init, sidecar, cached = true, image = `${registry}/${name}:1`, on = realNode, secret = false } = parts
  const [initImage, sidecarImage] = [`${registry}/${name}-init:1`, `${registry}/${name}-side:1`]
  const inits = [
    ...(init === undefined ? [] : [{ name: 'init', image: initImage, imagePullPolicy: init }]),
    ...(sidecar === undefined ? [] : [{ name: 'side', image: sidecarImage, imagePullPolicy: sidecar, restartPolicy: 'Always' }]),
  ]
  const there = { cached: true, pullable: true }
  const images: JsonObject = {
    [image]: { cached, pullable: true },
    ...(init !== undefined && { [initImage]: there }),
    ...(sidecar !== undefined && { [sidecarImage]: there }),
  }
  const spec = {
    nodeName: on,
    // What the scheduler would do is not the question: a new Pod of a Pod on the real node is made there, too.
    ...(on === realNode && { nodeSelector: { 'kubernetes.io/hostname': realNode } }),
    ...(secret && { imagePullSecrets: [{ name: 'lamp' }] }),
    ...(inits.length > 0 && { initContainers: inits }),
    containers: [{ name: 'app', image, imagePullPolicy: app }],
  }
  const world = {
    images,
    registries: { [registry]: 'up', [privateRegistry]: 'up' },
    ...(secret && { secrets: { lamp: privateRegistry } }),
  }
  return { scenario: { name, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }, world }, cells, ...more }
}

const one = (cell: Cell, expected: Expected) => ({ cell, expected })

/** In place: a Pod for each event, because an event changes the Pod. */
function inPlace(name: string, parts: Parts, restart: Expected, reboot: Expected, scaleUp: Expected): readonly DrilledPod[] {
  return [
    podOf(`${name}-restart`, parts, [one('restart', restart), one('scaleUp', scaleUp)]),
    podOf(`${name}-reboot`, parts, [one('reboot', reboot)]),
  ]
}

const locked = `${privateRegistry}/locked:1`

export const drilledPods: readonly DrilledPod[] = [
  ...inPlace('always', { app: 'Always' }, 'fails', 'fails', 'fails'),
  ...inPlace('present', {}, 'starts', 'starts', 'starts'),
  ...inPlace('never', { app: 'Never' }, 'starts', 'starts', 'starts'),
  ...inPlace('init-kept', { init: 'IfNotPresent' }, 'starts', 'starts', 'starts'),
  ...inPlace('init-always', { init: 'Always' }, 'starts', 'fails', 'fails'),
  ...inPlace('side-always', { sidecar: 'Always' }, 'fails', 'fails', 'fails'),
  podOf(
    'init-gone',
    { init: 'IfNotPresent' },
    [
      one('reboot', 'fails'),
      one('scaleUp', 'fails'),
      { ...one('reboot', 'unknown'), tight: true },
      { ...one('scaleUp', 'unknown'), tight: true },
    ],
    { loses: `${registry}/init-gone-init:1` },
  ),
  podOf('far-present', { on: fakeNode }, [one('otherNode', 'starts')]),
  podOf('far-always', { on: fakeNode, app: 'Always' }, [one('otherNode', 'fails')]),
  podOf('far-absent', { on: fakeNode, cached: false }, [one('otherNode', 'fails'), { ...one('otherNode', 'unknown'), tight: true }]),
  podOf('far-never', { on: fakeNode, cached: false, app: 'Never' }, [one('otherNode', 'fails')]),
  podOf('owner', { cached: false, image: locked, secret: true }, [one('restart', 'starts'), one('scaleUp', 'starts')]),
  podOf('far-locked', { on: fakeNode, cached: false, image: locked }, [one('otherNode', 'unknown')]),
]
