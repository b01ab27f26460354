/** Pictures of recorded pods and of hostile ones: the past before the line for now, the predicted future behind it. */
import t from 'tap'
import { type Diagnosis, renderWhyPicture } from '../../src/diagnosis/index.ts'
import { ago, crashed, event, now, one, pod, running, waiting } from './build-pod.ts'
import { readRecordings, recordedVersions } from './recordings/read.ts'
import { saidAt } from './recordings/said.ts'

interface Shape {
  readonly x: number
  readonly end: number
}

const draw = (diagnosis: Diagnosis): string => {
  const svg = renderWhyPicture({ pods: [diagnosis] })
  if (svg === undefined) throw new Error('no picture')
  return svg
}

/** The shapes of a class in the plot, which have a title; those of the legend have none. */
function shapes(svg: string, name: string): readonly Shape[] {
  const found = svg.matchAll(new RegExp(`</title><rect class="${name}" x="([\\d.-]+)" y="[\\d.-]+" width="([\\d.-]+)"`, 'g'))
  return [...found].map(([, x, width]) => ({ x: Number(x), end: Number(x) + Number(width) }))
}

function lineOfNow(svg: string): number {
  const lines = [...svg.matchAll(/<line class="now" x1="([\d.]+)"[^>]* x2="([\d.]+)"/g)]
  if (lines.length !== 1 || lines[0]?.[1] !== lines[0]?.[2]) throw new Error(`${lines.length} lines for now`)
  return Number(lines[0]?.[1])
}

const rounding = 0.2

/** @throws Error if something of the past is behind now, or something predicted before it */
function checkOrder(svg: string, where: string): void {
  const middle = lineOfNow(svg)
  for (const form of ['run', 'back-off', 'unknown']) {
    // The narrowest shape is 2 wide.
    const late = shapes(svg, form).find(({ x, end }) => end > Math.max(middle, x + 2) + rounding || x > middle + rounding)
    if (late !== undefined) throw new Error(`${where}: ${form} at ${late.x}..${late.end}, now is at ${middle}`)
  }
  const early = shapes(svg, 'future').find(({ x }) => x < middle - rounding)
  if (early !== undefined) throw new Error(`${where}: predicted at ${early.x}, now is at ${middle}`)
  if (/(?:x|width|cx)="(?:-|NaN|Infinity)/.test(svg) || svg.includes('Invalid Date')) throw new Error(`${where}: a number is none`)
}

t.test('the past of each recording ends at the line for now, and its future begins there', (t) => {
  let drawn = 0
  for (const recording of recordedVersions.flatMap((minor) => readRecordings(minor))) {
    for (const index of new Set([0, Math.floor(recording.changes.length / 2), recording.changes.length - 1])) {
      const found = saidAt(recording, index, (recording.changes[index]?.at ?? 0) + 0.5)
      const svg = draw(found)
      checkOrder(svg, `${recording.name} ${index}`)
      if (found.next.by !== null && shapes(svg, 'future').length > 0) drawn++
    }
  }
  t.ok(drawn > 200, `${drawn} windows`)
  t.end()
})

t.test('attempts that the status no longer has are a span without times, with their number', (t) => {
  const spec = pod({ appStatus: crashed(1, 'Error', {}, 6) })
  const started = event('Started', 'Container started', { field: 'containers{app}', at: 300, count: 7 })
  const svg = draw(one([spec, started]))
  // Seven executions, of which the status shows the last one.
  t.match(svg, '6 earlier attempts, only the first start is known')
  t.equal(shapes(svg, 'unknown').length, 1)
  t.match(draw(one([spec])), '6 earlier attempts, times not known')
  t.notMatch(draw(one([pod({ appStatus: crashed(1, 'Error', {}, 0) })])), 'earlier attempt')
  t.end()
})

t.test('the window of the next attempt is that of the JSON', (t) => {
  const found = one([pod({ appStatus: crashed(1) })])
  const clock = (time: string | null): string => (time ?? '').slice(11, 19)
  t.match(draw(found), `${clock(found.next.at)} to ${clock(found.next.by)} UTC: the next start`)
  t.end()
})

t.test('a container that runs well has no predicted shape', (t) => {
  const svg = draw(one([pod({ status: { phase: 'Running' }, appStatus: running(60, { ready: true, started: true }) })]))
  t.strictSame(shapes(svg, 'future'), [])
  t.equal(shapes(svg, 'run').length, 1)
  t.end()
})

t.test('each shape has its colors as attributes', (t) => {
  const svg = draw(one([pod({ appStatus: crashed(1) })]))
  for (const [shape] of svg.matchAll(/<(?:rect|text|path|line|circle)\b[^>]*>/g)) t.match(shape, / (?:fill|stroke)="/, shape)
  t.end()
})

t.test('times after now, swapped times and missing times are not drawn, and said', (t) => {
  const later = new Date(now + 3_600_000).toISOString()
  const future = one([
    pod({ appStatus: { ...crashed(1, 'Error', { startedAt: later, finishedAt: later }) } }),
    event('Failed', 'Error: no', { field: 'containers{app}', at: -7200 }),
  ])
  checkOrder(draw(future), 'times after now')
  t.match(draw(future), 'after now, because the clocks differ')
  checkOrder(draw(one([pod({ appStatus: crashed(1, 'Error', { startedAt: ago(10), finishedAt: ago(20) }) })])), 'swapped')
  checkOrder(draw(one([pod({ appStatus: crashed(1, 'Error', { startedAt: null, finishedAt: 'x' }) })])), 'missing')
  const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'app', image: 'a' }] } }
  checkOrder(draw(one([bare])), 'no status')
  const expired = draw(one([pod({ appStatus: waiting('ImagePullBackOff') })]))
  t.match(expired, 'the Events are gone')
  t.end()
})

t.test('names and reasons are escaped', (t) => {
  const hostile = '</text><script>alert(1)</script>&\u202e\u0000'
  const spec = pod({
    metadata: { name: hostile },
    appStatus: { ...waiting(hostile), lastState: { terminated: { exitCode: 1, reason: hostile, finishedAt: ago(9) } } },
  })
  const svg = draw(one([spec]))
  for (const raw of ['<script', '\u0000', '\u202e']) t.notOk(svg.includes(raw), JSON.stringify(raw))
  checkOrder(svg, 'hostile names')
  t.end()
})
