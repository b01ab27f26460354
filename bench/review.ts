/** The reviews that the bench sends: no two bodies are equal, because the API server never sends the same one twice. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Size of a review of a Pod, bytes: that of a Pod with a service account in a small workload. */
const podSize = 6 * 1024
const deploymentSize = 20 * 1024

/** What is measured: reviews that have something in common. */
export interface Scenario {
  readonly name: string
  /** @param count number of bodies */
  bodies(count: number): readonly string[]
}

export const scenarios: readonly Scenario[] = [
  { name: 'distinct pods', bodies: times(distinctPod) },
  { name: 'replicas', bodies: replicas },
  { name: 'label UPDATE', bodies: times(labelUpdate) },
  { name: 'Deployment', bodies: times(deployment) },
]

function times(body: (number: number) => string): Scenario['bodies'] {
  return (count) => Array.from({ length: count }, (_, number) => body(number))
}

interface ReviewJson {
  request: {
    uid: string
    name: string
    operation: string
    kind: object
    resource: object
    object: ObjectJson
    oldObject: object | null
  }
}

interface ObjectJson {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    uid: string
    labels: Record<string, string>
    annotations: Record<string, string>
    managedFields: { fieldsV1: Record<string, unknown> }[]
  }
  spec: { containers: ContainerJson[]; initContainers: ContainerJson[] }
}

interface ContainerJson {
  name: string
  image: string
  command?: string[]
  env?: { name: string; value: string }[]
}

function example(): ReviewJson {
  return JSON.parse(readFileSync(new URL('../examples/review.json', import.meta.url), 'utf8'))
}

/** The example review without whitespace, as the API server sends it, padded to 6 KiB with environment variables. */
export function benchReview(): string {
  const review = example()
  pad(review, review.request.object.spec.containers, podSize, 'setting')
  return JSON.stringify(review)
}

/** Pods of one template, which differ in uid, name, and the name of the service account's volume. */
function replicas(count: number): readonly string[] {
  const review = benchReview()
  return times((number) => {
    const suffix = suffixOf(number)
    return review
      .replaceAll('7b1c1f7e-9f0e-4a51-8a4e-5a3f9f0f3c11', randomUUID())
      .replaceAll('kube-api-access-8m2xw', `kube-api-access-${suffix}`)
      .replaceAll('"name":"kiada","namespace"', `"name":"kiada-${suffix}","namespace"`)
  })(count)
}

/** Pods of different templates: names, images, labels, variables, scripts and the annotation of kubectl all differ. Each has three warnings. */
function distinctPod(number: number): string {
  const review = example()
  distinguish(review, number)
  pad(review, review.request.object.spec.containers, podSize, `setting ${number}`)
  return JSON.stringify(review)
}

/** An UPDATE of a Pod that changes nothing but a label. */
function labelUpdate(number: number): string {
  const review = example()
  distinguish(review, number)
  pad(review, review.request.object.spec.containers, podSize, `setting ${number}`)
  const { request } = review
  request.operation = 'UPDATE'
  request.oldObject = structuredClone(request.object)
  request.object.metadata.labels.revision = String(number)
  return JSON.stringify(review)
}

/** A Deployment of 20 KiB, with the same kind of template. */
function deployment(number: number): string {
  const review = example()
  distinguish(review, number)
  const { request } = review
  const { metadata, spec } = request.object
  const { labels } = metadata
  for (const name of ['proxy', 'metrics', 'logs']) {
    spec.containers.push({ ...structuredClone(spec.containers[0]), name, image: `registry.example/${name}:1.${number}` } as ContainerJson)
  }
  request.kind = { group: 'apps', version: 'v1', kind: 'Deployment' }
  request.resource = { group: 'apps', version: 'v1', resource: 'deployments' }
  for (const entry of metadata.managedFields) {
    entry.fieldsV1 = { 'f:metadata': entry.fieldsV1['f:metadata'], 'f:spec': { 'f:template': { 'f:spec': entry.fieldsV1['f:spec'] } } }
  }
  const template = { metadata: { labels }, spec }
  Object.assign(request.object, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  })
  pad(review, spec.containers, deploymentSize, `setting ${number}`)
  return JSON.stringify(review)
}

/** Replaces what differs between two workloads. */
function distinguish({ request }: ReviewJson, number: number): void {
  const name = `shop-${suffixOf(number)}`
  const { metadata, spec } = request.object
  request.uid = randomUUID()
  request.name = name
  metadata.name = name
  metadata.uid = randomUUID()
  metadata.labels = { app: name, team: `team-${number % 7}` }
  for (const { command } of spec.initContainers) command?.splice(2, 1, `echo preparing ${name} > /work/ready-${number}`)
  for (const container of spec.containers) container.image = `luksa/${name}`
  for (const [key, text] of Object.entries(metadata.annotations)) {
    metadata.annotations[key] = text
      .replace('echo preparing > /work/ready', `echo preparing ${name} > /work/ready-${number}`)
      .replace('luksa/kiada', `luksa/${name}`)
      .replace('"name":"kiada","namespace"', `"name":"${name}","namespace"`)
  }
}

/** Adds environment variables to the containers in turn, until the review has the size. */
function pad(review: object, containers: readonly ContainerJson[], size: number, value: string): void {
  for (const container of containers) container.env = []
  for (let number = 0; JSON.stringify(review).length < size; number++) {
    containers[number % containers.length]?.env?.push({ name: `SETTING_${number}`, value: `value of ${value} ${number}` })
  }
}

function suffixOf(number: number): string {
  return number.toString(36).padStart(5, '0')
}
