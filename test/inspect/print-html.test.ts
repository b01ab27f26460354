/** The page of explain, printed by Chromium: the pages of the PDF are light, also if the system prefers dark, and their text is readable. */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { explainInputs, renderExplainHtml, renderExplainPicture } from '../../src/inspect/index.ts'
import { light } from '../../src/startup/picture/style.ts'
import { colorsIn, contrast, type Pixels, pixelsOf, programPath } from '../support/pixels.ts'

const chromium = programPath('chromium', 'chromium-browser', 'google-chrome')

/** Without a sandbox, which root cannot have, and without connections to the network. */
const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--no-pdf-header-footer'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  // The value of blink::mojom::PreferredColorScheme::kDark.
  '--blink-settings=preferredColorScheme=0',
]

const text = readFileSync('examples/fetch.yaml', 'utf8')
const output = explainInputs([{ file: null, text }], { namespace: 'default', conditions: ['registry-down=docker.io'] })

/** Prints a file to PDF and draws its pages. */
function printed(directory: string, name: string): readonly Pixels[] {
  const run = (program: string, argv: readonly string[]) => {
    const { status, stderr, error } = spawnSync(program, argv, { timeout: 120_000 })
    if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr.toString()}`)
  }
  const pdf = join(directory, `${name}.pdf`)
  const profile = `--user-data-dir=${join(directory, 'profile')}`
  run(chromium ?? 'chromium', [...flags, profile, `--print-to-pdf=${pdf}`, `file://${join(directory, name)}`])
  run('pdftoppm', ['-r', '150', '-png', pdf, join(directory, name)])
  return globSync(join(directory, `${name}-*.png`))
    .sort()
    .map((page) => pixelsOf(readFileSync(page)))
}

t.test(
  'Chromium prints the page and the picture light, with the colors of the states and text with contrast',
  {
    skip: chromium === undefined ? 'Chromium is not installed (Debian: apt-get install chromium)' : false,
  },
  (t) => {
    const directory = t.testdir()
    writeFileSync(join(directory, 'page.html'), renderExplainHtml(output))
    writeFileSync(join(directory, 'picture.svg'), renderExplainPicture(output))
    for (const name of ['page.html', 'picture.svg']) {
      const pages = printed(directory, name)
      t.ok(pages.length > 0)
      const colors = new Map<string, number>()
      for (const page of pages) for (const [color, count] of colorsIn(page)) colors.set(color, (colors.get(color) ?? 0) + count)
      const all = [...colors.values()].reduce((sum, count) => sum + count, 0)
      t.ok((colors.get(light.paper) ?? 0) > all * 0.7, `${name}: most of it is paper`)
      for (const color of [light.pull, light.bad]) t.ok(colors.has(color), `${name}: ${color}`)
      const darkest = Math.max(...[...colors].filter(([, count]) => count > 50).map(([color]) => contrast(light.paper, color)))
      t.ok(darkest >= 7, `${name}: contrast of the text ${darkest}`)
    }
    t.end()
  },
)
