/** Pictures in programs that know no CSS variables and no media queries, and on paper: colors, contrast of the text, forms without color. */
import t from 'tap'
import { explainInputs, renderExplainPicture } from '../../../src/inspect/index.ts'
import { light } from '../../../src/startup/picture/style.ts'
import { type Area, colorsIn, contrast, contrastIn, drawWithLibrsvg, type Pixels } from '../../support/pixels.ts'
import { textBoxes } from './boxes.ts'

const zoom = 2

/** The minimum contrast of text (WCAG 2.2, criterion 1.4.3). */
const readable = 4.5

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: init, image: "busybox:1.37", command: [sh, -c, "true"]}]
  containers: [{name: app, image: nginx}, {name: log, image: "registry.example/log:1"}]
`

function picture(...conditions: readonly string[]): string {
  const output = explainInputs([{ file: null, text: pod }], { namespace: 'default', conditions })
  if (output.errors.length > 0) throw new Error(output.errors[0]?.message)
  return renderExplainPicture(output)
}

const scaled = ({ left, right, top, bottom }: Area): Area => ({
  left: left * zoom,
  right: right * zoom,
  top: top * zoom,
  bottom: bottom * zoom,
})

/** The area of the form that the legend explains with these words. */
function sampleOf(svg: string, words: string): Area {
  const box = textBoxes(svg).findLast(({ text }) => text === words)
  if (box === undefined) throw new Error(`the legend does not explain "${words}"`)
  const middle = (box.top + box.bottom) / 2
  return scaled({ left: box.left - 34, right: box.left - 8, top: middle - 9, bottom: middle + 9 })
}

/** The area in black and white, as a printer without color shows it. */
function withoutColor(pixels: Pixels, { left, top }: Area): string {
  let text = ''
  for (let y = 0; y < 18 * zoom; y++)
    for (let x = 0; x < 26 * zoom; x++) text += contrast('#ffffff', pixels.color(Math.floor(left) + x, Math.floor(top) + y)) > 2 ? '#' : '.'
  return text
}

t.test('librsvg draws light paper, text with contrast, and the colors of the states', (t) => {
  for (const svg of [picture(), picture('registry-down=docker.io'), picture('node-reboots')]) {
    const pixels = drawWithLibrsvg(svg, zoom)
    const colors = colorsIn(pixels)
    t.equal([...colors.keys()][0], light.paper, 'most of it is paper')
    t.ok(colors.size > 20, `${colors.size} colors`)
    const boxes = textBoxes(svg).filter(({ text }) => text.trim() !== '')
    const weak = boxes.filter((box) => contrastIn(pixels, scaled(box)) < readable)
    t.ok(boxes.length > 20)
    t.same(
      weak.map(({ text }) => text),
      [],
    )
  }
  t.end()
})

t.test('librsvg draws each form of the legend with its color', (t) => {
  const svg = picture('image-cached=nginx', 'init-fails=init:1')
  const pixels = drawWithLibrsvg(svg, zoom)
  for (const [words, color] of [
    ['downloads the image', light.pull],
    ['contacts the registry', light.pull],
    ['runs', light.run],
    ['succeeded', light.good],
    ['failed', light.bad],
    ['waits to retry', light.quiet],
  ] as const)
    t.ok(colorsIn(pixels, sampleOf(svg, words)).has(color), words)
  t.end()
})

t.test('contacting a registry and downloading from it differ without color', (t) => {
  const svg = picture('image-cached=nginx')
  const pixels = drawWithLibrsvg(svg, zoom)
  const asks = withoutColor(pixels, sampleOf(svg, 'contacts the registry'))
  const downloads = withoutColor(pixels, sampleOf(svg, 'downloads the image'))
  const different = [...asks].filter((pixel, index) => pixel !== downloads[index]).length
  t.ok(different > asks.length / 5, `${different} of ${asks.length} pixels differ`)
  t.end()
})

t.test('each form of a pull is in the picture if and only if it happens', (t) => {
  const forms = (...conditions: readonly string[]) =>
    new Set([...picture(...conditions).matchAll(/class="(ask|download)"/g)].map(([, form]) => form))
  t.same([...forms('image-cached=nginx')].sort(), ['ask', 'download'])
  t.same([...forms('image-cached=nginx', 'image-cached=busybox:1.37', 'image-cached=registry.example/log:1')], ['ask'])
  t.end()
})

t.test('every element with a class has its colors as attributes, so nothing depends on the style sheet', (t) => {
  const svg = picture('registry-down=docker.io')
  const drawn = drawWithLibrsvg(svg, zoom)
  const plain = drawWithLibrsvg(svg.replace(/<style>.*?<\/style>/s, ''), zoom)
  t.same([...colorsIn(plain)], [...colorsIn(drawn)])
  t.notMatch(svg, 'var(')
  t.end()
})

t.test('the axis says that it is not to scale', (t) => {
  t.ok(textBoxes(picture()).some(({ text }) => /not to scale/.test(text)))
  t.end()
})

t.test('timelines that are not drawn are counted', (t) => {
  const pods = (count: number) => Array.from({ length: count }, (_, index) => pod.replace('name: web', `name: web-${index}`)).join('---\n')
  const drawn = (count: number) => {
    const output = explainInputs([{ file: null, text: pods(count) }], { namespace: 'default', conditions: ['node-reboots'] })
    return { svg: renderExplainPicture(output), timelines: output.timelines.length }
  }
  const shown = (svg: string) => textBoxes(svg).filter(({ text }) => /^pod\/web-\d+$/.test(text)).length
  const all = drawn(12)
  t.equal(shown(all.svg), 12)
  t.notMatch(all.svg, /not drawn/)
  const more = drawn(20)
  t.equal(more.timelines, 20)
  t.equal(shown(more.svg), 12)
  t.match(more.svg.replace(/<[^>]*>/g, ' '), /8 more timelines are not drawn.*pod\/web-12/)
  t.match(/<desc[^>]*>([^<]*)/.exec(more.svg)?.[1], /8 more timelines are not drawn/, 'for screen readers, too')
  t.end()
})
