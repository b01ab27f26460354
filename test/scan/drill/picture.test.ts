/** The picture of a drill: marks, texts that are escaped, and literal colors. */
import t from 'tap'
import type { DrillCondition } from '../../../src/scan/drill/conditions.ts'
import { type DrillOutput, drillOutput, renderDrillPage, renderDrillPicture } from '../../../src/scan/drill/index.ts'
import { app, dockerHubDown, drillOf, node, running } from './cluster.ts'

const conditions: readonly DrillCondition[] = [{ kind: 'registry-down', glob: 'docker.io' }]

function outputOf(objects: readonly object[]): DrillOutput {
  const source = { scanned: 'saved.json', policy: 'test', conditions, notLookedAt: [] }
  return drillOutput(drillOf(dockerHubDown, objects).run(), [], source)
}

const nodes = [node('a', { images: ['docker.io/library/nginx:1.27'] }), node('b')]
const pinned = { nodeSelector: { 'kubernetes.io/hostname': 'a' } }
const workloads = (number: number, spec: object, prefix = 'w') =>
  Array.from({ length: number }, (_, index) => running(`${prefix}${index}`, { ...spec, ...pinned }, { namespace: `n${index % 3}` })).flat()

const count = (text: string, part: string) => text.split(part).length - 1

t.test('few workloads are named, with a mark for the outcome and one for each cell', async (t) => {
  const svg = renderDrillPicture(
    outputOf([...nodes, ...workloads(3, app('nginx:1.27')), ...workloads(2, app('nginx:1.27', 'Always'), 'x')]),
  )
  t.equal(count(svg, 'href="#drill-fails"'), 1 + 2 * 4, 'the legend, and two workloads that fail but for the cell that fails anyway')
  t.equal(count(svg, 'href="#drill-survives"'), 1 + 3 * 4)
  t.equal(count(svg, 'href="#drill-aside"'), 1 + 5)
  for (const name of ['deployment/w0', 'deployment/x1', 'n0', 'n2']) t.ok(svg.includes(`>${name}<`), name)
})

t.test('many workloads are one mark each, with their name as a title', async (t) => {
  const svg = renderDrillPicture(outputOf([...nodes, ...workloads(200, app('nginx:1.27'))]))
  t.equal(count(svg, 'href="#drill-survives"'), 1 + 200)
  t.equal(count(svg, '<title>Deployment n'), 200)
  t.ok(svg.includes('all 67 survive'))
})

t.test('colors are attributes; the style sheet only replaces them on a dark screen', async (t) => {
  const svg = renderDrillPicture(outputOf([...nodes, ...workloads(3, app('nginx:1.27'))]))
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(svg) ?? []
  t.match(style, /^@media screen and \(prefers-color-scheme:dark\)\{/)
  t.notMatch(svg, /var\(/)
  for (const [tag] of svg.matchAll(/<(?:rect|text|path|circle|line) [^>]*>/g)) t.match(tag, /(?:fill|stroke)="(?:#|url\(#)/, tag)
})

t.test('hostile names are escaped, and the page has no scripts', async (t) => {
  const hostile = running('<script>alert(1)</script>&"', app('nginx:1.27', 'Always'), { namespace: '<b>"&' })
  const output = outputOf([...nodes, ...hostile])
  for (const text of [renderDrillPicture(output), renderDrillPage(output)]) {
    t.notMatch(text, /<script|<b>"/)
    t.match(text, /&lt;b&gt;/)
  }
  t.match(renderDrillPage(output), /Content-Security-Policy" content="default-src 'none'/)
})

t.test('the page has a row for each workload', async (t) => {
  const html = renderDrillPage(outputOf([...nodes, ...workloads(7, app('nginx:1.27')), ...workloads(4, app('nginx:1.27', 'Always'), 'x')]))
  t.equal(count(html, '<tr><td>'), 11)
})

t.test('a drill that reaches nothing has a picture, too', async (t) => {
  t.match(renderDrillPicture(outputOf(nodes)), /The conditions reach no workload/)
})
