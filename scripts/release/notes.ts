/** Prints the notes of a release: `node scripts/release/notes.ts VERSION` prints the section of CHANGELOG.md. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `## 1.2.3 (2027-01-31)`: the version and, for a release, its date. */
export const heading = /^## (?<version>\S+)(?: \((?<date>\d{4}-\d{2}-\d{2})\))?$/

/**
 * The text of a version's section.
 * @param changelog the text of CHANGELOG.md
 * @param version `0.1.0` or `Unreleased`
 * @throws if there is no such section, more than one, or an empty one
 */
export function notesOf(changelog: string, version: string): string {
  const lines = changelog.split('\n')
  const starts = lines.flatMap((line, index) => (heading.exec(line)?.groups?.version === version ? [index] : []))
  const [start] = starts
  if (start === undefined) throw new Error(`CHANGELOG.md has no section "## ${version}".`)
  if (starts.length > 1) throw new Error(`CHANGELOG.md has ${starts.length} sections "## ${version}".`)
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '))
  const text = lines
    .slice(start + 1, length === -1 ? undefined : start + 1 + length)
    .join('\n')
    .trim()
  // A section that has only headings says nothing.
  if (!text.split('\n').some((line) => line.trim() !== '' && !line.startsWith('#'))) {
    throw new Error(`The section "## ${version}" of CHANGELOG.md is empty.`)
  }
  return `${text}\n`
}

if (import.meta.main) {
  const changelog = readFileSync(fileURLToPath(new URL('../../CHANGELOG.md', import.meta.url)), 'utf8')
  try {
    process.stdout.write(notesOf(changelog, process.argv[2] ?? ''))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
