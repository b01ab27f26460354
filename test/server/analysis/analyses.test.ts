import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { noSiblings } from '../../../src/model/siblings.ts'
import { readWorkload } from '../../../src/model/workload.ts'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { notAnalyzed, type ScriptAnalysis } from '../../../src/script/index.ts'
import { Analyses } from '../../../src/server/analysis/analyses.ts'
import { JobEnded, type Jobs } from '../../../src/server/analysis/workers.ts'
import { defaultLimits, type Limits } from '../../../src/server/bounds/limits.ts'
import { Metrics } from '../../../src/server/observe/metrics.ts'
import { scriptInput } from '../../support/script-input.ts'

/** Jobs that a test finishes by hand. */
class HandJobs implements Jobs {
  readonly begun: { text: string; tenant: string; finish(analysis: ScriptAnalysis): void; fail(reason: JobEnded['reason']): void }[] = []
  readonly canceled: string[] = []
  isFull = false

  run: Jobs['run'] = (job, tenant) => {
    if (this.isFull) return undefined
    const { promise, resolve, reject } = Promise.withResolvers<never>()
    const text = job.kind === 'script' ? job.input.text : ''
    const fail = (reason: JobEnded['reason']) => reject(new JobEnded(reason))
    this.begun.push({ text, tenant, finish: (analysis) => resolve(analysis as never), fail })
    const cancel = () => {
      this.canceled.push(text)
      fail('canceled')
      return true
    }
    return { done: promise, cancel }
  }

  /** The texts of the scripts whose analysis was begun. */
  get texts(): string[] {
    return this.begun.map(({ text }) => text)
  }
}

function analysesWith(changes: Partial<Limits> = {}) {
  const jobs = new HandJobs()
  const metrics = new Metrics(defaultRegistry(), { inFlight: 0, unfinished: 0 })
  return { jobs, analyses: new Analyses({ jobs, metrics, limits: { ...defaultLimits, ...changes } }) }
}

const here = new AbortController().signal
/** Longer than any test. */
const long = 600_000
const result = notAnalyzed('in a test')

t.test('reviews of one template share one analysis', async (t) => {
  const { jobs, analyses } = analysesWith()
  const reviews = Array.from({ length: 500 }, () => analyses.forReview())
  for (const review of reviews) t.equal(review.analyze(scriptInput('a')), undefined)
  const ready = reviews.map((review) => review.ready('shop', long, here))
  t.same(jobs.texts, ['a'])
  jobs.begun[0]?.finish(result)
  await Promise.all(ready.slice(0, defaultLimits.waitingReviews))
  t.equal(analyses.forReview().analyze(scriptInput('a')), result)
  t.equal(jobs.begun.length, 1)
})

t.test('a review waits until all its analyses are there', async (t) => {
  const { jobs, analyses } = analysesWith()
  const review = analyses.forReview()
  for (const text of ['a', 'b', 'a']) review.analyze(scriptInput(text))
  t.ok(review.isWaiting)
  let isReady = false
  const ready = review.ready('shop', long, here).then(() => {
    isReady = true
  })
  t.same(jobs.texts, ['a', 'b'])
  jobs.begun[0]?.finish(result)
  await nextTurn()
  t.notOk(isReady)
  jobs.begun[1]?.finish(result)
  await ready
  t.notOk(review.isWaiting)
  t.equal(review.analyze(scriptInput('b')), result)
  t.notOk(review.isWaiting, 'nothing is missing now')
})

t.test('at the end of its wait, a review goes on without the analysis, which is there for the next one', async (t) => {
  const { jobs, analyses } = analysesWith()
  const review = analyses.forReview()
  review.analyze(scriptInput('a'))
  await review.ready('shop', 0, here)
  t.equal(review.analyze(scriptInput('a')), undefined)
  t.same(jobs.canceled, [])
  jobs.begun[0]?.finish(result)
  await analyses.settled()
  t.equal(analyses.forReview().analyze(scriptInput('a')), result)
})

t.test('an analysis that only clients wanted who have left is canceled', async (t) => {
  const { jobs, analyses } = analysesWith()
  const [first, second] = [analyses.forReview(), analyses.forReview()]
  const [leaver, other] = [new AbortController(), new AbortController()]
  first.analyze(scriptInput('a'))
  second.analyze(scriptInput('a'))
  const waits = [first.ready('shop', long, leaver.signal), second.ready('shop', long, other.signal)]
  leaver.abort()
  await waits[0]
  t.same(jobs.canceled, [], 'another client waits for it')
  other.abort()
  await waits[1]
  t.same(jobs.canceled, ['a'])
  await analyses.settled()
  const third = analyses.forReview()
  third.analyze(scriptInput('a'))
  await third.ready('shop', 0, here)
  t.equal(jobs.begun.length, 2, 'it begins again when it is needed again')
})

t.test('without room in the queue, a review does not wait', async (t) => {
  const { jobs, analyses } = analysesWith()
  jobs.isFull = true
  const review = analyses.forReview()
  review.analyze(scriptInput('a'))
  await review.ready('shop', long, here)
  t.equal(review.analyze(scriptInput('a')), undefined)
})

t.test('only some reviews of one namespace wait at once; other namespaces are not affected', async (t) => {
  const { jobs, analyses } = analysesWith({ waitingReviews: 2 })
  const waitIn = (namespace: string, text: string) => {
    const review = analyses.forReview()
    review.analyze(scriptInput(text))
    return review.ready(namespace, long, here)
  }
  const waiting = [waitIn('a', '1'), waitIn('a', '2')]
  await waitIn('a', '3')
  let isReady = false
  const other = waitIn('b', '4').then(() => {
    isReady = true
  })
  await nextTurn()
  t.notOk(isReady, 'it waits')
  for (const { finish } of jobs.begun) finish(result)
  await Promise.all([...waiting, other])
  t.same(
    jobs.begun.map(({ tenant }) => tenant),
    ['a', 'a', 'a', 'b'],
  )
})

t.test('a script that ended its worker is unknown, and is not tried again at once', async (t) => {
  for (const reason of ['time', 'memory', 'error'] as const) {
    const { jobs, analyses } = analysesWith()
    const review = analyses.forReview()
    review.analyze(scriptInput('a'))
    const ready = review.ready('shop', long, here)
    jobs.begun[0]?.fail(reason)
    await ready
    t.match(review.analyze(scriptInput('a')), { verdict: 'unknown', facts: null, hazards: [] }, reason)
    t.notOk(review.isWaiting)
  }
})

t.test('the least recently used analyses are dropped', async (t) => {
  const { jobs, analyses } = analysesWith({ analysisCacheBytes: 20_000 })
  for (let index = 0; index < 100; index++) {
    const review = analyses.forReview()
    review.analyze(scriptInput(`${index}`))
    const ready = review.ready('shop', long, here)
    jobs.begun[index]?.finish(result)
    await ready
  }
  t.equal(analyses.forReview().analyze(scriptInput('99')), result)
  t.equal(analyses.forReview().analyze(scriptInput('0')), undefined)
})

t.test('a review that is judged again reads each script once', async (t) => {
  const { analyses } = analysesWith()
  const podWith = (text: string) => {
    const initContainers = [{ name: 'init', image: 'busybox:1', command: ['sh', '-c', text] }]
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { initContainers, containers: [] } }
  }
  const review = analyses.forReview()
  const read = (pod: object) => {
    const workload = readWorkload(pod, { namespace: 'shop', source: 'review' })
    const container = workload?.containers()[0]
    return workload && container && review.read(container, workload, noSiblings)
  }
  const [one, other] = [podWith('echo one'), podWith('echo other')]
  const first = read(one)
  t.equal(first?.input?.text, 'echo one')
  t.equal(read(one), first, 'the workload is read again, its script is not')
  t.equal(read(other)?.input?.text, 'echo other')
})
