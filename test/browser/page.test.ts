/** The playground in a real Chromium: it shows findings in place, needs no network, and nothing goes wrong in its console. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import t from 'tap'
import { browserTimeout, playground } from './support/browser.ts'

/** All files of a directory, compressed as web servers do. */
function compressedSize(directory: string, compress: (bytes: Buffer) => Buffer): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('.gz'),
  )
  return files.reduce((sum, { parentPath, name }) => sum + compress(readFileSync(join(parentPath, name))).length, 0)
}

/** The CPU time of the processes that run pages, in milliseconds: a busy machine makes everything late, but not this longer. */
async function rendererTime(page: Page): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession()
  const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] }
  const times = processInfo.filter(({ type }) => type === 'renderer').map(({ cpuTime }) => cpuTime)
  return Math.round(1000 * times.reduce((sum, time) => sum + time, 0))
}

t.test('the playground', { timeout: browserTimeout }, async (t) => {
  const { url, directory, open } = await playground(t)

  await t.test('shows the findings of the first example, from its own files only, in at most 1 MiB', async (t) => {
    const { page, problems, requests, findings } = await open()
    await findings.first().waitFor()
    const first = await page.evaluate(() => Math.round(performance.getEntriesByName('initlint-first-findings')[0]?.startTime ?? Number.NaN))
    const used = await rendererTime(page)
    t.match(await findings.allInnerTexts(), [/image-latest/, /init-no-retry/])
    t.ok((await page.locator('.cm-lintRange-warning').count()) >= 2, 'marks in the editor')
    const foreign = requests.filter((request) => !request.startsWith(url) && !request.startsWith('blob:'))
    t.same(foreign, [])
    t.same(problems, [])
    const [gzip, brotli] = [compressedSize(directory, gzipSync), compressedSize(directory, brotliCompressSync)]
    t.comment(`first findings after ${first} ms, with ${used} ms of CPU time; the page has ${gzip} bytes with gzip, ${brotli} with Brotli`)
    t.ok(gzip <= 1024 * 1024, `${gzip} bytes`)
  })

  await t.test('checks what is typed', async (t) => {
    const { page, problems, findings, write } = await open()
    await findings.first().waitFor()
    await write('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "b", "image": "a b"}]}}')
    await findings.filter({ hasText: 'image-invalid' }).waitFor()
    t.equal(await findings.filter({ hasText: 'init-no-retry' }).count(), 0)
    t.ok((await page.locator('.cm-lintRange-warning, .cm-lintRange-error').count()) >= 1)
    t.same(problems, [])
  })
})
