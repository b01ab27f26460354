/**
 * `npm run test:cluster`: builds the programs of Kubernetes if they are missing, then runs the tests of this folder against them.
 * Arguments: names of test files (default all); `--capture` writes the reviews that the API server sends to test/fixtures/reviews, and what kubectl reads to test/fixtures/decoder.json.
 * Those of service/ call initlint by the name of its Service, in a network namespace of their own, which requires root.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { buildPrograms, programNames } from './support/programs.ts'

const root = join(import.meta.dirname, '..', '..')
const serviceFolder = join(import.meta.dirname, 'service')

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => relative(root, join(folder, name)))
}

/** Runs tap on the files, one at a time: each has an API server of its own. Named files override tap's `exclude`. */
function runTap(files: readonly string[], environment: NodeJS.ProcessEnv, wrapper: readonly string[] = []): Promise<number> {
  if (files.length === 0) return Promise.resolve(0)
  const tap = join(root, 'node_modules', '.bin', 'tap')
  const [program, ...args] = [...wrapper, tap, '--disable-coverage', '--jobs=1', '--timeout=900', ...files]
  const child = spawn(program ?? tap, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` },
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.once('SIGINT', forward).once('SIGTERM', forward)
  return new Promise((resolve, reject) => child.once('error', reject).once('close', (code) => resolve(code ?? 1)))
}

/** Runs the tests that need a network namespace of their own. Without root they do not run, which is a failure. */
async function runServiceTests(files: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (files.length > 0 && process.getuid?.() !== 0) {
    process.stderr.write(`Not run because they require root (for a network namespace): ${files.join(', ')}\n`)
    return 2
  }
  return await runTap(files, environment, ['unshare', '--net', '--mount', 'sh', join(import.meta.dirname, 'support/private-network.sh')])
}

async function main(argv: readonly string[]): Promise<number> {
  const problem = buildPrograms(programNames, (line) => process.stdout.write(`${line}\n`))
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`)
    return 2
  }
  const environment = { ...process.env, ...(argv.includes('--capture') ? { INITLINT_CAPTURE: '1' } : {}) }
  if (argv.includes('--capture')) return await runTap(['test/cluster/reviews.test.ts', 'test/cluster/decoder.test.ts'], environment)
  const named = argv.length > 0 ? argv : [...testFiles(import.meta.dirname), ...testFiles(serviceFolder)]
  const inService = (file: string): boolean => join(root, file).startsWith(serviceFolder)
  const code = await runTap(
    named.filter((file) => !inService(file)),
    environment,
  )
  return Math.max(code, await runServiceTests(named.filter(inService), environment))
}

process.exitCode = await main(process.argv.slice(2))
