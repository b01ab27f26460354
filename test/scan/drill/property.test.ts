/**
 * Generated clusters, of which the truth is known: every image of every node, who pulled it, and the registries. The drill sees only what the
 * API shows. What it promises or rules out must hold in the startup model that is given everything.
 */

import fc from 'fast-check'
import t from 'tap'
import { readWorkload } from '../../../src/model/workload.ts'
import type { DrillCell } from '../../../src/scan/drill/cells.ts'
import { explainStart } from '../../../src/startup/play/explain.ts'
import { type Action, type Change, happyScenario, type ImageFacts, type Scenario } from '../../../src/startup/scenario/scenario.ts'
import { assert } from '../../support/properties.ts'
import { node, rowsOf, running } from './cluster.ts'

const cap = 5
const nodeNames = ['a', 'b', 'c']
const down = 'docker.io'

/** Images by reference, with a size; two have the same size, and one has more names than a kubelet lists. */
const pool: readonly { readonly image: string; readonly size: number; readonly names?: readonly string[] }[] = [
  { image: 'docker.io/acme/one:1', size: 90 },
  { image: 'docker.io/acme/two:1', size: 60 },
  { image: 'docker.io/acme/two:2', size: 60 },
  { image: 'docker.io/acme/small:1', size: 5 },
  {
    image: 'docker.io/acme/many:7',
    size: 40,
    names: [`docker.io/acme/many@sha256:${'a'.repeat(64)}`, ...[1, 2, 3, 4, 5, 6, 7].map((tag) => `docker.io/acme/many:${tag}`)],
  },
  { image: 'quay.io/other/app:1', size: 50 },
]
const filler = Array.from({ length: 4 }, (_, index) => ({ image: `registry.example/filler/${index}:1`, size: 70 - index * 10 }))

interface Use {
  readonly image: number
  readonly policy: 'Always' | 'IfNotPresent' | 'Never'
}

interface Spec {
  readonly namespace: 'x' | 'y'
  readonly secret: boolean
  readonly init: Use | null
  readonly sidecar: Use | null
  readonly app: Use
  readonly on: readonly number[]
  readonly pinned: number | null
}

interface World {
  /** By node: the images of the pool that were left there, and the fillers. */
  readonly left: readonly (readonly number[])[]
  readonly fillers: readonly number[]
  readonly isNew: boolean
  readonly specs: readonly Spec[]
}

const use = fc.record({
  image: fc.constantFrom(0, 1, 2, 3, 4, 4, 5),
  policy: fc.constantFrom('Always', 'IfNotPresent', 'IfNotPresent', 'Never'),
})
const world: fc.Arbitrary<World> = fc.record({
  left: fc.array(fc.uniqueArray(fc.nat(pool.length - 1)), { minLength: 3, maxLength: 3 }),
  fillers: fc.array(fc.nat(filler.length), { minLength: 3, maxLength: 3 }),
  isNew: fc.boolean(),
  specs: fc.array(
    fc.record({
      namespace: fc.constantFrom('x', 'y'),
      secret: fc.boolean(),
      init: fc.option(use),
      sidecar: fc.option(use, { freq: 4 }),
      app: use,
      on: fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 2 }),
      pinned: fc.option(fc.nat(2), { freq: 4 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
}) as fc.Arbitrary<World>

const container = (name: string, { image, policy }: Use, more: object = {}) => ({
  name,
  image: pool[image]?.image ?? '',
  imagePullPolicy: policy,
  ...more,
})

function podSpec({ init, sidecar, app, secret, pinned }: Spec): object {
  const inits = [
    ...(init === null ? [] : [container('init', init)]),
    ...(sidecar === null ? [] : [container('side', sidecar, { restartPolicy: 'Always' })]),
  ]
  return {
    restartPolicy: 'Always',
    ...(inits.length > 0 && { initContainers: inits }),
    containers: [container('app', app)],
    ...(secret && { imagePullSecrets: [{ name: 'hub' }] }),
    ...(pinned !== null && { nodeSelector: { 'kubernetes.io/hostname': nodeNames[pinned] } }),
  }
}

/** The secret of a namespace under a name that no other namespace has. */
const secretOf = ({ namespace, secret }: Spec): string | null => (secret ? `${namespace}-hub` : null)

/** What each node has: by image, the secrets with which it was pulled; null if every Pod may use it. */
type Truth = readonly ReadonlyMap<number, ReadonlySet<string> | null>[]

function truthOf({ left, specs }: World): Truth {
  const nodes = left.map((images) => new Map<number, Set<string> | null>(images.map((image) => [image, null])))
  const pull = (at: number, image: number, secret: string | null): void => {
    const known = nodes[at]?.get(image)
    if (known === null || secret === null) nodes[at]?.set(image, null)
    else nodes[at]?.set(image, new Set([...(known ?? []), secret]))
  }
  // Images that were left are of earlier Pods of the workloads that use them: what every user may use, or what the first one pulled.
  for (const [at, images] of left.entries()) {
    for (const image of images) {
      const owner = specs.find(({ app, init }) => app.image === image || init?.image === image)
      nodes[at]?.delete(image)
      pull(at, image, owner === undefined ? null : secretOf(owner))
    }
  }
  for (const spec of specs) for (const at of spec.on) for (const each of usesOf(spec, 'running')) pull(at, each.image, secretOf(spec))
  return nodes
}

function usesOf({ init, sidecar, app }: Spec, which: 'all' | 'running'): readonly Use[] {
  return [...(which === 'all' && init !== null ? [init] : []), ...(sidecar === null ? [] : [sidecar]), app]
}

function objectsOf(given: World): readonly object[] {
  const truth = truthOf(given)
  const nodes = truth.map((images, at) => {
    const all = [...[...images.keys()].flatMap((index) => pool[index] ?? []), ...filler.slice(0, given.fillers[at])]
    const listed = all
      .sort((a, b) => b.size - a.size)
      .slice(0, cap)
      .map(({ image, size, ...more }) => ({ names: ('names' in more && more.names ? more.names : [image]).slice(0, 5), sizeBytes: size }))
    return node(nodeNames[at] ?? '', { images: listed, version: given.isNew ? 'v1.36.0' : 'v1.34.0' })
  })
  const workloads = given.specs.flatMap((spec, index) =>
    running(`w${index}`, podSpec(spec), { namespace: spec.namespace, on: spec.on.map((at) => nodeNames[at] ?? '') }),
  )
  return [...nodes, ...workloads]
}

/** Whether the Pod starts on a node in the model that knows everything. */
function starts(given: World, truth: Truth, spec: Spec, event: 'restart' | 'reboot' | 'new', at: number): boolean {
  const name = secretOf(spec)
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { ...podSpec(spec), ...(name !== null && { imagePullSecrets: [{ name }] }) },
  }
  const workload = readWorkload(pod, { namespace: 'default', source: 'review' })
  if (workload === undefined) throw new Error('no workload')
  const isDown = (image: number): boolean => pool[image]?.image.startsWith(`${down}/`) === true
  const facts = (image: number): ImageFacts => {
    const record = truth[at]?.get(image)
    const cachedBy = record instanceof Set && given.isNew ? `another pod with the secret ${[...record].join(' ')}` : 'preloaded'
    return { cached: record !== undefined, pullable: !isDown(image), why: null, cachedBy, user: null }
  }
  const images = [...new Set(usesOf(spec, 'all').map(({ image }) => image))]
  const scenario: Scenario =
    event === 'new'
      ? { ...happyScenario, images: new Map(images.map((image) => [pool[image]?.image ?? '', facts(image)])) }
      : afterSettling(images, facts, event, spec)
  const { verdict } = explainStart(workload, scenario)
  return verdict === 'running' || verdict === 'completed'
}

function afterSettling(images: readonly number[], facts: (image: number) => ImageFacts, event: 'restart' | 'reboot', spec: Spec): Scenario {
  const reference = (image: number): string => pool[image]?.image ?? ''
  const gone = images.filter((image) => !facts(image).cached).map((image): Change => ({ do: 'image-evicted', image: reference(image) }))
  const kills: readonly Change[] = [
    ...(spec.sidecar === null ? [] : [{ do: 'container-killed', container: 'side' } as const]),
    { do: 'container-killed', container: 'app' },
  ]
  const changes: readonly Change[] = [
    { do: 'registry-down', registry: down },
    ...gone,
    ...(event === 'restart' ? kills : [{ do: 'node-reboot' } as const]),
  ]
  const fine: ImageFacts = { cached: true, pullable: true, why: null, cachedBy: 'preloaded', user: null }
  return {
    ...happyScenario,
    images: new Map(images.map((image) => [reference(image), fine])),
    actions: changes.map((change): Action => ({ when: { kind: 'after', seconds: 90 }, change })),
  }
}

/** Counts of cells that the drill decided, so that the property is not about unknowns alone. */
const decided = { starts: 0, fails: 0, unknown: 0 }

t.test('no cell promises a start that the model, given everything, calls failed, and none rules out one that succeeds', async (t) => {
  assert(
    fc.property(world, (given) => {
      const truth = truthOf(given)
      for (const row of rowsOf([`registry-down=${down}`], objectsOf(given), { cap })) {
        const spec = given.specs[Number(row.object.name.slice(1))]
        if (spec === undefined) return false
        const there = (event: 'restart' | 'reboot') => spec.on.map((at) => starts(given, truth, spec, event, at))
        if (!agrees(row.restart, there('restart')) || !agrees(row.reboot, there('reboot'))) return false
        const takers = [0, 1, 2].filter((at) => spec.pinned === null || spec.pinned === at)
        const others = spec.on.length > 1 ? takers : takers.filter((at) => at !== spec.on[0])
        const onThem = (nodes: readonly number[]) => nodes.map((at) => starts(given, truth, spec, 'new', at))
        if (!agreesOnNodes(row.otherNode, onThem(others)) || !agreesOnNodes(row.scaleUp, onThem(takers))) return false
      }
      return true
    }),
    { numRuns: 300 },
  )
  for (const [result, number] of Object.entries(decided)) t.ok(number > 20, `${result}: ${number} cells`)
})

/** The worst of the Pods. */
function agrees({ result }: DrillCell, truth: readonly boolean[]): boolean {
  decided[result]++
  if (result === 'starts') return truth.every(Boolean)
  return result === 'unknown' || truth.includes(false)
}

function agreesOnNodes({ result, nodes }: DrillCell, truth: readonly boolean[]): boolean {
  decided[result]++
  const yes = truth.filter(Boolean).length
  if (nodes === undefined || nodes.yes > yes || nodes.no > truth.length - yes || nodes.yes + nodes.no + nodes.unknown !== truth.length)
    return false
  if (result === 'starts') return yes === truth.length && yes > 0
  return result === 'unknown' || yes === 0
}

t.test('a list without a limit, without cut names and without secrets decides every node', async (t) => {
  assert(
    fc.property(world, (given) => {
      const plain = { ...given, isNew: false, left: given.left.map((images) => images.filter((image) => image !== 4)) }
      const specs = plain.specs.map((spec) => ({
        ...spec,
        app: { ...spec.app, image: spec.app.image === 4 ? 0 : spec.app.image },
        init: null,
        sidecar: null,
      }))
      return rowsOf([`registry-down=${down}`], objectsOf({ ...plain, specs }), { cap: Number.POSITIVE_INFINITY }).every(
        ({ scaleUp }) => scaleUp.nodes?.unknown === 0,
      )
    }),
  )
  t.pass('it holds')
})
