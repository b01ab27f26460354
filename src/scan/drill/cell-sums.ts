/** Puts cells together: of several Pods, and of several nodes. */
import type { CellResult, DrillCell } from './cells.ts'
import { type Missing, missingOf, someNodes } from './unknowns.ts'

/** A cell that fails for a reason that is no container's. */
export function failing(reason: string): DrillCell {
  return { result: 'fails', because: [{ container: null, image: null, policy: null, reason }], missing: [] }
}

/** A Pod on a node that is gone. */
export function leftNode(reason: string): DrillCell {
  return { ...failing(reason), nodeGone: true }
}

export function unknownCell(missing: Missing): DrillCell {
  return { result: 'unknown', because: [], missing: [missing] }
}

/** The worst of some cells: one that fails, else one that is not known. What fails anyway counts last. */
export function worst(cells: readonly DrillCell[]): DrillCell {
  const find = (result: CellResult, anyway?: true): DrillCell | undefined =>
    cells.find((cell) => cell.result === result && cell.anyway === anyway)
  const found = find('fails') ?? find('unknown') ?? find('fails', true) ?? cells[0]
  const nodes = cells.find((cell) => cell.nodes !== undefined)?.nodes
  return found !== undefined && nodes !== undefined ? { ...found, nodes } : (found ?? unknownCell(missingOf('no-nodes', {}, 0)))
}

/** A Pod that no node may take. @param isUsual whether that is so without the outage, too */
export function nowhere(where: 'node' | 'other node', isUsual: boolean): DrillCell {
  return { ...failing(`no ${where} may take it`), ...(isUsual ? { anyway: true } : {}) }
}

/** A cell of some nodes that have the same images, and their names. */
export interface DecidedNodes {
  readonly names: readonly string[]
  readonly cell: DrillCell
}

/**
 * A new Pod on any of some nodes: the scheduler picks one.
 * @param options.nowhere the cell if there is none
 * @param options.cap images that a kubelet reports at most
 */
export function onNodes(decided: readonly DecidedNodes[], options: { readonly nowhere: DrillCell; readonly cap: number }): DrillCell {
  const of = (result: CellResult) => decided.filter(({ cell }) => cell.result === result)
  const count = (result: CellResult): number => of(result).reduce((sum, { names }) => sum + names.length, 0)
  const nodes = { yes: count('starts'), no: count('fails'), unknown: count('unknown') }
  const total = nodes.yes + nodes.no + nodes.unknown
  const because = [...of('fails'), ...of('unknown')][0]?.cell.because ?? []
  if (total === 0) return { ...options.nowhere, nodes }
  if (nodes.yes === total) return { result: 'starts', because: [], nodes, missing: [] }
  if (nodes.no === total) {
    const anyway = decided.every(({ cell }) => cell.anyway === true)
    return { result: 'fails', because, nodes, missing: [], ...(anyway ? { anyway } : {}) }
  }
  const missing = of('unknown').flatMap(({ cell }) => cell.missing)
  const names = (result: CellResult): string => someNodes(of(result).flatMap((each) => each.names))
  const detail = `on ${names('starts')}, and not on ${names('fails')}`
  const mixed = nodes.yes > 0 && nodes.no > 0 ? [missingOf('scheduler', { detail }, options.cap)] : []
  return { result: 'unknown', because, nodes, missing: [...mixed, ...missing] }
}
