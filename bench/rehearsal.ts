/**
 * The cost of a rehearsal of an init container with a typical script, as the rules request it. `cold`: parsed and interpreted; `cached`:
 * another container with the same description, as in another review. Parsing the JSON of the review is measured too, as a reference for the
 * speed of the machine.
 */
import { readWorkload } from '../src/model/workload.ts'
import { analyzedInit } from '../test/support/init-scripts.ts'
import { quantile } from '../test/support/numbers.ts'
import { benchReview } from './review.ts'

/** The median length of the init scripts in public charts: three lines, 150 characters. */
const typical = `set -e
[ -d /data/site/.git ] || git clone --depth 1 https://git.example/site.git /data/site
chown -R 1000:1000 /data/site && mkdir -p /data/cache
`

/** The length of the longest tenth of them: a guard, a download, a clone, a wait loop. */
const long = `set -e
mkdir -p /data/app /data/cache
if [ ! -f /data/app/config.ini ]; then
  cp /defaults/config.ini /data/app/config.ini
  sed -i "s/@HOST@/$POD_NAME/" /data/app/config.ini
fi
rm -rf /data/app/site
git clone --depth 1 https://git.example/site.git /data/app/site
curl -fsSL -o /data/cache/plugins.tgz https://files.example/plugins.tgz
tar xzf /data/cache/plugins.tgz -C /data/app
until nc -z db 5432; do sleep 2; done
chown -R 1000:1000 /data/app
`

/** Calls that take a few microseconds are measured in batches of this size, since a single call after a long one finds cold CPU caches. */
const batch = 20

export interface RehearsalCosts {
  /** Medians in microseconds. */
  readonly cold: number
  readonly cached: number
  readonly long: number
  readonly json: number
}

/**
 * Measures in this process, alternating between the kinds, so that other load on the machine affects all.
 * @param rounds rehearsals of each kind
 */
export function rehearsalCosts(rounds: number): RehearsalCosts {
  const review = benchReview()
  const times = { cold: [] as number[], cached: [] as number[], long: [] as number[], json: [] as number[] }
  // The first rounds are not counted, because V8 compiles the code during them.
  for (let round = -100; round < rounds; round++) {
    const measured = {
      cold: timed([question(podWith(typical, `${round}`))]),
      cached: timed(Array.from({ length: batch }, () => question(podWith(typical, 'same')))),
      long: timed([question(podWith(long, `${round}`))]),
      json: timed(Array.from({ length: batch }, () => () => JSON.parse(review))),
    }
    if (round >= 0) for (const kind of ['cold', 'cached', 'long', 'json'] as const) times[kind].push(measured[kind])
  }
  const median = (kind: keyof typeof times) => quantile(times[kind], 0.5)
  return { cold: median('cold'), cached: median('cached'), long: median('long'), json: median('json') }
}

/** A pod that differs from others in a variable, so that its rehearsal is not cached. */
function podWith(script: string, tag: string): object {
  const volumeMounts = [{ name: 'data', mountPath: '/data' }]
  const env = [{ name: 'TAG', value: tag }]
  const init = { name: 'prepare', image: 'alpine:3.22', command: ['sh', '-c', script], env, volumeMounts }
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { initContainers: [init], containers: [], volumes } }
}

/** The request of the rules, without reading the workload, which happens once per review. */
function question(pod: object): () => void {
  const workload = readWorkload(pod, { namespace: 'default', source: 'manifest' })
  const init = workload?.containers()[0]
  if (workload === undefined || init === undefined) throw new Error('no init container')
  return () => void analyzedInit(init, workload)
}

/** The mean duration of some runs, microseconds. */
function timed(runs: readonly (() => void)[]): number {
  const start = performance.now()
  for (const run of runs) run()
  return ((performance.now() - start) * 1000) / runs.length
}
