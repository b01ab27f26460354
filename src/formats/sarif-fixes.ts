import type { ArtifactLocation, Fix, Region, Replacement } from 'sarif'
import type { DiagnosticEntry } from '../inspect/output.ts'
import { type Lines, linesOf } from '../manifest/lines.ts'
import { locationOf, type Report, stdinName } from './report.ts'

/** The name that CodeQL and GitHub use for the root of the repository. */
export const sourceRoot = '%SRCROOT%'

/** A reference relative to the root if the file is below it; otherwise a file URL. */
export function artifactOf(file: string | null, report: Report): ArtifactLocation {
  const location = locationOf(file, report)
  if (location === undefined) return { uri: stdinName, description: { text: 'standard input' } }
  const path = location.path.toWellFormed().split('/').map(encodeURIComponent).join('/')
  if (location.isBelowRoot) return { uri: path, uriBaseId: sourceRoot }
  return { uri: path.startsWith('/') ? `file://${path}` : `file:///${path}` }
}

/** The edits of a finding as a fix; none if they are those of a script that is not in the file character by character. */
export type FixesOf = (entry: Pick<DiagnosticEntry, 'edits' | 'hint'>) => Fix[]

/** Translates offsets to lines and columns; the lines of each file are looked for once. */
export function sarifFixes(report: Report): FixesOf {
  const texts = new Map(report.inputs.flatMap(({ file, text }) => (locationOf(file, report) === undefined ? [] : [[file, text] as const])))
  const tables = new Map<string, Lines>()
  const linesIn = (file: string | null): Lines | undefined => {
    const text = texts.get(file)
    if (file === null || text === undefined) return undefined
    // Offsets do not count a byte order mark.
    const lines = tables.get(file) ?? linesOf(text.startsWith('\uFEFF') ? text.slice(1) : text)
    tables.set(file, lines)
    return lines
  }
  return ({ edits = [], hint }) => {
    const changes = new Map<string | null, Replacement[]>()
    for (const { file, start, end, text } of edits) {
      const lines = linesIn(file)
      if (lines === undefined) return []
      const replacements = changes.get(file) ?? []
      changes.set(file, replacements)
      replacements.push({ deletedRegion: regionOf(lines, start, end), insertedContent: { text } })
    }
    if (changes.size === 0) return []
    const artifactChanges = [...changes].map(([file, replacements]) => ({ artifactLocation: artifactOf(file, report), replacements }))
    return [{ description: { text: hint }, artifactChanges }]
  }
}

function regionOf(lines: Lines, start: number, end: number): Region {
  const [from, to] = [lines.at(start), lines.at(end)]
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column }
}
