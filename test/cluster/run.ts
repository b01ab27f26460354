/**
 * `npm run test:cluster`: builds Kubernetes' programs where they are missing, then runs the tests of this folder against them.
 * Arguments: names of test files (default all); `--capture` writes the reviews that the API server sends to test/fixtures/reviews.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { buildPrograms, programNames } from './support/programs.ts'

const root = join(import.meta.dirname, '..', '..')

function testFiles(names: readonly string[]): readonly string[] {
  if (names.length > 0) return names
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => relative(root, join(import.meta.dirname, name)))
}

/** Runs tap on the files, one after the other: each has an API server of its own. Naming files overrules tap's `exclude`. */
function runTap(files: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const tap = join(root, 'node_modules', '.bin', 'tap')
  const child = spawn(tap, ['--disable-coverage', '--jobs=1', '--timeout=300', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` },
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.once('SIGINT', forward).once('SIGTERM', forward)
  return new Promise((resolve, reject) => child.once('error', reject).once('close', (code) => resolve(code ?? 1)))
}

async function main(argv: readonly string[]): Promise<number> {
  const problem = buildPrograms(programNames, (line) => process.stdout.write(`${line}\n`))
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`)
    return 2
  }
  const capture = argv.includes('--capture')
  const names = argv.filter((argument) => argument !== '--capture')
  const files = capture ? ['test/cluster/reviews.test.ts'] : testFiles(names)
  return await runTap(files, { ...process.env, ...(capture ? { INITLINT_CAPTURE: '1' } : {}) })
}

process.exitCode = await main(process.argv.slice(2))
