/** What differs between reviews is not kept: the heap after a collection does not grow with the number of different values. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { type Policy, readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'
import { podReview } from '../server/support/reviews.ts'
import { testApp, testPorts } from '../server/support/server.ts'
import { initSpec } from '../support/hostile-pods.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** A value that is kept takes more than this in a map, bytes: 8 for each of hash, key and value, and the text. */
const smallest = 64
/** An analysis that is kept takes at least 1,000 bytes; V8 keeps learning from the first thousands of analyses, which takes some as well. */
const smallestAnalysis = 256
/** A policy that is kept takes several KB. */
const smallestPolicy = 1024
/** The cache of analyses is made small, so that it is full before the first measurement. */
const limits = { analysisCacheBytes: 64 * 1024, knownInputBytes: 64 * 1024 }

const base = podReview({ image: 'registry.example/app:1' })
type Review = typeof base

function withImages(number: number, imageOf: (index: number) => string): object {
  const containers = Array.from({ length: imagesPerPod }, (_, index) => ({
    name: `c${index}`,
    image: imageOf(number * imagesPerPod + index),
    imagePullPolicy: 'Always',
  }))
  return withObject({ spec: { restartPolicy: 'Always', containers } })
}

function withRequest(request: object): object {
  return { ...base, request: { ...base.request, ...request } }
}

function withObject(object: object): object {
  return withRequest({ object: { ...base.request.object, ...object } satisfies Partial<Review['request']['object']> & object })
}

const imagesPerPod = 20

/** Measurements of a kind, until one shows no growth. */
const attempts = 4

interface Kind {
  /** Reviews before the first measurement: they fill the caches, and V8 compiles. */
  readonly before: number
  /** Reviews between the first measurement and the second. */
  readonly reviews: number
  readonly valuesPerReview: number
  /** Growth per value that is no leak, bytes. */
  readonly allowed: number
  review(number: number): object
  /** The policy of a review; the built-in one if omitted. */
  policy?(number: number): Policy
}

/** The cache of image references is emptied at 5,000, so images are counted in multiples of that. */
const images = { before: 5000 / imagesPerPod, reviews: 5000 / imagesPerPod, valuesPerReview: imagesPerPod, allowed: smallest }
const single = { before: 3000, reviews: 3000, valuesPerReview: 1, allowed: smallest }
const metadata = base.request.object.metadata

function versionOf(number: number): Policy {
  const document = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: ${number % 2 === 0 ? 'warn' : 'deny'}}\nregistries: [{match: "host-${number}.example/**", allowed: true}]\n`
  const { policy, problems } = readPolicy([{ file: 'policy.yaml', text: document }], registry, { id: `version-${number}` })
  if (policy === undefined) throw new Error(JSON.stringify(problems))
  return policy
}

const kinds: Readonly<Record<string, Kind>> = {
  namespaces: {
    ...single,
    review: (n) =>
      withRequest({ namespace: `ns-${n}`, object: { ...base.request.object, metadata: { ...metadata, namespace: `ns-${n}` } } }),
  },
  users: { ...single, review: (n) => withRequest({ userInfo: { username: `user-${n}`, uid: `${n}`, groups: [`group-${n}`] } }) },
  'uids of owners': {
    ...single,
    review: (n) =>
      withObject({
        metadata: {
          ...metadata,
          name: `web-${n}`,
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `rs-${n}`, uid: `uid-${n}`, controller: true }],
        },
      }),
  },
  'sets of labels': {
    ...single,
    review: (n) => withObject({ metadata: { ...metadata, labels: { app: `app-${n}` }, annotations: { note: `note-${n}` } } }),
  },
  'versions of the policy': {
    before: 400,
    reviews: 400,
    valuesPerReview: 1,
    allowed: smallestPolicy,
    review: () => base,
    policy: versionOf,
  },
  images: { ...images, review: (n) => withImages(n, (image) => `registry.example/app-${image}:1`) },
  hosts: { ...images, review: (n) => withImages(n, (image) => `host-${image}.example/app:1`) },
  scripts: {
    before: 1600,
    reviews: 800,
    valuesPerReview: 1,
    allowed: smallestAnalysis,
    review: (n) =>
      withObject({
        spec: { ...base.request.object.spec, ...initSpec([`set -e\ntouch /data/file-${n}\n`], 'registry.example/tools:1') },
      }),
  },
}

t.test('reviews with different values leave nothing behind', async (t) => {
  const given = testPorts(t, { limits })
  let inForce = given.policyInForce()
  const ports = { ...given, policyInForce: () => inForce }
  const app = await testApp(t, ports)
  const send = async ({ review, policy }: Kind, from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number++) {
      inForce = policy === undefined ? given.policyInForce() : { policy: policy(number), texts: [] }
      const reply = await app.inject({ method: 'POST', url: '/validate', payload: JSON.stringify(review(number)) })
      if (reply.statusCode !== 200) throw new Error(`${reply.statusCode}: ${reply.body}`)
    }
    await ports.analyses.settled()
  }
  const heap = async (): Promise<number> => {
    await ports.metrics.expose()
    for (let round = 0; round < 3; round++) {
      await new Promise(setImmediate)
      collect()
    }
    return process.memoryUsage().heapUsed
  }
  for (const [name, kind] of Object.entries(kinds)) {
    await send(kind, 0, kind.before)
    const values = kind.reviews * kind.valuesPerReview
    let [sent, growth] = [kind.before, Number.POSITIVE_INFINITY]
    // V8 keeps something of its own now and then; what is kept of each review is there each time.
    for (let left = attempts; left > 0 && growth >= values * kind.allowed; left--) {
      const first = await heap()
      await send(kind, sent, sent + kind.reviews)
      growth = (await heap()) - first
      sent += kind.reviews
      t.comment(`${name}: ${values} more, ${growth} bytes`)
    }
    t.ok(growth < values * kind.allowed, `${name}: ${growth} bytes for ${values} values`)
  }
})
