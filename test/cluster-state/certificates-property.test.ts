/** No call of an API server fails at any moment, regardless of the order of events. */

import t from 'tap'
import * as fc from '../support/properties.ts'
import { Cluster, nothing, type Replica, times } from './certificates-simulation.ts'

const steps = ['act', 'commit', 'begin', 'register', 'secret', 'configuration', 'apiServer'] as const
type Step = { readonly what: (typeof steps)[number] | 'tick' | 'restart' | 'break'; readonly who: number }

/** Mostly small steps in any order; sometimes time passes, a replica restarts or the Secret is broken. */
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

/** If the Secret were broken again and again before it is repaired, calls would fail eventually. */
const restBetweenBreakages = 2 * times.propagation
/** Some replica must live long enough to see that a new CA has been registered for the propagation time. */
const restBetweenRestarts = 1.5 * times.propagation

/** The effect of each step; `run` limits how often the larger ones happen. */
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
  // Before the API servers know the first CA, there are no working calls to protect.
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
    check('a tick')
  }
  return cluster
}

/** Whether the newest CA signed the certificate that all replicas serve, and every API server trusts the CAs of the Secret. */
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

t.test('with two or three replicas and any order of events, no call fails and all replicas agree in the end', async (t) => {
  const offset = fc.integer({ min: -1, max: 1 })
  const offsets = fc.array(offset, { minLength: 2, maxLength: 3 })
  const script = fc.array(step, { minLength: 50, maxLength: 600, size: 'max' })
  const property = fc.property(offsets, script, (offsets, script) => {
    const cluster = run(offsets, script, 40)
    // A renewal may be in progress at any moment.
    for (let second = 0; second < 3 * times.propagation && !agrees(cluster); second++) cluster.tick()
    return agrees(cluster)
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 200, endOnFailure: true }))
})

t.test('over several lifetimes, certificates and CAs are renewed, no call fails and no write is unnecessary', async (t) => {
  const cluster = run([0, 1, -1], [], 4 * times.authorityLife)
  const secrets = cluster.secret.history.map(({ state }) => state.value)
  const authorities = new Set(secrets.map(({ authorities }) => authorities[0]?.id))
  t.ok(authorities.size > 4, `${authorities.size} CAs`)
  t.ok(Math.max(...secrets.map(({ authorities }) => authorities.length)) === 2, 'the old one is dropped')
  const leaves = new Set(secrets.map(({ leaf }) => leaf?.cert))
  t.ok(leaves.size < 40, `${leaves.size} certificates in ${cluster.now} s`)
  // For each CA: its registration and the removal of its predecessor.
  t.ok(cluster.configuration.history.length <= 2 * authorities.size + 1, `${cluster.configuration.history.length} writes`)
})
