/** Pictures of timelines: well formed, no clipped or overlapping text, all input escaped. */

import t from 'tap'
import { readWorkload } from '../../../src/model/workload.ts'
import { renderPictures } from '../../../src/startup/picture/picture.ts'
import { explainStart } from '../../../src/startup/play/explain.ts'
import { endsAfter, happyScenario, type Scenario } from '../../../src/startup/scenario/scenario.ts'
import * as fc from '../../support/properties.ts'
import { type Box, textBoxes } from './boxes.ts'

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5
}

function problems(svg: string): readonly string[] {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []
  const boxes = textBoxes(svg)
  if (boxes.length < (svg.match(/<text /g) ?? []).length) return ['a text was not found']
  const outside = boxes.filter(({ left, right, top, bottom }) => left < 0 || right > Number(width) || top < 0 || bottom > Number(height))
  const over = boxes.flatMap((box, index) =>
    boxes.slice(index + 1).flatMap((other) => (overlaps(box, other) ? [`${box.text} over ${other.text}`] : [])),
  )
  return [...outside.map(({ text }) => `outside: ${text}`), ...over]
}

const name = fc.oneof(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/), fc.string({ maxLength: 80 }))
const image = fc.constantFrom('nginx', 'nginx:1.27', `registry.corp.example/${'very/long/'.repeat(12)}image:1`, '<b>&"', 'a\u202eb')

const pods = fc.record({
  title: name,
  inits: fc.array(fc.record({ name, image }), { maxLength: 6 }),
  apps: fc.array(fc.record({ name, image }), { minLength: 1, maxLength: 6 }),
  restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
  down: fc.boolean(),
  exit: fc.constantFrom(0, 1),
  reboot: fc.boolean(),
})

t.test('for any pod, no text is clipped and no texts overlap', async (t) => {
  fc.assert(
    fc.property(pods, ({ title, inits, apps, restartPolicy, down, exit, reboot }) => {
      const object = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: title },
        spec: { restartPolicy, initContainers: inits, containers: apps },
      }
      const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
      if (workload === undefined) return false
      const scenario: Scenario = {
        ...happyScenario,
        registries: down ? new Map([['docker.io', 'down']]) : new Map(),
        containers: new Map(
          inits.map((init) => [init.name, { runs: [endsAfter(1, exit)], runsOfVersion: new Map(), probes: new Map(), onTerm: null }]),
        ),
        actions: reboot ? [{ when: { kind: 'after', seconds: 40 }, change: { do: 'node-reboot' } }] : [],
      }
      const timeline = explainStart(workload, scenario)
      const item = { timeline, title: `pod/${title}`, conditions: 'what if', notes: ['a note '.repeat(60)] }
      const found = problems(renderPictures([item, item]))
      if (found.length > 0) throw new Error(found.join('\n'))
      return true
    }),
    { numRuns: 150 },
  )
  t.pass()
})

t.test('the SVG is well formed and contains no markup from the input', async (t) => {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: '</title><script>alert(1)</script>' },
    spec: { containers: [{ name: 'a"><image href="//x"/>', image: '<x>&\u0000\u202e]]>' }] },
  }
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  if (workload === undefined) throw new Error('no workload')
  const svg = renderPictures([{ timeline: explainStart(workload, happyScenario), title: workload.name, conditions: '' }])
  t.notMatch(svg, '<script')
  t.notMatch(svg, '<image')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test searches for them
  t.notMatch(svg, /[\u0000-\u0008\u202e]/)
  t.same(unbalanced(svg), [])
  t.match(svg, 'prefers-color-scheme:dark')
})

/** Elements that are closed in the wrong order or not closed. */
function unbalanced(svg: string): readonly string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const [, close, tag = '', self] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/gi)) {
    if (self === '/') continue
    if (close === '') open.push(tag)
    else if (open.pop() !== tag) wrong.push(tag)
  }
  return [...wrong, ...open]
}
