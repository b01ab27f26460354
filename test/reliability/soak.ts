/** Many reviews, and the memory of the server while it answers them. */
import autocannon from 'autocannon'
import { scriptReview } from '../faults/support/client.ts'
import { type Deployed, withDeployed } from '../faults/support/deployed.ts'
import { podReview } from '../server/support/reviews.ts'
import { quantile } from '../support/numbers.ts'

export interface SoakOptions {
  readonly reviews: number
  /** After how many reviews the memory is compared with that at the end. */
  readonly first: number
  print(line: string): void
}

export interface SoakResult {
  readonly reviews: number
  readonly first: number
  /** Resident memory during the last reviews before the mark, and before the end, MiB. */
  readonly residentFirst: number
  readonly residentLast: number
  readonly failed: number
  readonly perSecond: number
}

const connections = 16
/** The memory is the median over one stage, because it rises and falls with each garbage collection. */
const stagesPerMark = 4
const sampleInterval = 100

/** Every so many reviews, one has a script that no review before it had, and one is as large as a big workload. */
const everyScript = 50
const everyLarge = 500

const denying = 'rules: {image-latest: deny}\n'

/** Bodies that all differ, as those of the API server do: names, uids, now and then a new script, a denial, a large object. */
function* bodies(): Generator<string> {
  for (let number = 0; ; number++) {
    const options = {
      uid: `uid-${number}`,
      name: `web-${number}`,
      image: number % 20 === 0 ? 'nginx' : `registry.example/app:${number % 1000}`,
    }
    if (number % everyScript === 1)
      yield scriptReview([`set -e\ngit clone https://git.example/site.git /data/site-${number}\necho x >> /data/log`])
    else if (number % everyLarge === 2) yield JSON.stringify(podReview({ ...options, annotations: { padding: 'x'.repeat(200_000) } }))
    else yield JSON.stringify(podReview(options))
  }
}

/** Sends the reviews to a server with the settings of the Deployment and measures its memory. */
export function soak(options: SoakOptions): Promise<SoakResult> {
  return withDeployed((server) => load(server, options), { policy: denying })
}

async function load(server: Deployed, { reviews, first, print }: SoakOptions): Promise<SoakResult> {
  const source = bodies()
  const stage = Math.max(1, Math.floor(first / stagesPerMark))
  const started = performance.now()
  let done = 0
  let failed = 0
  let residentFirst = Number.NaN
  let residentLast = Number.NaN
  while (done < reviews) {
    const amount = Math.min(stage, reviews - done)
    const measured = await sendStage(server, source, amount)
    done += amount
    failed += measured.failed
    if (measured.failed > 0) print(`${done} reviews: ${measured.failed} failed (${measured.why})`)
    residentLast = measured.resident
    if (done <= first) residentFirst = measured.resident
    if (done % (stage * stagesPerMark) === 0 || done === reviews) print(`${done} reviews: ${residentLast.toFixed(1)} MiB resident`)
  }
  const perSecond = reviews / ((performance.now() - started) / 1000)
  return { reviews, first, residentFirst, residentLast, failed, perSecond }
}

async function sendStage(
  server: Deployed,
  source: Iterator<string>,
  amount: number,
): Promise<{ resident: number; failed: number; why: string }> {
  const samples: number[] = []
  const sampler = setInterval(() => samples.push(server.resident()), sampleInterval)
  const result = await autocannon({
    url: `https://127.0.0.1:${server.port}`,
    connections: Math.min(connections, amount),
    amount,
    requests: [{ method: 'POST', path: '/validate?timeout=5s', setupRequest: (request) => ({ ...request, body: source.next().value }) }],
    tlsOptions: { ca: server.ca, servername: 'localhost' },
  })
  clearInterval(sampler)
  samples.push(server.resident())
  // The second half: by then, the garbage of the stage before it has been collected.
  const later = samples.slice(Math.floor(samples.length / 2))
  const { errors, timeouts, non2xx } = result
  const why = `${errors} errors, ${timeouts} of them timeouts, ${non2xx} other statuses`
  return { resident: quantile(later, 0.5), failed: errors + non2xx, why }
}
