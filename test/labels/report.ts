/** The tables of a measurement as text. */
import { table } from '../../src/inspect/index.ts'
import { differs, type Judged, type Measured, type Score, type Scores, type Share, scoresOf } from './measure.ts'

/** The tables, then each readable script of which something other than its label is said. */
export function reportOf(title: string, { judged, missing }: Measured): string {
  const scores = scoresOf(judged)
  const differing = judged.filter(differs).sort((a, b) => rank(a) - rank(b))
  return [
    `${title}: ${judged.length} init containers, ${scores.readable} with a readable script\n`,
    missing.length === 0 ? '' : `not found in their manifests: ${missing.join(', ')}\n`,
    `\n${summary(scores)}`,
    section('findings by rule', ['rule', ...scoreHeads], scores.byRule, scoreCells),
    section('findings by reason', ['reason', ...scoreHeads], scores.byReason, scoreCells),
    section('unsafe scripts by operation', ['operation', 'named'], scores.byOperation, (share) => [shareText(share)]),
    section('unknown by reason', ['reason', 'scripts'], scores.byUnknown, (count) => [String(count)]),
    differing.length === 0 ? '' : `\nother than the label\n${differing.map(lineOf).join('')}`,
  ].join('')
}

const scoreHeads = ['right', 'wrong', 'unclear label', 'precision']

function scoreCells(score: Score): readonly string[] {
  return [score.right, score.wrong, score.unclear].map(String).concat(precision(score))
}

function summary({ safe, unsafe, recall, unknown, waits }: Scores): string {
  return table([
    ['said', ...scoreHeads],
    ['safe', ...scoreCells(safe)],
    ['unsafe', ...scoreCells(unsafe)],
  ]).concat(
    `\n`,
    table([
      ['unsafe scripts named', shareText(recall)],
      ['unknown', shareText(unknown)],
      ['endless waits named', shareText(waits)],
    ]),
  )
}

function section<Value>(
  title: string,
  heads: readonly string[],
  values: ReadonlyMap<string, Value>,
  cells: (value: Value) => readonly string[],
): string {
  if (values.size === 0) return ''
  const rows = [...values].map(([key, value]) => [key, ...cells(value)])
  const weight = (row: readonly string[]): number => row.slice(1).reduce((sum, cell) => sum + (Number.parseInt(cell, 10) || 0), 0)
  return `\n${title}\n${table([heads, ...rows.sort((a, b) => weight(b) - weight(a))])}`
}

function precision({ right, wrong }: Score): string {
  return percent(right, right + wrong)
}

function shareText({ part, whole }: Share): string {
  return `${part} of ${whole} (${percent(part, whole)})`
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`
}

/** Wrong answers before answers that are missing. */
function rank({ said, label }: Judged): number {
  return said === 'unknown' ? 2 + Number(label.verdict === 'safe') : Number(said === 'unsafe')
}

function lineOf({ label, said, findings, unknown }: Judged): string {
  const reasons = said === 'unsafe' ? findings.filter(({ rule }) => rule.startsWith('init-not-')).map(({ message }) => message) : unknown
  return `${label.id} ${said}, label ${label.verdict} (${label.operation}) ${label.container}: ${reasons.join(' | ')}\n`
}
