/** `why` with a cluster: a pod, the pods of a controller, or every pod that is not starting. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ClusterClient, WhyReader } from '../cluster/index.ts'
import { resourceNamed, type WhyResource } from '../cluster/why-resources.ts'
import { type Diagnosis, hasStarted, type NotLookedAt, needsLog, sorted, type WhyOptions, type WhyOutput, why } from '../diagnosis/index.ts'
import { forPeople } from '../inspect/output.ts'
import { asArray, asObject, at, type JsonObject, member } from '../model/json.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { optionsOf, type WhySettings } from './why.ts'

export interface ClusterSettings extends Omit<WhySettings, 'target' | 'events' | 'log' | 'namespace'> {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
  /** Whether logs are read. */
  readonly logs: boolean
}

/** Whether the target is a file: what exists, or has the suffix of one. */
export function isFile(target: string, io: Io): boolean {
  return target === '-' || /\.(?:json|ya?ml)$/i.test(target) || existsSync(resolve(io.cwd, target))
}

/** A pod or KIND/NAME. @throws UsageError if the kind has no pods */
function readTarget(target: string): { readonly resource: WhyResource; readonly name: string } {
  const [kind = '', name, ...more] = target.includes('/') ? target.split('/') : ['pod', target]
  const resource = resourceNamed(kind)
  if (resource === undefined) throw new UsageError(`unknown kind ${kind}; name a pod, or KIND/NAME of a controller such as deployment/web`)
  if (name === undefined || name === '' || more.length > 0) throw new UsageError(`${target} is not POD or KIND/NAME`)
  return { resource, name }
}

/** Diagnoses one target of the cluster, again each time it is called. */
export async function whyInCluster(target: string, settings: ClusterSettings, io: Io): Promise<() => Promise<WhyOutput>> {
  const { resource, name } = readTarget(target)
  const { reader, namespace } = await connected(settings, io)
  return async () => {
    for (let left = maxReads; ; left--) {
      const { objects, missed } = await reader.around(resource, namespace, name)
      const options = { ...(await optionsIn(reader, { ...settings, namespace }, io)), ownersAlways: true }
      const all = sorted(objects)
      const first = why(all, options)
      if (all.pods.length === 0) return withMissed(first, missed)
      const stuck = first.pods.filter((each) => !hasStarted(each))
      const shown = resource.kind === 'Pod' ? first.pods : stuck.length > 0 ? stuck : first.pods.slice(0, 1)
      const logged = settings.logs ? await withLogs(shown, all, options, reader, missed) : { pods: shown, missed, read: [] }
      if (!(await haveChanged(logged.read, reader))) return withMissed({ pods: logged.pods }, logged.missed)
      // The log may be that of another process than the one whose end the status shows.
      if (left === 1) return withMissed({ pods: shown }, [...logged.missed, ...logged.read.map(({ container }) => changing(container))])
    }
  }
}

/** How often everything is read if containers end or start meanwhile; the kubelet waits for at least ten seconds between two restarts. */
const maxReads = 3

function changing(container: string): NotLookedAt {
  return { what: `the log of container ${JSON.stringify(container)}`, why: 'the container was started again each time it was read' }
}

/** A container whose log was read, and its pod as it was before. */
interface LogRead {
  readonly namespace: string
  readonly name: string
  readonly pod: JsonObject
  readonly container: string
}

/** Whether any of the containers has ended or was started since its pod was read. A pod that cannot be read again has not changed. */
async function haveChanged(reads: readonly LogRead[], reader: WhyReader): Promise<boolean> {
  for (const { namespace, name, pod, container } of reads) {
    const now = await reader.pod(namespace, name)
    if (now !== undefined && processOf(now, container) !== processOf(pod, container)) return true
  }
  return false
}

/** What tells the processes of a container apart: its id, the number of restarts, and whether it runs. */
function processOf(pod: JsonObject, container: string): string {
  const lists = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses']
  const statuses = lists.flatMap((list) => asArray(at(pod, 'status', list)))
  const status = statuses.find((each) => member(each, 'name') === container)
  return JSON.stringify([member(status, 'containerID'), member(status, 'restartCount'), Object.keys(asObject(member(status, 'state')))])
}

/** Every pod of a namespace, or of all, that has not started. */
export async function whyEverywhere(settings: ClusterSettings, io: Io): Promise<WhyOutput> {
  const { reader } = await connected(settings, io)
  const { objects, missed } = await reader.everything(settings.namespace)
  const output = why(sorted(objects), await optionsIn(reader, { ...settings, namespace: settings.namespace ?? 'default' }, io))
  const pods = output.pods.filter((each) => !hasStarted(each))
  return withMissed({ pods }, [...(output.notLookedAt ?? []), ...missed])
}

/** The options with the version of the cluster, or that of the policy if the cluster does not say it. */
async function optionsIn(reader: WhyReader, settings: Parameters<typeof optionsOf>[0], io: Io): Promise<WhyOptions> {
  const options = await optionsOf(settings, io)
  return { ...options, kubernetes: (await reader.version()) ?? options.kubernetes }
}

async function connected(settings: ClusterSettings, io: Io): Promise<{ readonly reader: WhyReader; readonly namespace: string }> {
  const { connect, whyReader } = await import('../cluster/index.ts')
  const { kubeconfig, context, namespace } = settings
  const client: ClusterClient = connect({
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }),
    ...(context === undefined ? {} : { context }),
  })
  return { reader: whyReader(client), namespace: namespace ?? client.namespace }
}

/** Logs of at most this many pods are read. */
const maxLogs = 10

/** The diagnoses again, with the log of the container that each depends on. */
async function withLogs(
  pods: readonly Diagnosis[],
  all: ReturnType<typeof sorted>,
  options: WhyOptions,
  reader: WhyReader,
  missed: readonly NotLookedAt[],
): Promise<{ readonly pods: readonly Diagnosis[]; readonly missed: readonly NotLookedAt[]; readonly read: readonly LogRead[] }> {
  const found: Diagnosis[] = []
  const reads: LogRead[] = []
  const more = new Map(missed.map((each) => [each.what, each]))
  let left = maxLogs
  for (const pod of pods) {
    const { object, stage } = pod
    const read = (isPrevious: boolean) => reader.log(object.namespace, object.name, stage.container ?? '', isPrevious)
    const isPast = pod[forPeople].isPast === true
    const isRead = needsLog(pod) && stage.container !== null && left-- > 0
    let log = isRead ? await read(isPast) : undefined
    // The container has been started again, or has ended, since its pod was read: its other process has the log.
    if (isRead && (log === '' || log === undefined)) log = (await read(!isPast)) ?? log
    if (typeof log === 'object') more.set(log.what, log)
    const own = all.pods.find(
      (each) =>
        at(each, 'metadata', 'name') === object.name && (at(each, 'metadata', 'namespace') ?? object.namespace) === object.namespace,
    )
    if (typeof log === 'string' && own !== undefined)
      reads.push({ namespace: object.namespace, name: object.name, pod: own, container: stage.container ?? '' })
    const again =
      typeof log === 'string'
        ? why(all, { ...options, logs: new Map([[stage.container ?? '', log]]), only: new Set([object.name]) }).pods[0]
        : undefined
    found.push(again ?? pod)
  }
  return { pods: found, missed: [...more.values()], read: reads }
}

function withMissed({ pods }: WhyOutput, missed: readonly NotLookedAt[]): WhyOutput {
  return missed.length === 0 ? { pods } : { pods, notLookedAt: missed }
}
