/** What a log shows: only lines that match a pattern are ever quoted. */
import { type Classified, classifyInner } from '../messages/classify.ts'
import { type MessagePattern, tables } from '../messages/index.ts'

/** How much of the end of a log is read, in UTF-16 units, and in lines. */
export const maxLog = 64 * 1024
const maxLines = 200
/** Longest line that is matched. */
const maxLine = 1000

/** The matching line with the lowest rank; the last one of several. */
export function classifyLog(log: string, patterns: readonly MessagePattern[] = tables.log): Classified | undefined {
  const lines = log
    .slice(-maxLog)
    .split(/[\r\n]+/)
    .slice(-maxLines)
  let best: Classified | undefined
  for (const line of lines.reverse()) {
    const found = classifyInner(line.slice(0, maxLine), patterns)
    if (found !== undefined && (best === undefined || found.pattern.rank < best.pattern.rank)) best = found
  }
  return best
}
