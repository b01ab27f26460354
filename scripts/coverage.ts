/**
 * `npm run coverage`: line coverage of src/ by folder, over the tests that need no cluster, slow ones included. Fails below the floor.
 * `--from FOLDER` does not run the tests: it reads what an earlier run with NODE_V8_COVERAGE=FOLDER wrote.
 *
 * Not counted: tests and their helpers, generated code, and files that contain only types.
 */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

/** Percent of all lines. Raise it when coverage rises by a tenth of a percent. */
const floor = 97.8

const root = join(import.meta.dirname, '..')
/** Folders with one row per subfolder. */
const splitFolders = new Set(['src/script', 'src/startup', 'src/server'])

/** The line counts of one file. */
interface Lines {
  readonly total: number
  readonly covered: number
}

/** Whether the file contains anything besides types. */
function hasCode(file: string): boolean {
  const code = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'))
  return code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|export \{\s*\}|;/g, '').trim() !== ''
}

function runTests(folder: string): void {
  const env = { ...process.env, NODE_V8_COVERAGE: folder }
  const { status } = spawnSync(process.execPath, [join(root, 'test/run.ts'), '--all'], { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) throw new Error('the tests failed')
}

/** The line counts of each file according to c8; a file that no test loads has no covered line. */
function linesOf(files: readonly string[], folder: string): ReadonlyMap<string, Lines> {
  const reports = mkdtempSync(join(tmpdir(), 'initlint-coverage-'))
  try {
    const c8 = join(root, 'node_modules/c8/bin/c8.js')
    // By default, c8 excludes files that look like tests, such as self-test.ts.
    const scope = ['--all', '--src', 'src', '--include', 'src/**/*.ts', '--exclude', '**/*.test.ts']
    const options = ['--temp-directory', folder, '--reports-dir', reports, '--reporter', 'json-summary', ...scope]
    const env = { ...process.env, NODE_V8_COVERAGE: undefined }
    const { status, stderr } = spawnSync(process.execPath, [c8, 'report', ...options], { cwd: root, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`c8 failed: ${stderr}`)
    const summary: Record<string, { readonly lines: Lines }> = JSON.parse(readFileSync(join(reports, 'coverage-summary.json'), 'utf8'))
    return new Map(files.map((file) => [file, summary[join(root, file)]?.lines ?? missing(file)]))
  } finally {
    rmSync(reports, { recursive: true })
  }
}

function missing(file: string): never {
  throw new Error(`c8 reports nothing about ${file}`)
}

/** The row of the table that a file belongs to. */
function folderOf(file: string): string {
  const [src = '', first = '', second = ''] = dirname(file).split('/')
  const folder = [src, first].filter(Boolean).join('/')
  return splitFolders.has(folder) && second !== '' ? `${folder}/${second}` : folder
}

const percent = ({ total, covered }: Lines): number => (total === 0 ? 100 : (100 * covered) / total)
/** Rounded down, so that the table never overstates coverage. */
const shown = (lines: Lines): string => (Math.floor(percent(lines) * 10) / 10).toFixed(1).padStart(5)

function sum(all: Iterable<Lines>): Lines {
  const parts = [...all]
  return { total: parts.reduce((count, { total }) => count + total, 0), covered: parts.reduce((count, { covered }) => count + covered, 0) }
}

const { values } = parseArgs({ options: { from: { type: 'string' } } })
const folder = values.from ?? mkdtempSync(join(tmpdir(), 'initlint-v8-'))
try {
  if (values.from === undefined) runTests(folder)
  const files = globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', '**/testing/**', '**/*.generated.d.ts'] }).sort()
  const counted = linesOf(files.filter(hasCode), folder)
  const table = Map.groupBy(counted, ([file]) => folderOf(file))
  const rows = [...table].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, entries] of rows) process.stdout.write(`${shown(sum(entries.map(([, lines]) => lines)))} %  ${name}\n`)
  const all = sum(counted.values())
  process.stdout.write(`${shown(all)} %  of src: ${all.covered} of ${all.total} lines are covered; the floor is ${floor} %\n`)
  if (percent(all) < floor) {
    const worst = [...counted].sort(([, a], [, b]) => b.total - b.covered - (a.total - a.covered)).slice(0, 20)
    process.stdout.write('Files with the most uncovered lines:\n')
    for (const [file, { total, covered }] of worst) process.stdout.write(`${String(total - covered).padStart(5)}  ${file}\n`)
    process.exitCode = 1
  }
} finally {
  if (values.from === undefined) rmSync(folder, { recursive: true })
}
