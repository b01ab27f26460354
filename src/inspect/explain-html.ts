/**
 * Timelines as a page: one file without scripts and without anything that it loads, so it can be mailed, printed, and served under a strict
 * content security policy. Its own policy allows the one style sheet by its hash and nothing else; the pictures are readable without it.
 */

import { renderPictures } from '../startup/picture/picture.ts'
import { darkCss } from '../startup/picture/style.ts'
import { escapeMarkup } from '../startup/picture/svg.ts'
import { verdictInWords } from '../startup/timeline/describe.ts'
import type { ExplainOutput, TimelineEntry } from './explain.ts'
import { pictureOf } from './explain-picture.ts'
import { renderExplainText, titleOf } from './explain-text.ts'
import { forPeople } from './output.ts'

/** More pictures make a page that browsers open slowly; each has 10 to 100 KB. */
const maxSections = 300

/** The style sheet: a constant, so that its hash is one, too. */
export const pageCss = [
  'body{margin:2rem auto;padding:0 1rem;max-width:60rem;font-family:system-ui,"Segoe UI","DejaVu Sans",sans-serif;line-height:1.5;color:#1f2328;background:#fff}',
  'h1{font-size:1.5rem}h2{font-size:1.1rem;overflow-wrap:anywhere}section{break-inside:avoid;margin-top:2rem}svg{max-width:100%;height:auto}pre{overflow-x:auto}',
  'a{color:#0550ae}',
  '@media screen and (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}a{color:#79b8ff}}',
  darkCss,
].join('')

/** The source of `pageCss` in a content security policy (CSP Level 3, hash-source); a test computes it. */
export const pageCssHash = 'sha256-GvhIvBbTWWCR3cyLQ9BupeRNtOhDwSSQCWy4Tkm/TlA='

const policy = `default-src 'none'; style-src '${pageCssHash}'; base-uri 'none'; form-action 'none'`

/** The page: a picture for each timeline, and a list of links if there are several. */
export function renderExplainHtml({ timelines }: ExplainOutput): string {
  const shown = timelines.slice(0, maxSections)
  const left = timelines.length - shown.length
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeMarkup(pageTitle(timelines))}</title>`,
    `<style>${pageCss}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escapeMarkup(pageTitle(timelines))}</h1>`,
    ...(shown.length > 1 ? [contents(shown)] : []),
    ...shown.map(section),
    ...(left > 0
      ? [`<p>${left} more not drawn, because a page has at most ${maxSections} pictures; --format json shows all of them.</p>`]
      : []),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function pageTitle(timelines: readonly TimelineEntry[]): string {
  const names = [...new Set(timelines.map(titleOf))]
  if (names.length === 0) return 'No workload to explain'
  return names.length === 1 ? `How ${names[0]} starts` : `How ${names.length} workloads start`
}

function headingOf(entry: TimelineEntry): string {
  const { file, title } = entry[forPeople]
  return escapeMarkup(`${file === null ? '' : `${file}: `}${titleOf(entry)}, ${title}`)
}

function contents(entries: readonly TimelineEntry[]): string {
  const items = entries.map(
    (entry, index) =>
      `<li><a href="#start-${index + 1}">${headingOf(entry)}</a>: ${verdictInWords(entry[forPeople].timeline.verdict)}</li>`,
  )
  return `<nav aria-label="Timelines">\n<ol>\n${items.join('\n')}\n</ol>\n</nav>`
}

function section(entry: TimelineEntry, index: number): string {
  const picture = renderPictures([pictureOf(entry)], { number: index + 1 })
  const text = renderExplainText({ timelines: [entry], errors: [] }, false)
  return `<section id="start-${index + 1}">\n<h2>${headingOf(entry)}</h2>\n${picture}<details>\n<summary>As text</summary>\n<pre>${text.split('\n').map(escapeMarkup).join('\n')}</pre>\n</details>\n</section>`
}
