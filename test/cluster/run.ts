/**
 * `npm run test:cluster`: builds the programs of Kubernetes if they are missing, then runs the tests of this folder against them.
 * Arguments: names of test files (default all); `--capture` writes the reviews that the API server sends to test/fixtures/reviews, and what kubectl reads to test/fixtures/decoder.json.
 * Those of service/ call initlint by the name of its Service, in a network namespace of their own, which requires root.
 * `--on-demand` runs those of on-demand/ instead, which need more programs (an hour of building) and are not part of CI.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, delimiter, dirname, join, relative } from 'node:path'
import { certManager, kubernetesModule, moduleFolder, prometheusOperator } from './support/go-modules.ts'
import { apiServerOf, buildPrograms, otherVersions, programNames } from './support/programs.ts'

const root = join(import.meta.dirname, '..', '..')
const serviceFolder = join(import.meta.dirname, 'service')
const onDemandFolder = join(import.meta.dirname, 'on-demand')

/** The programs that a test in on-demand/ needs in addition. */
const morePrograms: Readonly<Record<string, readonly string[]>> = {
  'versions.test.ts': otherVersions.map(apiServerOf),
  'cert-manager.test.ts': ['cert-manager'],
}

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

/** The test files to run. */
function filesOf(argv: readonly string[]): readonly string[] {
  if (argv.includes('--on-demand')) return testFiles(onDemandFolder)
  return argv.length > 0 ? argv : [...testFiles(import.meta.dirname), ...testFiles(serviceFolder)]
}

async function main(argv: readonly string[]): Promise<number> {
  const capturing = ['test/cluster/reviews.test.ts', 'test/cluster/decoder.test.ts']
  const named = argv.includes('--capture') ? capturing : filesOf(argv)
  const isIn = (folder: string, file: string): boolean => join(root, file).startsWith(folder)
  const more = named.filter((file) => isIn(onDemandFolder, file)).flatMap((file) => morePrograms[basename(file)] ?? [])
  const problem = buildPrograms([...programNames, ...more], (line) => process.stdout.write(`${line}\n`))
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`)
    return 2
  }
  // Downloaded here, because the tests have no network.
  if (named.some((file) => isIn(onDemandFolder, file)))
    for (const module of [certManager, prometheusOperator, ...otherVersions.map(kubernetesModule)]) await moduleFolder(module)
  const environment = { ...process.env, ...(argv.includes('--capture') ? { INITLINT_CAPTURE: '1' } : {}) }
  const inNetwork = (file: string): boolean => isIn(serviceFolder, file) || isIn(onDemandFolder, file)
  const code = await runTap(
    named.filter((file) => !inNetwork(file)),
    environment,
  )
  return Math.max(code, await runServiceTests(named.filter(inNetwork), environment))
}

process.exitCode = await main(process.argv.slice(2))
