/**
 * The cost of reviews of hostile objects at 1, 2, 4 and 8 times a size, and of a policy with many patterns for many images. Only the ratios
 * are meaningful: linear work takes 8 times as long for 8 times the size, an exponent of 1.
 */
import { answerReview, type Endpoint } from '../src/admission/index.ts'
import { compileImageFacts } from '../src/policy/registries.ts'
import { portsOf, review } from '../test/support/reviews.ts'
import { exponentOf } from './worst.ts'

/** Containers of the smallest object; the largest is about as long as the API server accepts (3 MiB). */
const smallest = 4000
const factors = [1, 2, 4, 8]

const shapes: Readonly<Record<string, (count: number) => object>> = {
  containers: (count) => ({
    containers: times(count, (index) => ({ name: `c${index}`, image: `app${index}`, imagePullPolicy: 'Always' })),
  }),
  'image volumes': (count) => ({
    containers: [{ name: 'app', image: 'app:1' }],
    volumes: times(count, (index) => ({ name: `v${index}`, image: { reference: `Bad/X:${index}`, pullPolicy: 'Always' } })),
  }),
  'init containers': (count) => ({
    initContainers: times(count, (index) => ({
      name: `i${index}`,
      image: 'alpine:3',
      restartPolicy: index % 2 === 0 ? 'Always' : 'Never',
      command: ['sh', '-c', 'mkdir /data/x'],
      volumeMounts: [{ name: `v${index}`, mountPath: '/data' }],
    })),
    volumes: times(count, (index) => ({ name: `v${index}`, emptyDir: {} })),
  }),
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

export interface ObjectCost {
  readonly what: string
  /** Milliseconds, by factor. */
  readonly times: readonly number[]
  /** Undefined if it is too cheap to measure. */
  readonly exponent: number | undefined
}

/** Measures each shape with both webhooks: the shortest of some rounds, because other load on the machine only adds to it. */
export function objectCosts(rounds: number): readonly ObjectCost[] {
  return Object.entries(shapes).flatMap(([what, shape]) =>
    (['validate', 'mutate'] as const).map((endpoint) => {
      const bodies = factors.map((factor) => reviewOf(shape(smallest * factor)))
      const shortest = factors.map(() => Number.POSITIVE_INFINITY)
      for (let round = 0; round < rounds; round++) {
        for (const [index, body] of bodies.entries()) shortest[index] = Math.min(shortest[index] ?? 0, timeOf(endpoint, body))
      }
      const exponent = exponentOf(shortest.map((time, index) => ({ size: smallest * (factors[index] ?? 1), time })))
      return { what: `${endpoint}, ${what}`, times: shortest, exponent }
    }),
  )
}

function reviewOf(spec: object): string {
  return JSON.stringify(review({ object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec } }))
}

const policy = `preset: strict
rules: {pull-always-fragile-registry: fix, pull-policy-defaulted: fix}
registries: [{match: "docker.io/**", fragile: true}]
`

function timeOf(endpoint: Endpoint, body: string): number {
  const ports = portsOf(policy)
  const parsed: unknown = JSON.parse(body)
  const start = performance.now()
  answerReview(endpoint, parsed, ports)
  return performance.now() - start
}

/** The shortest of some rounds, ms: the registry of each of `images` images, with a policy of `patterns` patterns. */
export function patternCost(patterns: number, images: number, rounds: number): number {
  return Math.min(...times(rounds, () => patternTime(patterns, images)))
}

function patternTime(patterns: number, images: number): number {
  const registries = times(patterns, (index) => ({ match: `registry-${index}.example/team/**`, fragile: true }))
  const { registry: factsOf } = compileImageFacts({ registries })
  const start = performance.now()
  for (let index = 0; index < images; index++) {
    factsOf({ registry: `registry-${index % (2 * patterns)}.example`, repository: `team/app-${index}`, tag: '1', digest: null })
  }
  return performance.now() - start
}
