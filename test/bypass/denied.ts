/** Reviews that the policy below denies: each kind of workload, each place of an image, each reason. The bypass tests wrap them. */
import { type WorkloadKind, workloadKinds, workloadShapes } from '../../src/model/workload-kinds.ts'
import { workload } from '../../src/rules/testing/objects.ts'
import { review } from '../support/reviews.ts'

/** Containers whose names start with `exempt-` are exempted, so that a test can put a thousand of them before a violation. */
export const denyingPolicy = `preset: off
rules: {image-latest: deny, pull-never: deny, image-invalid: deny, registry-not-allowed: deny}
registries: [{match: "registry.example/**", allowed: true}]
exemptions: [{rules: [image-latest, registry-not-allowed], match: {containers: ["exempt-*"]}, reason: "many harmless containers"}]
`

export const innocent = { name: 'innocent', image: 'registry.example/app:1', imagePullPolicy: 'IfNotPresent' }

/** What each rule denies. */
const violations = {
  'registry-not-allowed': { image: 'evil.example/miner:1', imagePullPolicy: 'IfNotPresent' },
  'image-latest': { image: 'registry.example/app:latest', imagePullPolicy: 'Always' },
  'pull-never': { image: 'registry.example/app:1', imagePullPolicy: 'Never' },
  'image-invalid': { image: 'registry.example/Not Valid', imagePullPolicy: 'IfNotPresent' },
}

const places = ['containers', 'initContainers', 'ephemeralContainers', 'volumes'] as const
type Place = (typeof places)[number]

/** A review whose object violates exactly one rule. */
export interface Denied {
  readonly name: string
  readonly kind: WorkloadKind
  readonly rule: keyof typeof violations
  readonly place: Place
  /** A new copy in each call. */
  review(): ReviewTree
}

/** A review as the wrappers change it. Its object has the keys of a workload. */
export interface ReviewTree {
  // biome-ignore lint/suspicious/noExplicitAny: the wrappers put values where no type allows them.
  request: any
  [key: string]: unknown
}

/** The PodSpec of a review's object. */
export function podSpecOf(tree: ReviewTree, kind: WorkloadKind, object = tree.request.object): Record<string, unknown> {
  return workloadShapes[kind].template.reduce((inner, key) => inner[key], object).spec
}

function podSpec(kind: WorkloadKind, place: Place, violation: { image: string; imagePullPolicy: string }): Record<string, unknown> {
  const restartPolicy = kind === 'Job' || kind === 'CronJob' ? 'Never' : 'Always'
  const spec: Record<string, unknown> = { restartPolicy, containers: [innocent] }
  if (place === 'volumes')
    return { ...spec, volumes: [{ name: 'bad', image: { reference: violation.image, pullPolicy: violation.imagePullPolicy } }] }
  const bad = { name: 'bad', ...violation }
  return { ...spec, [place]: place === 'containers' ? [innocent, bad] : [bad] }
}

function deniedReview(kind: WorkloadKind, place: Place, rule: keyof typeof violations): Denied {
  const object = workload(kind, podSpec(kind, place, violations[rule]))
  // The API server adds ephemeral containers only to Pods that exist, by a subresource.
  const isDebug = kind === 'Pod' && place === 'ephemeralContainers'
  const before = workload(kind, { restartPolicy: 'Always', containers: [innocent] })
  const parts = isDebug ? { operation: 'UPDATE', subResource: 'ephemeralcontainers', object, oldObject: before } : { object }
  return { name: `${kind} ${place} ${rule}`, kind, rule, place, review: () => structuredClone(review(parts)) as ReviewTree }
}

/** For a template, registry-not-allowed only warns: webhooks that rewrite registries act on Pods. */
const isDenied = (kind: WorkloadKind, rule: string): boolean => rule !== 'registry-not-allowed' || kind === 'Pod'

export const deniedReviews: readonly Denied[] = workloadKinds.flatMap((kind) =>
  places.flatMap((place) =>
    (Object.keys(violations) as (keyof typeof violations)[])
      .filter((rule) => isDenied(kind, rule))
      .map((rule) => deniedReview(kind, place, rule)),
  ),
)

/** One review of each rule and each kind, for what is slow. */
export const fewDenied: readonly Denied[] = deniedReviews.filter(({ kind, rule, place }) =>
  kind === 'Pod' ? place === 'containers' : rule === 'image-latest' && place === 'initContainers',
)
