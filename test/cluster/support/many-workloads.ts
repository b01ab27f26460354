/** A cluster with many small workloads, each with the ReplicaSets and Pods that controllers would make, created through the API. */
import { request } from 'node:https'
import type { ControlPlane } from './control-plane.ts'
import { agentOf } from './load.ts'

/** The answer of the API server. */
export interface Reply {
  readonly status: number
  readonly body: unknown
  /** The texts of its Warning headers. */
  readonly warnings: readonly string[]
}

export type Send = (path: string, object: object, as?: string) => Promise<Reply>

/** Sends objects over connections that stay open. @returns how, and how to close them */
export function sender(controlPlane: ControlPlane): { readonly send: Send; close(): void } {
  const agent = agentOf(controlPlane, 8)
  const send: Send = (path, object, as) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', ...(as === undefined ? {} : { 'impersonate-user': as }) }
      const sent = request(`${controlPlane.config.server}${path}`, { method: 'POST', agent, headers }, (reply) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk))
        reply.once('error', reject)
        reply.once('end', () => {
          const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
          resolve({ status: reply.statusCode ?? 0, body, warnings: warningTexts(String(reply.headers.warning ?? '')) })
        })
      })
      sent.once('error', reject)
      sent.end(JSON.stringify(object))
    })
  return { send, close: () => agent.destroy() }
}

/** The texts of `299 - "text", 299 - "text"` (RFC 7234, section 5.5). */
function warningTexts(header: string): readonly string[] {
  return [...header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'))
}

export interface Workload {
  readonly kind: 'Deployment' | 'CronJob' | 'Pod'
  readonly namespace: string
  readonly name: string
  /** As it is sent. */
  readonly object: object
}

const paths = {
  Deployment: 'apis/apps/v1',
  CronJob: 'apis/batch/v1',
  Pod: 'api/v1',
  ReplicaSet: 'apis/apps/v1',
  Job: 'apis/batch/v1',
} as const
const resources = { Deployment: 'deployments', CronJob: 'cronjobs', Pod: 'pods', ReplicaSet: 'replicasets', Job: 'jobs' } as const

/** Where objects of a kind are created. */
export function pathOf(kind: keyof typeof paths, namespace: string): string {
  return `/${paths[kind]}/namespaces/${namespace}/${resources[kind]}`
}

const images = [
  'nginx',
  'nginx:1.27',
  'quay.io/acme/app:latest',
  'quay.io/acme/app:2.1',
  'registry.example/app',
  'registry.example/app:3',
  `registry.example/app@sha256:${'a'.repeat(64)}`,
]
const scripts = ['mkdir /data/db', 'mkdir -p /data/db', 'until nc -z db 5432; do sleep 1; done', 'git clone https://git.example/x /data/x']

/** Workloads that differ in what rules look at: images, pull policies, init containers, annotations, names and namespaces. */
export function workloadsOf(deployments: number, namespaces: number): readonly Workload[] {
  const namespaceOf = (index: number): string => `team-${index % namespaces}`
  const many = Array.from({ length: deployments }, (_, index) => {
    const kind = index % 20 === 7 ? 'CronJob' : index % 20 === 13 ? 'Pod' : 'Deployment'
    return { kind, namespace: namespaceOf(index), name: `app-${index}` } as const
  })
  return many.map((each, index) => ({ ...each, object: objectOf(each, index) }))
}

function objectOf({ kind, namespace, name }: Omit<Workload, 'object'>, index: number): object {
  const annotations = index % 11 === 0 ? { 'initlint.dev/ignore': 'image-latest: it is an example' } : {}
  const metadata = { name, namespace, labels: { app: name }, annotations }
  const spec = podSpecOf(index, kind === 'CronJob' ? 'OnFailure' : 'Always')
  const template = { metadata: { labels: { app: name } }, spec }
  if (kind === 'Pod') return { apiVersion: 'v1', kind, metadata, spec }
  if (kind === 'CronJob')
    return { apiVersion: 'batch/v1', kind, metadata, spec: { schedule: '@daily', jobTemplate: { spec: { template } } } }
  return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas: 1, selector: { matchLabels: { app: name } }, template } }
}

function podSpecOf(index: number, restartPolicy: string): object {
  const pulls = index % 5 === 0 ? { imagePullPolicy: (['Always', 'IfNotPresent', 'Never'] as const)[index % 3] } : {}
  const app = { name: 'app', image: images[index % images.length], ...pulls }
  const log = { name: 'log', image: images[(index * 3 + 1) % images.length] }
  const mounts = { volumeMounts: [{ name: 'data', mountPath: '/data' }] }
  const prepare = {
    name: 'prepare',
    image: 'busybox:1.37',
    command: ['sh', '-c', scripts[Math.floor(index / 4) % scripts.length]],
    ...mounts,
  }
  return {
    restartPolicy,
    ...(index % 4 === 0 ? { initContainers: [prepare] } : {}),
    containers: index % 2 === 0 ? [app] : [app, log],
    volumes: [{ name: 'data', emptyDir: {} }],
  }
}

/** Creates the workloads; Deployments get two ReplicaSets, of which one is history, and a Pod. */
export async function createAll(send: Send, workloads: readonly Workload[]): Promise<void> {
  const create = async (kind: keyof typeof paths, namespace: string, object: object): Promise<string> => {
    const { status, body } = await send(pathOf(kind, namespace), object)
    if (status !== 201) throw new Error(`${kind}: ${status} ${JSON.stringify(body)}`)
    return (body as { metadata: { uid: string } }).metadata.uid
  }
  for (const namespace of new Set(workloads.map((each) => each.namespace))) {
    await send('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    // Pods need an account, which a controller would create.
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } }
    await send(`/api/v1/namespaces/${namespace}/serviceaccounts`, account)
  }
  await inParallel(workloads, 8, async ({ kind, namespace, name, object }) => {
    const uid = await create(kind, namespace, object)
    if (kind !== 'Deployment') return
    const { selector, template } = (object as { spec: { selector: object; template: { spec: object } } }).spec
    const owner = (kind: string, name: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }]
    for (const [revision, replicas] of [
      ['old', 0],
      ['new', 1],
    ] as const) {
      const metadata = { name: `${name}-${revision}`, namespace, ownerReferences: owner('Deployment', name, uid) }
      const set = await create('ReplicaSet', namespace, {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata,
        spec: { replicas, selector, template },
      })
      if (replicas === 0) continue
      const pod = { name: `${name}-new-x`, namespace, labels: { app: name }, ownerReferences: owner('ReplicaSet', `${name}-new`, set) }
      await create('Pod', namespace, { apiVersion: 'v1', kind: 'Pod', metadata: pod, spec: template.spec })
    }
  })
}

/** Runs a task for each item, some at a time. */
export async function inParallel<T>(items: readonly T[], width: number, task: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const worker = async (): Promise<void> => {
    for (const item of left) await task(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
}
