/** Runs the outage drill of `scan --if` on a cluster or a saved list. */
import { resolve } from 'node:path'
import { at, type JsonObject } from '../model/json.ts'
import { compileImageFacts } from '../policy/registries.ts'
import {
  Drill,
  DrillCollector,
  type DrillCondition,
  type DrillOutput,
  drillOutput,
  proposeChanges,
  readDrillCondition,
  unknownNodes,
} from '../scan/drill/index.ts'
import { customKinds, type NotLookedAt, scannedKinds } from '../scan/index.ts'
import { plainAnalyst } from '../script/index.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { namespaced } from './namespaced.ts'
import type { ScanSettings } from './scan.ts'
import { type NamedPolicy, nameOfCluster, policyOfCluster, policyOfFiles, savedObjects } from './scan-inputs.ts'

export interface DrillSettings extends ScanSettings {
  /** The values of `--if`. */
  readonly if: readonly string[]
  /** Images that a kubelet reports at most; Infinity for all. */
  readonly nodeImages: number
  /** Whether workloads that no condition reaches are listed, too. */
  readonly listsAll: boolean
}

/** @throws UsageError or StartError with one sentence */
export async function drill(settings: DrillSettings, io: Io): Promise<DrillOutput> {
  const conditions = settings.if.map((text) => {
    const read = readDrillCondition(text)
    if (!read.ok) throw new UsageError(`--if ${read.problem}`)
    return read.condition
  })
  return settings.from === undefined ? drillCluster(settings, conditions, io) : drillSaved(settings.from, settings, conditions, io)
}

async function drillSaved(file: string, settings: DrillSettings, conditions: readonly DrillCondition[], io: Io): Promise<DrillOutput> {
  const policy = await policyOfFiles(settings.policy, io)
  const { objects, name } = await savedObjects(file, io)
  const collector = collectorOf(settings, policy)
  let hasNodes = false
  for (const object of objects) {
    hasNodes ||= at(object, 'kind') === 'Node'
    collector.add(object)
  }
  const missed = hasNodes ? [] : [{ what: 'nodes', why: 'the list has none; save them with kubectl get nodes,… -o json' }]
  return drilled(collector, settings, conditions, { name, policy, missed, hasNodes, isComplete: true })
}

async function drillCluster(settings: DrillSettings, conditions: readonly DrillCondition[], io: Io): Promise<DrillOutput> {
  const { connect, scanReader } = await import('../cluster/index.ts')
  const { kubeconfig, context, namespace, selector, policyConfigmap } = settings
  const client = connect({
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }),
    ...(context === undefined ? {} : { context }),
  })
  const configMap = policyConfigmap === undefined ? undefined : namespaced('--policy-configmap', policyConfigmap)
  const reader = scanReader(client, { namespace, labelSelector: selector }, configMap)
  const policy = settings.policy.length > 0 ? await policyOfFiles(settings.policy, io) : await policyOfCluster(reader)
  const collector = collectorOf(settings, policy)
  const nodes = await reader.nodes(
    (object) => collector.add(object),
    () => collector.forget('Node'),
  )
  const missed: NotLookedAt[] = nodes === undefined ? [] : [nodes]
  const take = (object: JsonObject): void => collector.add(object)
  const missedCustom = await reader.customResources(customKinds(policy.policy.merged.document.templates ?? []), take)
  let refused = 0
  let hasAllPods = namespace === undefined && selector === undefined
  for (const kind of scannedKinds) {
    const miss = await reader.list(kind, take, () => collector.forget(kind))
    if (miss === undefined) continue
    missed.push(miss)
    refused++
    if (kind === 'Pod') hasAllPods = false
  }
  if (refused === scannedKinds.length) throw new UsageError(`Nothing can be listed: ${missed.at(-1)?.why}`)
  missed.push(...missedCustom)
  const current = nameOfCluster(client.config.getCurrentContext())
  const name = namespace === undefined ? current : `${current}, namespace ${namespace}`
  return drilled(collector, settings, conditions, { name, policy, missed, hasNodes: nodes === undefined, isComplete: hasAllPods })
}

function collectorOf({ nodeImages, namespace }: DrillSettings, { policy }: NamedPolicy): DrillCollector {
  return new DrillCollector({ policy, analyst: plainAnalyst, nodeImages, namespace })
}

interface Collected {
  readonly name: string
  readonly policy: NamedPolicy
  readonly missed: readonly NotLookedAt[]
  readonly hasNodes: boolean
  readonly isComplete: boolean
}

function drilled(
  collector: DrillCollector,
  { nodeImages, listsAll }: DrillSettings,
  conditions: readonly DrillCondition[],
  { name, policy: { policy, name: policyName }, missed, hasNodes, isComplete }: Collected,
): DrillOutput {
  const cluster = collector.result(hasNodes, isComplete)
  const [unknown] = unknownNodes(cluster, conditions)
  if (unknown !== undefined) {
    const why = hasNodes ? `${name} has no node ${unknown}` : `the nodes of ${name} are not known: ${missed[0]?.why}`
    throw new UsageError(`--if: ${why}`)
  }
  const options = { conditions, images: compileImageFacts(policy.merged.document), nodeImages }
  const drill = new Drill(cluster, options)
  const result = drill.run()
  const source = { scanned: name, policy: policyName, conditions, notLookedAt: [...missed, ...limitsOf(conditions)] }
  return drillOutput(result, proposeChanges(drill, result.rows), source, listsAll ? drill.others() : [])
}

/** What no drill looks at. */
function limitsOf(conditions: readonly DrillCondition[]): readonly NotLookedAt[] {
  const scheduling = { what: 'resources, Pod affinity, topology spread and volumes', why: 'nodes that may take a Pod are an upper bound' }
  const mirrors = { what: 'mirrors that nodes have configured', why: 'they are in no API; name them in the policy with servedBy' }
  return conditions.some(({ kind }) => kind === 'registry-down') ? [scheduling, mirrors] : [scheduling]
}
