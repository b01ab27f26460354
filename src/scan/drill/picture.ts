/** A drill as one picture for an incident review: workloads by namespace. Few are named with their cells; many are one mark each. */
import { count } from '../../inspect/index.ts'
import { element, fit, type Markup } from '../../startup/picture/svg.ts'
import { type CellOutput, type DrilledWorkload, type DrillOutput, outcomes } from './output.ts'
import { drawn, filled, type MarkName, mark, markSize, marks, pictureStyle, text } from './picture-style.ts'

const width = 1000
const margin = 24
const inner = width - 2 * margin

/** Workloads that get a line of their own; more than these are one mark each. */
const maxNamed = 160

/** Room for one mark. */
const step = markSize + 3
const lineHeight = 20

/** A part of the picture and its height. */
interface Block {
  readonly height: number
  readonly parts: readonly Markup[]
}

/** The picture as SVG, ends with a line feed. */
export function renderDrillPicture(output: DrillOutput): string {
  const head = headOf(output)
  const namespaces = [...Map.groupBy(output.workloads, ({ object }) => object.namespace)]
  const draw = output.workloads.length > maxNamed ? manyBlock : namedBlock
  let y = head.height
  const parts: Markup[] = [...head.parts]
  if (draw === namedBlock && namespaces.length > 0) {
    parts.push(...columnTitles(y))
    y += lineHeight
  }
  for (const [namespace, workloads] of namespaces) {
    const block = draw(namespace, workloads, y)
    parts.push(...block.parts)
    y += block.height
  }
  if (namespaces.length === 0) parts.push(text('The conditions reach no workload.', margin, y + 14))
  const height = y + (namespaces.length === 0 ? lineHeight : 0) + margin
  const paper = element('rect', { ...filled('paper'), width, height })
  const picture = element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': labelOf(output) },
    [pictureStyle(), marks(), paper, ...parts],
  )
  return `${picture.svg}\n`
}

function labelOf({ summary: { conditions, byOutcome } }: DrillOutput): string {
  return `Outage drill, ${conditions.join(', ')}: ${byOutcome.fails} fail, ${byOutcome.unknown} unknown, ${byOutcome.survives} survive`
}

function headOf({ summary }: DrillOutput): Block {
  const { conditions, scanned, workloads, untouched, byOutcome } = summary
  const title = fit(`Outage drill: ${conditions.join(', ')}`, inner, 20, 'sans')
  const about = fit(`${scanned}: ${count(workloads, 'workload')} of ${workloads + untouched} affected`, inner, 13, 'sans')
  const legend: Markup[] = []
  let x = margin
  for (const outcome of outcomes) {
    const words = `${byOutcome[outcome]} ${legendWords[outcome]}`
    legend.push(mark(outcome, x, 74), text(words, x + markSize + 6, 86, { size: 13, bold: true }))
    x += markSize + 30 + words.length * 8
  }
  if (workloads <= maxNamed) legend.push(mark('aside', x + 10, 74), text(asideWords, x + markSize + 16, 86, { size: 11, color: 'quiet' }))
  return {
    height: 116,
    parts: [text(title, margin, 40, { size: 20, bold: true }), text(about, margin, 62, { size: 13, color: 'quiet' }), ...legend],
  }
}

const legendWords = { fails: 'fail', unknown: 'unknown', survives: 'survive' } as const

/** What the dash means, where there are cells. */
const asideWords = 'not because of the outage, or left behind on a node that is gone'

/** Two columns of names with four cells each. */
const columnWidth = inner / 2 - 10
const cellNames = ['restart', 'reboot', 'other', 'scale'] as const
const cellStep = 44
const cellsAt = columnWidth - cellNames.length * cellStep

function columnTitles(y: number): readonly Markup[] {
  return [0, 1].flatMap((column) =>
    cellNames.map((name, index) => text(name, columnAt(column) + cellsAt + index * cellStep, y + 12, { size: 11, color: 'quiet' })),
  )
}

function columnAt(column: number): number {
  return margin + column * (columnWidth + 20)
}

function namedBlock(namespace: string, workloads: readonly DrilledWorkload[], top: number): Block {
  const sorted = bySeverity(workloads)
  const rows = Math.ceil(sorted.length / 2)
  const parts = sorted.flatMap((workload, index) => namedRow(workload, index < rows ? 0 : 1, top + 26 + (index % rows) * lineHeight))
  return { height: 26 + rows * lineHeight + 10, parts: [...heading(namespace, workloads, top), ...parts] }
}

function namedRow(workload: DrilledWorkload, column: number, y: number): readonly Markup[] {
  const x = columnAt(column)
  const { object, outcome } = workload
  const { restart, reboot, otherNode, scaleUp } = workload.cells
  const name = fit(`${object.kind.toLowerCase()}/${object.name}`, cellsAt - markSize - 14, 12, 'mono')
  const cells = [restart, reboot, otherNode, scaleUp].map((cell, index) => mark(asMark(cell), x + cellsAt + index * cellStep + 6, y))
  return [mark(outcome, x, y, titleOf(workload)), text(name, x + markSize + 8, y + 11, { mono: true }), ...cells]
}

/** A mark for each workload, next to the name of the namespace. */
const marksAt = 290
const countsRoom = 140
const marksPerLine = Math.floor((inner - marksAt) / step)

function manyBlock(namespace: string, workloads: readonly DrilledWorkload[], top: number): Block {
  const sorted = bySeverity(workloads)
  const lines = Math.ceil(sorted.length / marksPerLine)
  const drawnMarks = sorted.map((workload, index) =>
    mark(
      workload.outcome,
      margin + marksAt + (index % marksPerLine) * step,
      top + 4 + Math.floor(index / marksPerLine) * step,
      titleOf(workload),
    ),
  )
  return {
    height: Math.max(1, lines) * step + 8,
    parts: [
      text(fit(namespace, marksAt - countsRoom, 12, 'mono'), margin, top + 15, { mono: true }),
      text(countsOf(workloads, ''), margin + marksAt - 12, top + 15, { size: 11, color: 'quiet', end: true }),
      ...drawnMarks,
      element('line', { ...drawn('line', 1), x1: margin, y1: top, x2: width - margin, y2: top }),
    ],
  }
}

function heading(namespace: string, workloads: readonly DrilledWorkload[], top: number): readonly Markup[] {
  return [
    element('line', { ...drawn('line', 1), x1: margin, y1: top, x2: width - margin, y2: top }),
    text(fit(namespace, inner - 200, 13, 'sans'), margin, top + 17, { size: 13, bold: true }),
    text(countsOf(workloads), width - margin, top + 17, { size: 11, color: 'quiet', end: true }),
  ]
}

/** `2 fail, 1 unknown of 5` */
function countsOf(workloads: readonly DrilledWorkload[], of = ` of ${workloads.length}`): string {
  const number = (name: MarkName): number => workloads.filter(({ outcome }) => outcome === name).length
  const parts = [
    ...(number('fails') > 0 ? [`${number('fails')} fail`] : []),
    ...(number('unknown') > 0 ? [`${number('unknown')} unknown`] : []),
  ]
  return parts.length === 0 ? (workloads.length === 1 ? 'survives' : `all ${workloads.length} survive`) : `${parts.join(', ')}${of}`
}

function bySeverity(workloads: readonly DrilledWorkload[]): readonly DrilledWorkload[] {
  return outcomes.flatMap((outcome) => workloads.filter((workload) => workload.outcome === outcome))
}

function titleOf({ object, outcome, restart, reboot, cells: { otherNode }, scaleUp }: DrilledWorkload): string {
  const cells = `restart ${restart}, reboot ${reboot}, other node ${otherNode.result}, scale-up ${scaleUp}`
  return `${object.kind} ${object.namespace}/${object.name}: ${outcome} (${cells})`
}

function asMark({ result, anyway, nodeGone }: CellOutput): MarkName {
  if (anyway === true || nodeGone === true) return 'aside'
  return result === 'starts' ? 'survives' : result
}
