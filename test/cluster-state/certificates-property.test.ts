/** Whatever happens in which order: at no moment does a call of an API server fail. */

import t from 'tap'
import * as fc from '../support/properties.ts'
import { Cluster, nothing, type Replica, times } from './certificates-simulation.ts'

const steps = ['act', 'commit', 'begin', 'register', 'secret', 'configuration', 'apiServer'] as const
type Step = { readonly what: (typeof steps)[number] | 'tick' | 'restart' | 'break'; readonly who: number }

/** Mostly the little steps, in any order; now and then time goes by, a replica dies, somebody breaks the Secret. */
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...steps) },
    { weight: 8, arbitrary: fc.constant('tick' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
    { weight: 1, arbitrary: fc.constant('break' as const) },
  ),
  who: fc.nat(5),
})

const breakages = [
  nothing,
  { leaf: undefined },
  { signer: undefined },
  { leaf: undefined, signer: undefined },
  { authorities: [], signer: undefined },
] as const

/** Somebody who breaks the Secret before anything could heal, over and over, would win in the end. */
const restBetweenBreakages = 2 * times.propagation
/** As long as somebody lives long enough to see that a new CA has been registered for the time that it takes. */
const restBetweenRestarts = 1.5 * times.propagation

/** What one step does; how often the bigger ones may happen, `run` says. */
const effects: Readonly<Record<Step['what'], (cluster: Cluster, who: number) => void>> = {
  act: (cluster, who) => replicaOf(cluster, who)?.act(),
  commit: (cluster, who) => replicaOf(cluster, who)?.commit(),
  begin: (cluster, who) => replicaOf(cluster, who)?.beginRegistration(),
  register: (cluster, who) => replicaOf(cluster, who)?.commitRegistration(),
  secret: (cluster, who) => replicaOf(cluster, who)?.secret.deliver(),
  configuration: (cluster, who) => replicaOf(cluster, who)?.configuration.deliver(),
  apiServer: (cluster, who) => cluster.apiServers[who % 2]?.deliver(),
  tick: (cluster) => cluster.tick(),
  restart: (cluster, who) => cluster.restart(who % cluster.replicas.length),
  break: (cluster, who) => {
    const breakage = breakages[who]
    if (breakage === undefined) cluster.restoreSecret()
    else cluster.breakSecret(breakage)
  },
}

function replicaOf({ replicas }: Cluster, who: number): Replica | undefined {
  return replicas[who % replicas.length]
}

function run(offsets: readonly number[], script: readonly Step[], settle: number): Cluster {
  const cluster = new Cluster(offsets)
  // Before the first CA is known to the API servers there is nothing to keep going.
  const next = new Map([
    ['break', restBetweenBreakages],
    ['restart', restBetweenRestarts],
  ])
  const check = (what: string): void => {
    const failures = cluster.failures()
    if (failures.length > 0) throw new Error(`after ${what}: ${failures.join('\n')}`)
  }
  for (const { what, who } of script) {
    if (cluster.now < (next.get(what) ?? 0)) continue
    if (what === 'break') next.set(what, cluster.now + restBetweenBreakages)
    if (what === 'restart') next.set(what, cluster.now + restBetweenRestarts)
    effects[what](cluster, who)
    check(`${what} ${who}`)
  }
  for (let second = 0; second < settle; second++) {
    cluster.tick()
    check('time')
  }
  return cluster
}

/** Whether the newest CA signed what everybody serves, and every API server trusts what the Secret says. */
function agrees({ secret, replicas, apiServers }: Cluster): boolean {
  const { authorities, leaf, signer } = secret.last.value
  const ids = (list: readonly { readonly id: string }[]): string => list.map(({ id }) => id).join()
  return (
    signer !== undefined &&
    leaf?.issuer === authorities[0]?.id &&
    replicas.every(({ memory }) => memory?.leaf.cert === leaf?.cert) &&
    apiServers.every(({ seen }) => ids(seen.value) === ids(authorities))
  )
}

t.test('two or three replicas, any order: no call fails, and in the end all agree', async (t) => {
  const offset = fc.integer({ min: -1, max: 1 })
  const offsets = fc.array(offset, { minLength: 2, maxLength: 3 })
  const script = fc.array(step, { minLength: 50, maxLength: 600, size: 'max' })
  const property = fc.property(offsets, script, (offsets, script) => {
    const cluster = run(offsets, script, 40)
    // A renewal may be under way at any one moment.
    for (let second = 0; second < 3 * times.propagation && !agrees(cluster); second++) cluster.tick()
    return agrees(cluster)
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 200, endOnFailure: true }))
})

t.test('left alone over several lives: certificates and CAs change, no call fails, nobody writes without need', async (t) => {
  const cluster = run([0, 1, -1], [], 4 * times.authorityLife)
  const secrets = cluster.secret.history.map(({ state }) => state.value)
  const authorities = new Set(secrets.map(({ authorities }) => authorities[0]?.id))
  t.ok(authorities.size > 4, `${authorities.size} CAs`)
  t.ok(Math.max(...secrets.map(({ authorities }) => authorities.length)) === 2, 'the old one is let go')
  const leaves = new Set(secrets.map(({ leaf }) => leaf?.cert))
  t.ok(leaves.size < 40, `${leaves.size} certificates in ${cluster.now} s`)
  // Per CA: its making, its registration, and its predecessor's end.
  t.ok(cluster.configuration.history.length <= 2 * authorities.size + 1, `${cluster.configuration.history.length} writes`)
})
