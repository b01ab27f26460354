/** A drill as one HTML page for an incident review: the picture, what to do, and all cells. Self-contained, without scripts. */
import { count } from '../../inspect/index.ts'
import { content } from '../../startup/picture/svg.ts'
import { cellText } from './cell-text.ts'
import type { ProposedChange } from './changes.ts'
import { type CellOutput, type DrilledWorkload, type DrillOutput, outcomes } from './output.ts'
import { renderDrillPicture } from './picture.ts'
import { colors, fonts } from './picture-style.ts'

/** Only what is in the page itself, and no scripts. */
const policy = "default-src 'none'; style-src 'unsafe-inline'"

const css = [
  `body{max-width:1000px;margin:2em auto;padding:0 1em;font:15px/1.5 ${fonts.sans};color:${colors.ink};background:${colors.paper}}`,
  'svg{max-width:100%;height:auto}',
  'table{border-collapse:collapse;width:100%;font-size:13px;margin:0 0 1.5em}',
  `th,td{text-align:left;vertical-align:top;padding:.25em .6em;border-bottom:1px solid ${colors.line}}`,
  `code,td.name{font-family:${fonts.mono};font-size:12px;overflow-wrap:anywhere}`,
  '.fails{font-weight:700}.unknown{font-style:italic}',
  `.quiet{color:${colors.quiet}}`,
  '@media screen and (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#3d444d}.quiet{color:#9198a1}}',
  '@media print{body{margin:0;max-width:none}svg{max-height:250mm}details{display:block}tr{break-inside:avoid}}',
].join('')

const titles = { fails: 'Fails', unknown: 'Unknown', survives: 'Survives' } as const

/** The page; ends with a line feed. */
export function renderDrillPage(output: DrillOutput): string {
  const { summary, workloads, changes, notLookedAt } = output
  const title = `Outage drill: ${summary.conditions.join(', ')}`
  const sections = outcomes.flatMap((outcome) => {
    const rows = workloads.filter((row) => row.outcome === outcome)
    return rows.length === 0
      ? []
      : [sectionOf(`${titles[outcome]}: ${count(rows.length, 'workload')}`, tableOf(rows), outcome !== 'survives')]
  })
  const limits = notLookedAt.map(({ what, why }) => `<li>${escaped(what)}: ${escaped(why)}</li>`)
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    `<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escaped(title)}</title>`,
    `<style>${css}</style></head>`,
    '<body>',
    `<h1 hidden>${escaped(title)}</h1>`,
    renderDrillPicture(output).trimEnd(),
    ...changesPart(changes),
    ...missingPart(workloads),
    ...sections,
    ...(limits.length === 0 ? [] : [`<h2>Not looked at</h2><ul>${limits.join('')}</ul>`]),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function escaped(text: string): string {
  return content(text).svg
}

function sectionOf(title: string, inside: string, isOpen: boolean): string {
  return isOpen ? `<h2>${escaped(title)}</h2>${inside}` : `<details><summary>${escaped(title)}</summary>${inside}</details>`
}

function tableOf(rows: readonly DrilledWorkload[]): string {
  const heading = ['Namespace', 'Workload', 'Pods', 'Restart', 'Reboot', 'Other node', 'Scale-up', 'Because']
  const lines = rows.map((row) => {
    const { object, pods, because } = row
    const { restart, reboot, otherNode, scaleUp } = row.cells
    const cells = [restart, reboot, otherNode, scaleUp].map((cell) => `<td class="${cell.result}">${escaped(withMark(cell))}</td>`)
    const name = `<td class="name">${escaped(`${object.kind.toLowerCase()}/${object.name}`)}</td>`
    return `<tr><td>${escaped(object.namespace)}</td>${name}<td>${pods}</td>${cells.join('')}<td>${escaped(because)}</td></tr>`
  })
  return `<table><thead><tr>${heading.map((each) => `<th>${each}</th>`).join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table>`
}

function withMark(cell: CellOutput): string {
  const mark = cell.result === 'starts' ? '✓' : cell.result === 'fails' ? '✕' : '?'
  return `${mark} ${cellText(cell)}`
}

function changesPart(changes: readonly ProposedChange[]): readonly string[] {
  if (changes.length === 0) return []
  const items = changes.map(({ title, saves, helps, edits }) => {
    const gain = saves > 0 ? `saves ${count(saves, 'workload')}` : `helps ${count(helps, 'workload')}`
    const lines = edits.map(({ object, pointer, value }) => {
      const written = typeof value === 'string' ? value : JSON.stringify(value)
      return `<li><code>${escaped(`${object.namespace}/${object.kind.toLowerCase()}/${object.name} ${pointer}: ${written}`)}</code></li>`
    })
    const list = lines.length === 0 ? '' : `<details><summary>${count(lines.length, 'edit')}</summary><ul>${lines.join('')}</ul></details>`
    return `<li>${escaped(title)} (${gain})${list}</li>`
  })
  return [`<h2>What to do</h2><p class="quiet">Each counts on top of those before it.</p><ol>${items.join('')}</ol>`]
}

/** Fields that are listed at most. */
const maxMissing = 20

function missingPart(workloads: readonly DrilledWorkload[]): readonly string[] {
  const all = workloads.flatMap(({ cells: { restart, reboot, otherNode, scaleUp } }) =>
    [restart, reboot, otherNode, scaleUp].flatMap(({ missing }) => missing),
  )
  const byField = [...new Map(all.map((each) => [each.field, each])).values()]
  if (byField.length === 0) return []
  const items = byField
    .slice(0, maxMissing)
    .map(({ field, why, how }) => `<li><b>${escaped(field)}</b>: ${escaped(why)}. <span class="quiet">${escaped(how)}</span></li>`)
  const more = byField.length > maxMissing ? `<p class="quiet">${byField.length - maxMissing} more: --format json lists all</p>` : ''
  return [`<h2>How to know</h2><ul>${items.join('')}</ul>${more}`]
}
