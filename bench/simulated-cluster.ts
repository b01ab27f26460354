/** An API server with as many workloads and Pods as wanted, which makes each page when it is read: nothing of the cluster is in memory. */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export interface Size {
  readonly namespaces: number
  readonly deployments: number
  readonly pods: number
}

export interface SimulatedCluster {
  readonly kubeconfig: string
  /** Bytes that were sent. */
  sent(): number
  close(): Promise<void>
}

/** Three revisions, two of which are history (`revisionHistoryLimit` keeps up to ten). */
const revisions = 3

/** @param folder for the kubeconfig */
export async function startSimulatedCluster(size: Size, folder: string): Promise<SimulatedCluster> {
  let bytes = 0
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
    const list = listsOf(size)[pathname]
    const from = Number(searchParams.get('continue') ?? 0)
    const limit = Number(searchParams.get('limit') ?? 500)
    const end = Math.min(from + limit, list?.length ?? 0)
    const items = Array.from({ length: Math.max(0, end - from) }, (_, index) => list?.make(from + index))
    const metadata = end < (list?.length ?? 0) ? { continue: String(end), resourceVersion: '1' } : { resourceVersion: '1' }
    const text = JSON.stringify(
      pathname.endsWith('/initlint-policy') ? { kind: 'Status', message: 'not found' } : { kind: 'List', metadata, items },
    )
    bytes += text.length
    response.writeHead(pathname.endsWith('/initlint-policy') ? 404 : 200, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const kubeconfig = join(folder, 'simulated-cluster.kubeconfig')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'simulated',
      clusters: [{ name: 'simulated', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'simulated', user: { token: 't' } }],
      contexts: [{ name: 'simulated', context: { cluster: 'simulated', user: 'simulated' } }],
    }),
  )
  return {
    kubeconfig,
    sent: () => bytes,
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => void server.close(() => done()))
    },
  }
}

interface SimulatedList {
  readonly length: number
  make(index: number): object
}

function listsOf({ namespaces, deployments, pods }: Size): Readonly<Record<string, SimulatedList>> {
  const namespaceOf = (deployment: number): string => `team-${deployment % namespaces}`
  const owned = (kind: string, apiVersion: string, name: string, uid: string) => [
    { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true },
  ]
  return {
    '/api/v1/namespaces': {
      length: namespaces,
      make: (index) => ({ metadata: { name: `team-${index}`, labels: { 'kubernetes.io/metadata.name': `team-${index}` } } }),
    },
    '/apis/apps/v1/deployments': {
      length: deployments,
      make: (index) => ({
        metadata: metadataOf(`app-${index}`, namespaceOf(index), `d-${index}`),
        spec: { replicas: Math.ceil(pods / deployments), template: templateOf(index) },
      }),
    },
    '/apis/apps/v1/replicasets': {
      length: deployments * revisions,
      make: (index) => {
        const deployment = Math.floor(index / revisions)
        const name = `app-${deployment}`
        return {
          metadata: {
            ...metadataOf(`${name}-${index % revisions}`, namespaceOf(deployment), `r-${index}`),
            ownerReferences: owned('Deployment', 'apps/v1', name, `d-${deployment}`),
          },
          spec: { replicas: index % revisions === 0 ? Math.ceil(pods / deployments) : 0, template: templateOf(deployment) },
        }
      },
    },
    '/api/v1/pods': {
      length: pods,
      make: (index) => {
        const deployment = index % deployments
        const name = `app-${deployment}-0`
        return {
          metadata: {
            ...metadataOf(`${name}-${index}`, namespaceOf(deployment), `p-${index}`),
            ownerReferences: owned('ReplicaSet', 'apps/v1', name, `r-${deployment * revisions}`),
          },
          spec: { ...templateOf(deployment).spec, nodeName: `node-${index % 500}`, tolerations, serviceAccountName: 'default' },
          status: statusOf(deployment, index),
        }
      },
    },
  }
}

/** What the API server keeps for each writer: about a third of a stored Pod. */
function managedFields(writer: string): object {
  const fields = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`f:field-${index}`, { '.': {}, [`k:{"name":"${writer}-${index}"}`]: {} }]),
  )
  return { manager: writer, operation: 'Update', apiVersion: 'v1', time: '2026-11-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1: fields }
}

function metadataOf(name: string, namespace: string, uid: string): object {
  return {
    name,
    namespace,
    uid,
    resourceVersion: '1',
    creationTimestamp: '2026-11-01T00:00:00Z',
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace, 'pod-template-hash': '7d4b9c6f58' },
    annotations: { 'prometheus.io/scrape': 'true', 'checksum/config': 'a'.repeat(64) },
    managedFields: [managedFields('kube-controller-manager'), managedFields('kubelet')],
  }
}

const tolerations = ['not-ready', 'unreachable'].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}))

/** Each fourth has a finding of image-latest, each tenth an init container with a script. */
function templateOf(deployment: number): { readonly spec: object } {
  const image = `registry.corp.example/team/app-${deployment}${deployment % 4 === 0 ? '' : ':1.2.3'}`
  const env = Array.from({ length: 20 }, (_, index) => ({ name: `SETTING_${index}`, value: `value of ${index} for ${deployment}` }))
  const mounts = [{ name: 'data', mountPath: '/data' }]
  const prepare = {
    name: 'prepare',
    image: 'busybox:1.37',
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', `mkdir /data/${deployment}`],
    volumeMounts: mounts,
  }
  return {
    spec: {
      restartPolicy: 'Always',
      ...(deployment % 10 === 0 ? { initContainers: [prepare] } : {}),
      containers: [
        { name: 'app', image, imagePullPolicy: deployment % 4 === 0 ? 'Always' : 'IfNotPresent', env, volumeMounts: mounts },
        {
          name: 'log',
          image: 'registry.corp.example/log:2.0',
          imagePullPolicy: 'IfNotPresent',
          env: env.slice(0, 5),
          volumeMounts: mounts,
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
    },
  }
}

function statusOf(deployment: number, index: number): object {
  const conditions = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled', 'PodReadyToStartContainers'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: '2026-11-01T00:00:00Z',
  }))
  const containerStatuses = ['app', 'log'].map((name) => ({
    name,
    image: `registry.corp.example/team/${name}-${deployment}`,
    imageID: `registry.corp.example/team/${name}@sha256:${String(index).padStart(64, '0')}`,
    containerID: `containerd://${String(index).padStart(64, '0')}`,
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: '2026-11-01T00:00:00Z' } },
  }))
  return { phase: 'Running', podIP: '10.0.0.1', hostIP: '10.1.0.1', qosClass: 'BestEffort', conditions, containerStatuses }
}
