/** Builds the programs of Kubernetes, and helm, from the Go modules in programs and programs-helm, once per version. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const clusterFolder = join(import.meta.dirname, '..')
const sources = join(clusterFolder, 'programs')
/** A separate module: in a common one, helm and Kubernetes would have to agree on the versions of their dependencies. */
const helmSources = join(clusterFolder, 'programs-helm')

/** The folder of the built programs, which git ignores. */
export const binaries = join(clusterFolder, '.bin')

/** The version of Kubernetes that the tests run, and that its programs report. Keep in sync with programs/go.mod. */
export const kubernetesVersion = 'v1.36.3'

const versionPackage = 'k8s.io/component-base/version'
const [major, minor] = kubernetesVersion.slice(1).split('.')
/** Without the version, the API server reports v0.0.0. */
const linkerFlags = `-s -w -X ${versionPackage}.gitVersion=${kubernetesVersion} -X ${versionPackage}.gitMajor=${major} -X ${versionPackage}.gitMinor=${minor}`

/** What a program is built from. */
interface Build {
  readonly module: string
  /** As `go build` takes it. */
  readonly package: string
  readonly linkerFlags: string
  /** Files that determine the result. */
  readonly files: readonly string[]
}

const builds: ReadonlyMap<string, Build> = new Map([
  // The folders that hold a main.go.
  ...readdirSync(sources, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }): [string, Build] => [
      name,
      { module: sources, package: `./${name}`, linkerFlags, files: ['go.mod', 'go.sum', join(name, 'main.go')] },
    ]),
  ['helm', { module: helmSources, package: 'helm.sh/helm/v4/cmd/helm', linkerFlags: '-s -w', files: ['go.mod', 'go.sum'] }],
])

/** Every program that can be built. */
export const programNames: readonly string[] = [...builds.keys()]

function buildOf(program: string): Build {
  const build = builds.get(program)
  if (build === undefined) throw new Error(`no program ${program}`)
  return build
}

function fingerprint(program: string): string {
  const { module, linkerFlags, files } = buildOf(program)
  const hash = createHash('sha256').update(linkerFlags)
  for (const file of files) hash.update(readFileSync(join(module, file)))
  return hash.digest('hex')
}

const stamp = (program: string): string => join(binaries, `${program}.built-from`)

function isBuilt(program: string): boolean {
  try {
    return existsSync(join(binaries, program)) && readFileSync(stamp(program), 'utf8') === fingerprint(program)
  } catch {
    return false
  }
}

const versionNumbers = (text: string): readonly number[] => (text.match(/\d+/g) ?? []).map(Number)

function isOlder(version: readonly number[], wanted: readonly number[]): boolean {
  for (const [index, number] of wanted.entries()) {
    const difference = (version[index] ?? 0) - number
    if (difference !== 0) return difference < 0
  }
  return false
}

/** Why the programs cannot be built here, as a sentence; undefined if they can. */
function goProblem(): string | undefined {
  const wanted = /^go (\S+)/m.exec(readFileSync(join(sources, 'go.mod'), 'utf8'))?.[1] ?? ''
  // Outside the module, so that an old Go answers with its own version.
  const answer = spawnSync('go', ['env', 'GOVERSION'], { cwd: tmpdir(), encoding: 'utf8', env: { ...process.env, GOTOOLCHAIN: 'local' } })
  const need = `the cluster tests build Kubernetes ${kubernetesVersion} with Go ${wanted} or newer`
  if (answer.error !== undefined || answer.status !== 0) return `No usable \`go\` was found: ${need}. Install it from https://go.dev/dl/.`
  const version = answer.stdout.trim()
  if (isOlder(versionNumbers(version), versionNumbers(wanted))) return `\`go\` is ${version}, but ${need}.`
  return undefined
}

/**
 * Builds the programs that are missing or outdated.
 * @param programs names from `programNames`
 * @param say prints one line of progress
 * @returns why the build failed, as a sentence; undefined if all programs exist
 */
export function buildPrograms(programs: readonly string[], say: (line: string) => void): string | undefined {
  const missing = programs.filter((program) => !isBuilt(program))
  if (missing.length === 0) return undefined
  const problem = goProblem()
  if (problem !== undefined) return problem
  mkdirSync(binaries, { recursive: true })
  say(
    `Building ${missing.join(', ')} (Kubernetes ${kubernetesVersion}); the first build takes about 12 minutes on two cores, later ones take seconds.`,
  )
  for (const program of missing) {
    const started = Date.now()
    const output = join(binaries, program)
    const build = buildOf(program)
    const result = spawnSync('go', ['build', '-trimpath', '-ldflags', build.linkerFlags, '-o', output, build.package], {
      cwd: build.module,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CGO_ENABLED: '0' },
    })
    if (result.status !== 0) return `\`go build ${build.package}\` in ${build.module} failed: see its messages above.`
    writeFileSync(stamp(program), fingerprint(program))
    say(`${program}: ${Math.round((Date.now() - started) / 1000)} s`)
  }
  return undefined
}
