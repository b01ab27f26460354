import { safeText, shorten } from '../lint/text.ts'
import { describeEnd, isGood, timeInWords, verdictInWords } from '../startup/timeline/describe.ts'
import { type Mark, marksOf } from '../startup/timeline/marks.ts'
import type { Timeline } from '../startup/timeline/timeline.ts'
import type { ExplainOutput, TimelineEntry } from './explain.ts'
import { forPeople } from './output.ts'
import { type Paint, plain } from './paint.ts'
import { table } from './table.ts'

/** Maximum width of the last column and of image references. */
const maxWidth = 110

/**
 * The timelines as text: what kubectl shows, when and why; then the outcome. Everything is safe to print.
 * @returns lines that end with a line feed
 */
export function renderExplainText({ timelines }: ExplainOutput, color: Paint | false): string {
  if (timelines.length === 0) return 'Nothing to explain: no workload was found\n'
  const paint = color === false ? plain : color
  return timelines.map((entry) => block(entry, paint)).join('\n')
}

/** The title of a timeline: `pod/kiada`. */
export function titleOf({ object }: TimelineEntry): string {
  return `${object.kind.toLowerCase()}/${object.name}`
}

function block(entry: TimelineEntry, paint: Paint): string {
  const { file, timeline, title, notes } = entry[forPeople]
  const where = file === null ? '' : `${paint('place', safeText(file))}  `
  const tone = isGood(timeline.verdict) ? 'info' : 'warning'
  return [
    `${where}${safeText(`${titleOf(entry)}, ${title}`)}: ${paint(tone, verdictInWords(timeline.verdict))}\n`,
    timeline.rejection === null ? indent(rows(timeline)) : '',
    `  ${safeText(describeEnd(timeline))}\n`,
    ...policies(timeline),
    ...notes.map((note) => `  ${safeText(note)}\n`),
    ...job(timeline),
  ].join('')
}

function rows(timeline: Timeline): string {
  const { marks, rest } = marksOf(timeline)
  const heading = ['AFTER', 'STATUS', 'READY', 'RESTARTS', '']
  return table([heading, ...marks.map(row), ...(rest === null ? [] : [['', rest]])])
}

function row({ kind, at, columns, text }: Mark): readonly string[] {
  const sentence = shorten(safeText(text), maxWidth)
  const { status, ready, restarts } = columns
  // The columns reflect a change from outside a moment later, in a row of their own.
  return kind === 'columns' ? [timeInWords(at), status, ready, String(restarts), sentence] : [timeInWords(at), '', '', '', `>> ${sentence}`]
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

function policies({ lanes, executions }: Timeline): readonly string[] {
  if (lanes.length === 0) return []
  const about = lanes.map(({ name, role, pullPolicy, image }) => {
    const runs = executions.get(name)
    const started = runs === undefined ? '' : `, ${startsInWords(runs)}`
    return `  ${safeText(`${name} (${role}): ${shorten(image, maxWidth)}${pullPolicy === null ? '' : `, ${pullPolicy}`}${started}`)}\n`
  })
  return about
}

function startsInWords(starts: number): string {
  if (starts === 0) return 'never started'
  return `started ${starts === 1 ? 'once' : starts === 2 ? 'twice' : `${starts} or more times`}`
}

function job({ job: owner }: Timeline): readonly string[] {
  if (owner === null) return []
  const { pods, outcome, reason, backoffLimit } = owner
  const end =
    outcome === 'active' ? 'is still active' : outcome === 'complete' ? 'completes' : `fails${reason === null ? '' : ` (${reason})`}`
  return [`  The Job (backoffLimit ${backoffLimit}) creates ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} and ${end}.\n`]
}
