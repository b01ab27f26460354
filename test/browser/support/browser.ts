/** A real Chromium with the playground, as the server serves it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { buildPage } from '../../../scripts/build/page.ts'
import { makeLink } from '../../../web/link/link.ts'
import { testServer } from '../../server/support/server.ts'

/** Debian's, and the names of other systems. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The browser; `CHROMIUM` names another one. @throws if there is none */
function chromiumPath(): string {
  const found = process.env.CHROMIUM ?? places.find((path) => existsSync(path))
  if (found === undefined) {
    throw new Error('There is no Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM to the path of a browser.')
  }
  return found
}

/** As root in CI, without a GPU, and without connections in the background: the page must work without a network. */
const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** For all tests of a file, in milliseconds: a browser on a busy machine is slow. */
export const browserTimeout = 600_000

export interface Playground {
  readonly url: string
  /** Where the built page is. */
  readonly directory: string
  /** Opens the page in a context of its own. */
  open(options?: BrowserContextOptions & { readonly fragment?: string }): Promise<Opened>
}

export interface Opened {
  readonly page: Page
  /** The findings that are listed. */
  readonly findings: Locator
  /** Errors, messages on the console (violations of the Content-Security-Policy included), and dialogs of scripts. */
  readonly problems: readonly string[]
  /** The URLs of all requests. */
  readonly requests: readonly string[]
  /** Types a text of one line in place of the manifest. */
  write(line: string): Promise<void>
  /** Opens a document by a link, as another person would have shared it. */
  openDocument(manifest: string, policy?: string): Promise<void>
  /** Saves a screenshot in the directory that SCREENSHOTS names; nothing without it. */
  shot(name: string): Promise<void>
  /** The manifest in the editor. */
  text(): Promise<string>
}

/** Built once for all tests of a process. */
let built: Promise<string> | undefined

async function build(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'initlint-page-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  await buildPage(directory)
  return directory
}

/** Builds the page, serves it on the loopback interface and starts the browser; all of it ends with the test. */
export async function playground(t: Test): Promise<Playground> {
  const executablePath = chromiumPath()
  built ??= build()
  const directory = await built
  const server = await testServer(t, { tryRoutes: 'loopback', pageDirectory: directory })
  const browser: Browser = await chromium.launch({ executablePath, args: flags })
  t.teardown(() => browser.close())
  const url = `http://localhost:${server.ports.try}/`
  return {
    url,
    directory,
    open: async ({ fragment = '', ...options } = {}) => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
      return openIn(await context.newPage(), `${url}${fragment}`)
    },
  }
}

async function openIn(page: Page, url: string): Promise<Opened> {
  const problems: string[] = []
  const requests: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`))
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(url)
  const editor = page.locator('#panel-manifest .cm-content')
  return {
    page,
    findings: page.locator('.finding'),
    problems,
    requests,
    write: async (line) => {
      await editor.click()
      await page.keyboard.press('Control+A')
      // Over a selection of several lines, the browser itself would edit before CodeMirror does, with inline styles, which are blocked.
      await page.keyboard.press('Delete')
      await page.keyboard.insertText(line)
    },
    openDocument: async (manifest, policy = '') => {
      const made = await makeLink({ manifest, policy, conditions: [] })
      if (!made.ok) throw new Error(made.problem)
      await page.evaluate((hash) => {
        location.hash = hash
      }, made.fragment)
    },
    shot: async (name) => {
      const { SCREENSHOTS } = process.env
      if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true })
    },
    text: async () => (await editor.locator('.cm-line').allInnerTexts()).map((line) => line.replace(/\n$/, '')).join('\n'),
  }
}
