/** Cells in words, for texts and pages. */
import { safeText } from '../../lint/text.ts'
import type { CellOutput, DrilledCells } from './output.ts'

/** `starts`, `fails`, or on how many nodes: `1-2 of 3`. */
export function cellText({ result, nodes }: CellOutput): string {
  const total = nodes === undefined ? 0 : nodes.yes + nodes.no + nodes.unknown
  if (nodes === undefined || result !== 'unknown' || nodes.yes === total) return result
  const most = nodes.yes + nodes.unknown
  return `${nodes.yes === most ? most : `${nodes.yes}-${most}`} of ${total}`
}

/** The reason of the first cell that does not start, and of what fails anyway. */
export function causeText({ restart, reboot, otherNode, scaleUp }: DrilledCells): string {
  const all = [restart, reboot, otherNode, scaleUp]
  const failed = all.filter(({ result, anyway }) => result === 'fails' && anyway === undefined)
  const unknown = all.find(({ result }) => result === 'unknown')
  const cell = failed.find(({ nodeGone }) => nodeGone !== true) ?? unknown ?? failed[0] ?? all.find(({ result }) => result === 'fails')
  if (cell === undefined) return ''
  const causes = cell.because.map(({ container, image, policy, reason }) =>
    safeText(container === null ? reason : `${container}: ${image} ${policy}: ${reason}`),
  )
  const missing = cell.result === 'unknown' ? cell.missing.map(({ field }) => `not known: ${safeText(field)}`) : []
  const said = [...new Set([...missing, ...(missing.length > 0 ? [] : causes)])]
  return `${said.join('; ')}${cell.anyway === true ? ' (also without the outage)' : ''}`
}
