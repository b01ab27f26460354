/** Whatever happens in which order: at no moment does a call of an API server fail. */
import fc from 'fast-check'
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
    TRACE.push(`${what} ${who} t=${cluster.now} v=${cluster.secret.last.version} [${cluster.secret.last.value.authorities.map(a=>a.id)}] ${cluster.secret.last.value.leaf?.cert} by ${cluster.secret.last.value.leaf?.issuer}| cfg ${cluster.configuration.last.value.map(a=>a.id)} | ${cluster.replicas.map(x=>`${x.memory?.leaf.cert}/${x.memory?.leaf.issuer}@${x.secret.seen.version}`).join(' ')} | api ${cluster.apiServers.map(x=>x.seen.value.map(a=>a.id).join()).join(' ; ')}`)
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


let TRACE: string[] = []
const offset = fc.integer({ min: -1, max: 1 })
const offsets = fc.array(offset, { minLength: 2, maxLength: 3 })
const script = fc.array(step, { minLength: 50, maxLength: 600, size: 'max' })
const p = fc.property(offsets, script, (offsets, script) => {
  TRACE = []
    const cluster = run(offsets, script, 40)
    for (let second = 0; second < times.propagation && !agrees(cluster); second++) cluster.tick()
    if (!agrees(cluster)) throw new Error('no agreement t='+cluster.now+JSON.stringify(cluster.secret.last)+JSON.stringify(cluster.replicas.map(r=>r.memory)))
})
const r = fc.check(p, { numRuns: 1500, interruptAfterTimeLimit: 40000, ...(process.argv[2] ? {seed: +process.argv[2], path: process.argv[3], numRuns: 1} : {}) })
console.log(r.failed, r.numRuns, r.numShrinks, r.seed, String((r as any).errorInstance?.message).slice(0,1500))
if (r.failed) { try { run(r.counterexample![0], r.counterexample![1], 40) } catch (e) {}; console.log(r.counterexample![0], TRACE.length); console.log(TRACE.slice(-40).join('\n')) }
