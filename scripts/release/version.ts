/**
 * The version, everywhere at once:
 *
 *   node scripts/release/version.ts 0.2.0         sets it, and turns "Unreleased" of CHANGELOG.md into its section
 *   node scripts/release/version.ts --check       fails unless all files have the version of package.json
 *   node scripts/release/version.ts --check v0.2.0   also fails unless it is that of the tag and CHANGELOG.md has its section
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { notesOf } from './notes.ts'

/** Where a file has the version of initlint: each match of the pattern has it in the group `version`. */
interface Place {
  readonly file: string
  readonly pattern: RegExp
}

/** An image, or a package of npm. */
const reference = /\binitlint[:@](?<version>\d+\.\d+\.\d+(?:-[\w.-]*\w)?)/g

/** What must have the version, in the order in which it is checked; the first one is the source. */
const required: readonly Place[] = [
  { file: 'package.json', pattern: /^ {2}"version": "(?<version>[^"]+)"/gm },
  { file: 'package-lock.json', pattern: /(?<="name": "initlint",\n +)"version": "(?<version>[^"]+)"/g },
  { file: 'manifests/chart/Chart.yaml', pattern: /^(?:version|appVersion): (?<version>\S+)$/gm },
  { file: 'manifests/base/deployment.yaml', pattern: reference },
  { file: 'manifests/README.md', pattern: /(?:\binitlint:|\bnewTag: )(?<version>\d[\w.-]*)/g },
]

/** What may mention the image or the package with a version. */
const mentioning = ['*.{md,yml,yaml}', '.*.yaml', 'Dockerfile', 'docs/**/*.md', 'examples/**', 'manifests/**/*.{md,yaml}']

/** All places of a project. */
export function placesOf(root: string): readonly Place[] {
  const known = new Set(['CHANGELOG.md', ...required.map(({ file }) => file)])
  const files = globSync(mentioning, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
  const more = files.filter((file) => !known.has(file) && read(root, file).search(reference) !== -1).sort()
  return [...required, ...more.map((file) => ({ file, pattern: reference }))]
}

/** Semantic Versioning 2.0.0 without build metadata, which image tags cannot have. */
const semantic = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

const read = (root: string, file: string): string => readFileSync(join(root, file), 'utf8')

/** The versions in a file, in order. */
function versionsIn(root: string, { file, pattern }: Place): readonly string[] {
  return [...read(root, file).matchAll(pattern)].map(({ groups }) => groups?.version ?? '')
}

/**
 * What does not agree with package.json, one line each.
 * @param tag the tag of a release, `v0.2.0`; undefined between releases
 */
export function disagreements(root: string, tag?: string): readonly string[] {
  const { version } = JSON.parse(read(root, 'package.json')) as { readonly version: string }
  const problems = placesOf(root).flatMap((place) => {
    const found = versionsIn(root, place)
    if (found.length === 0) return [`${place.file} does not have the version ${version}.`]
    return [...new Set(found)].filter((other) => other !== version).map((other) => `${place.file} has ${other} instead of ${version}.`)
  })
  if (tag === undefined) return problems
  if (tag !== `v${version}`) problems.push(`The tag is ${tag}, but package.json has ${version}.`)
  try {
    notesOf(read(root, 'CHANGELOG.md'), version)
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
  }
  return problems
}

/**
 * Sets the version in all files, and gives the entries under "Unreleased" of CHANGELOG.md to it.
 * @param date `2027-01-31`
 * @throws if it is no version, or there is nothing to release; then no file is changed
 */
export function setVersion(root: string, version: string, date: string): void {
  if (!semantic.test(version)) throw new Error(`${version} is not a version such as 1.2.3 or 1.2.3-rc.1.`)
  const changelog = read(root, 'CHANGELOG.md')
  notesOf(changelog, 'Unreleased')
  const texts = new Map(placesOf(root).map((place) => [place.file, replaced(read(root, place.file), place, version)]))
  texts.set('CHANGELOG.md', changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} (${date})`))
  for (const [file, text] of texts) writeFileSync(join(root, file), text)
}

function replaced(text: string, { file, pattern }: Place, version: string): string {
  let count = 0
  const changed = text.replaceAll(pattern, (match, former: string) => {
    count++
    return `${match.slice(0, match.lastIndexOf(former))}${version}${match.slice(match.lastIndexOf(former) + former.length)}`
  })
  if (count === 0) throw new Error(`${file} has no version of initlint.`)
  return changed
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../..')
  const [first = '', tag] = process.argv.slice(2)
  let problems: readonly string[] = []
  try {
    if (first === '--check') problems = disagreements(root, tag)
    else setVersion(root, first, new Date().toISOString().slice(0, 10))
  } catch (error) {
    problems = [error instanceof Error ? error.message : String(error)]
  }
  if (problems.length > 0) {
    process.stderr.write(`${problems.join('\n')}\n`)
    process.exitCode = 1
  }
}
