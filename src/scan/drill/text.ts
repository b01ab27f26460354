/** A drill for people: what fails first, then what is not known, and what to do. */
import { count, type ObjectName, type Paint, plain, table } from '../../inspect/index.ts'
import { safeText, shorten } from '../../lint/text.ts'
import { cellText } from './cell-text.ts'
import type { ProposedChange } from './changes.ts'
import { type DrilledWorkload, type DrillOutput, outcomes } from './output.ts'

export interface DrillTextOptions {
  readonly color: Paint | false
  /** The largest number of workloads that are listed for each outcome. */
  readonly limit: number
}

const titles = {
  fails: ['error', 'FAILS', 'at least one way to start again fails'],
  unknown: ['warning', 'UNKNOWN', 'the API does not show enough'],
  survives: ['info', 'SURVIVES', 'their Pods start again, whatever happens to them'],
} as const

const heading = ['WORKLOAD', 'PODS', 'RESTART', 'REBOOT', 'OTHER NODE', 'SCALE-UP', 'BECAUSE']

/** Longest text of the last column. */
const maxBecause = 160

/** The drill as text; ends with a line feed. */
export function renderDrillText(output: DrillOutput, { color, limit }: DrillTextOptions): string {
  const { summary, workloads, changes, notLookedAt } = output
  const paint = color === false ? plain : color
  const nodes = summary.nodes === null ? 'nodes not known' : count(summary.nodes, 'node')
  const head = `drill of ${safeText(summary.scanned)} (${summary.conditions.map(safeText).join(', ')}): ${count(summary.workloads, 'workload')} of ${summary.workloads + summary.untouched} affected, ${nodes}\n`
  const parts = outcomes.flatMap((outcome) => {
    const rows = workloads.filter((row) => row.outcome === outcome)
    if (rows.length === 0) return []
    const [tone, title, meaning] = titles[outcome]
    return [`${paint(tone, title)}  ${count(rows.length, 'workload')}: ${meaning}\n${listed(rows, limit)}`]
  })
  const unmatched = summary.unmatched.map((glob) => `No image matches registry-down=${safeText(glob)}.\n`)
  const none = parts.length === 0 ? ['The conditions reach no workload.\n'] : []
  const sections = [head, ...unmatched, ...parts, ...none, ...missingPart(workloads), ...changesPart(changes)]
  const missing = notLookedAt.map(({ what, why }) => `not looked at: ${safeText(what)} (${safeText(why)})\n`)
  return `${sections.join('\n')}\n${missing.join('')}nothing was changed, and no registry was contacted\n`
}

function listed(rows: readonly DrilledWorkload[], limit: number): string {
  const shown = rows.slice(0, limit)
  const [titleLine = '', ...lines] = table([heading, ...shown.map(cells)])
    .split('\n')
    .slice(0, -1)
  const text = [`    ${titleLine}\n`]
  let namespace: string | undefined
  for (const [index, line] of lines.entries()) {
    const row = shown[index]
    if (row !== undefined && row.object.namespace !== namespace) {
      namespace = row.object.namespace
      text.push(`  ${safeText(namespace)}\n`)
    }
    text.push(`    ${line}\n`)
  }
  const more = rows.length - shown.length
  return `${text.join('')}${more > 0 ? `    ${more} more: --limit ${rows.length} lists all\n` : ''}`
}

function cells(row: DrilledWorkload): readonly string[] {
  const { restart, reboot, otherNode, scaleUp } = row.cells
  const all = [restart, reboot, otherNode, scaleUp]
  return [shortName(row.object), String(row.pods), ...all.map(cellText), shorten(row.because, maxBecause)]
}

function shortName({ kind, name }: ObjectName): string {
  return safeText(`${kind.toLowerCase()}/${name}`)
}

/** Unknowns that are listed with how to know. */
const maxMissing = 10

/** What is missing, and how to know: what concerns most workloads first. */
function missingPart(workloads: readonly DrilledWorkload[]): readonly string[] {
  const found = new Map<string, { readonly lines: readonly string[]; count: number }>()
  for (const row of workloads) {
    const { restart, reboot, otherNode, scaleUp } = row.cells
    const missing = [restart, reboot, otherNode, scaleUp].flatMap((cell) => cell.missing)
    for (const { field, why, how } of new Map(missing.map((each) => [each.field, each])).values()) {
      const known = found.get(field)
      if (known === undefined) found.set(field, { lines: [`  ${safeText(field)}: ${safeText(why)}\n`, `    ${safeText(how)}\n`], count: 1 })
      else known.count++
    }
  }
  if (found.size === 0) return []
  const sorted = [...found.values()].sort((a, b) => b.count - a.count)
  const more = sorted.length > maxMissing ? [`  ${sorted.length - maxMissing} more: --format json lists all\n`] : []
  return [['HOW TO KNOW\n', ...sorted.slice(0, maxMissing).flatMap(({ lines }) => lines), ...more].join('')]
}

/** Edits that are listed for each change. */
const maxEdits = 3

function changesPart(changes: readonly ProposedChange[]): readonly string[] {
  if (changes.length === 0) return []
  const lines = changes.flatMap(({ title, saves, helps, edits }, index) => {
    const gain = saves > 0 ? `saves ${count(saves, 'workload')}` : `helps ${count(helps, 'workload')}`
    const shown = edits.slice(0, maxEdits).map(({ object, pointer, value }) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return `       ${safeText(object.namespace)}/${shortName(object)} ${safeText(pointer)}: ${safeText(text)}\n`
    })
    const more = edits.length > maxEdits ? [`       ${edits.length - maxEdits} more edits: --format json lists all\n`] : []
    return [`  ${index + 1}. ${safeText(title)} (${gain})\n`, ...shown, ...more]
  })
  return [`WHAT TO DO, each on top of those before it\n${lines.join('')}`]
}
