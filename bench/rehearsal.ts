/**
 * What a rehearsal costs: an init container with a typical script, as the rules ask for it. `cold`: parsed and interpreted; `cached`: another
 * container with the same description, as another review brings it. Beside it, as the measure of the machine, parsing the review's JSON.
 */
import { noSiblings } from '../src/model/siblings.ts'
import { readWorkload } from '../src/model/workload.ts'
import { rehearsalOf } from '../src/script/rehearsal/container-rehearsal.ts'
import { benchReview } from './review.ts'

/** As long as the median of the init scripts that public charts ship: three lines, 150 characters. */
const typical = `set -e
[ -d /data/site/.git ] || git clone --depth 1 https://git.example/site.git /data/site
chown -R 1000:1000 /data/site && mkdir -p /data/cache
`

/** As long as the longest tenth of them: a guard, a download, a clone, a loop that waits. */
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

/** What takes some microseconds is measured so often in a row: a single call right after a long one pays for that one's traces in the caches. */
const batch = 20

export interface RehearsalCosts {
  /** Medians in microseconds. */
  readonly cold: number
  readonly cached: number
  readonly long: number
  readonly json: number
}

/** Measures in this process, the kinds in turn, so that whatever else the machine does hits all. @param rounds rehearsals of each kind */
export function rehearsalCosts(rounds: number): RehearsalCosts {
  const review = benchReview()
  const times = { cold: [] as number[], cached: [] as number[], long: [] as number[], json: [] as number[] }
  // What comes first is compiled only then: a server has seen some reviews.
  for (let round = -100; round < rounds; round++) {
    const measured = {
      cold: timed([question(podWith(typical, `${round}`))]),
      cached: timed(Array.from({ length: batch }, () => question(podWith(typical, 'same')))),
      long: timed([question(podWith(long, `${round}`))]),
      json: timed(Array.from({ length: batch }, () => () => JSON.parse(review))),
    }
    if (round >= 0) for (const kind of ['cold', 'cached', 'long', 'json'] as const) times[kind].push(measured[kind])
  }
  return { cold: median(times.cold), cached: median(times.cached), long: median(times.long), json: median(times.json) }
}

/** A pod that differs from others by a variable: its rehearsal is another one. */
function podWith(script: string, tag: string): object {
  const volumeMounts = [{ name: 'data', mountPath: '/data' }]
  const env = [{ name: 'TAG', value: tag }]
  const init = { name: 'prepare', image: 'alpine:3.22', command: ['sh', '-c', script], env, volumeMounts }
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { initContainers: [init], containers: [], volumes } }
}

/** What the rules ask, the reading of the workload left out: that is done once per review. */
function question(pod: object): () => void {
  const workload = readWorkload(pod, { namespace: 'default', source: 'manifest' })
  const init = workload?.containers()[0]
  if (workload === undefined || init === undefined) throw new Error('no init container')
  return () => void rehearsalOf(init, workload, noSiblings)
}

/** The mean of some runs, microseconds. */
function timed(runs: readonly (() => void)[]): number {
  const start = performance.now()
  for (const run of runs) run()
  return ((performance.now() - start) * 1000) / runs.length
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
