/** Scans a cluster or a saved list with one policy, or compares two. */
import { resolve } from 'node:path'
import { count } from '../inspect/index.ts'
import { defaultDocsBase } from '../inspect/output.ts'
import { safeText } from '../lint/text.ts'
import type { JsonObject } from '../model/json.ts'
import { defaultRegistry } from '../rules/registry.ts'
import {
  type ComparisonOutput,
  comparisonOutput,
  customKinds,
  differences,
  type NotLookedAt,
  namespaceOf,
  Scan,
  type ScanOutput,
  scannedKinds,
  scanOutput,
  undecidedEntries,
} from '../scan/index.ts'
import { plainAnalyst } from '../script/index.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { namespaced } from './namespaced.ts'
import { type StatusLine, statusLine } from './progress.ts'
import { type NamedPolicy, nameOfCluster, policyOfCluster, policyOfFiles, savedObjects } from './scan-inputs.ts'

export interface ScanSettings {
  readonly kubeconfig?: string
  readonly context?: string
  /** Undefined for all. */
  readonly namespace?: string
  readonly selector?: string
  /** `NAMESPACE/NAME` */
  readonly policyConfigmap?: string
  /** None means that of the cluster, or the recommended one for a saved list. */
  readonly policy: readonly string[]
  /** A file, or `cluster`. */
  readonly against?: string
  /** A file, or `-`. */
  readonly from?: string
}

const ofCluster = 'cluster'

/** The policy that is scanned with, and the one that it is compared with. */
interface Policies {
  readonly policy: NamedPolicy
  readonly against: NamedPolicy | undefined
}

type Labels = ReadonlyMap<string, ReadonlyMap<string, string>> | undefined

/** @throws UsageError or StartError with one sentence */
export async function scan(settings: ScanSettings, io: Io): Promise<ScanOutput | ComparisonOutput> {
  const line = statusLine(io)
  try {
    return await (settings.from === undefined ? scanCluster(settings, io, line) : scanSaved(settings.from, settings, io, line))
  } finally {
    line.clear()
  }
}

async function scanSaved(file: string, settings: ScanSettings, io: Io, line: StatusLine): Promise<ScanOutput | ComparisonOutput> {
  if (settings.against === ofCluster) throw new UsageError('--against cluster needs a cluster; with --from, name a policy file')
  const policies = {
    policy: await policyOfFiles(settings.policy, io),
    against: settings.against === undefined ? undefined : await policyOfFiles([settings.against], io),
  }
  const { objects, count: total, namespaceLabels, name } = await savedObjects(file, io)
  const { namespace } = settings
  const walk = new Walk(policies, namespaceLabels, settings, io)
  let [read, selected] = [0, 0]
  for (const object of objects) {
    line.show(() => `Checked ${read} of ${count(total, 'object')}`)
    read++
    if (namespace !== undefined && namespaceOf(object) !== namespace) continue
    selected++
    walk.add(object)
  }
  if (selected === 0) throw new UsageError(`${name} holds no objects of the namespace ${namespace}`)
  return walk.output(name, [])
}

async function scanCluster(settings: ScanSettings, io: Io, line: StatusLine): Promise<ScanOutput | ComparisonOutput> {
  const { connect, scanReader } = await import('../cluster/index.ts')
  const { kubeconfig, context, namespace, selector, against } = settings
  const client = connect({
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }),
    ...(context === undefined ? {} : { context }),
  })
  const configMap = settings.policyConfigmap === undefined ? undefined : namespaced('--policy-configmap', settings.policyConfigmap)
  const reader = scanReader(client, { namespace, labelSelector: selector }, configMap)
  const policies = {
    policy: settings.policy.length > 0 ? await policyOfFiles(settings.policy, io) : await policyOfCluster(reader),
    against: against === undefined ? undefined : against === ofCluster ? await policyOfCluster(reader) : await policyOfFiles([against], io),
  }
  const labels = await reader.namespaces()
  const walk = new Walk(policies, labels, settings, io)
  const name = nameOfCluster(client.config.getCurrentContext())
  const missed: NotLookedAt[] = []
  let objects = 0
  const take = (object: JsonObject): void => {
    line.show(() => `Checked ${count(objects, 'object')}, now ${safeText(String(object.kind))} of ${name}`)
    objects++
    walk.add(object)
  }
  const kinds = customKinds([policies.policy, policies.against].flatMap((each) => each?.policy.merged.document.templates ?? []))
  const missedCustom = await reader.customResources(kinds, take)
  for (const kind of scannedKinds) {
    const refused = await reader.list(kind, take, () => walk.forget(kind))
    if (refused !== undefined) missed.push(refused)
  }
  if (missed.length === scannedKinds.length) throw new UsageError(`Nothing can be listed: ${missed.at(-1)?.why}`)
  const unlabeled = { what: 'namespaces', why: 'their labels are not known, so the stricter outcome is shown' }
  return walk.output(namespace === undefined ? name : `${name}, namespace ${namespace}`, [
    ...(labels === undefined ? [unlabeled] : []),
    ...missed,
    ...missedCustom,
  ])
}

/** The namespaces for which the API server does not call the webhook (manifests/base/validating-webhook.yaml, namespaceSelector). */
function excludedNamespaces({ policyConfigmap = 'initlint/' }: ScanSettings): ReadonlySet<string> {
  return new Set(['kube-system', 'kube-node-lease', policyConfigmap.slice(0, policyConfigmap.indexOf('/'))])
}

/** One pass over the objects, with one policy or two. */
class Walk {
  readonly #policies: Policies
  readonly #now: Scan
  readonly #before: Scan | undefined
  /** Namespaces for which the webhook is not called; those of them in which something was found. */
  readonly #excluded: ReadonlySet<string>
  readonly #unreviewed = new Set<string>()

  constructor(policies: Policies, labels: Labels, settings: ScanSettings, io: Io) {
    this.#excluded = excludedNamespaces(settings)
    const scanWith = ({ policy }: NamedPolicy): Scan =>
      new Scan({
        policy,
        registry: defaultRegistry(),
        now: io.now(),
        analyst: plainAnalyst,
        timeIsUp: () => false,
        namespaceLabels: (namespace) => labels?.get(namespace),
      })
    this.#policies = policies
    this.#now = scanWith(policies.policy)
    this.#before = policies.against && scanWith(policies.against)
  }

  add(object: unknown): void {
    const namespace = namespaceOf(object)
    if (this.#excluded.has(namespace)) {
      this.#unreviewed.add(namespace)
      return
    }
    this.#now.add(object)
    this.#before?.add(object)
  }

  forget(kind: (typeof scannedKinds)[number]): void {
    this.#now.forget(kind)
    this.#before?.forget(kind)
  }

  output(scanned: string, notLookedAt: readonly NotLookedAt[]): ScanOutput | ComparisonOutput {
    const { policy, against } = this.#policies
    const undecided = undecidedEntries(policy.policy.merged.document)
    const unreviewed = [...this.#unreviewed]
      .sort()
      .map((namespace) => ({ what: `namespace ${namespace}`, why: 'the webhook is not called for it' }))
    const source = { scanned, policy: policy.name, notLookedAt: [...notLookedAt, ...unreviewed], undecided }
    const result = this.#now.result()
    if (this.#before === undefined || against === undefined) return scanOutput(result, source, defaultDocsBase)
    return comparisonOutput(differences(this.#before.result(), result), result, source, against.name, defaultDocsBase)
  }
}
