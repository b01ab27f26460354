import { safeText, shorten } from '../lint/text.ts'
import { describeEnd, isGood, timeInWords, verdictInWords } from '../startup/timeline/describe.ts'
import { type Mark, marksOf } from '../startup/timeline/marks.ts'
import type { Timeline } from '../startup/timeline/timeline.ts'
import type { ExplainOutput, TimelineEntry } from './explain.ts'
import { forPeople } from './output.ts'
import { type Paint, plain } from './paint.ts'
import { table } from './table.ts'

/** Longest sentence in the last column. */
const maxWidth = 110

/**
 * The timelines as a person reads them: what kubectl shows when, and why; then how it ends. Everything is safe to print.
 * @returns lines that end with a line feed
 */
export function renderExplainText({ timelines }: ExplainOutput, colour: Paint | false): string {
  if (timelines.length === 0) return 'Nothing to explain: no workload was found\n'
  const paint = colour === false ? plain : colour
  return timelines.map((entry) => block(entry, paint)).join('\n')
}

/** The title of a timeline: `pod/kiada`. */
export function titleOf({ object }: TimelineEntry): string {
  return `${object.kind.toLowerCase()}/${object.name}`
}

function block(entry: TimelineEntry, paint: Paint): string {
  const { file, timeline, words, notes } = entry[forPeople]
  const where = file === null ? '' : `${paint('place', safeText(file))}  `
  const tone = isGood(timeline.verdict) ? 'info' : 'warning'
  const condition = words === '' ? 'when all goes well' : `what if ${words}`
  return [
    `${where}${safeText(`${titleOf(entry)}, ${condition}`)}: ${paint(tone, verdictInWords(timeline.verdict))}\n`,
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
  // A change from outside shows in the columns a moment later, in a row of its own.
  return kind === 'columns' ? [timeInWords(at), status, ready, String(restarts), sentence] : [timeInWords(at), '', '', '', `>> ${sentence}`]
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

function policies({ lanes, executions }: Timeline): readonly string[] {
  if (lanes.length === 0) return []
  const about = lanes.map(({ name, role, pullPolicy, image }) => {
    const runs = executions.get(name)
    const started =
      runs === undefined ? '' : `, started ${runs === 0 ? 'never' : runs === 1 ? 'once' : runs === 2 ? 'twice' : `${runs} times or more`}`
    return `  ${safeText(`${name} (${role}): ${shorten(image, maxWidth)}${pullPolicy === null ? '' : `, ${pullPolicy}`}${started}`)}\n`
  })
  return about
}

function job({ job: around }: Timeline): readonly string[] {
  if (around === null) return []
  const { pods, outcome, reason, backoffLimit } = around
  const end = outcome === 'active' ? 'goes on' : outcome === 'complete' ? 'completes' : `fails${reason === null ? '' : ` (${reason})`}`
  return [`  The Job (backoffLimit ${backoffLimit}) makes ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} and ${end}.\n`]
}
