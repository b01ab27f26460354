/**
 * Builds the programs of Kubernetes, and helm, from the Go modules in programs and programs-helm, once per version; and, only for the
 * tests that name them, other versions of the API server, the controllers of cert-manager, and actionlint.
 */
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
/** The same for programs that only some tests need, which run on demand. */
export const onDemand = join(clusterFolder, '.bin-on-demand')

/** The version of Kubernetes that the tests run, and that its programs report. Keep in sync with programs/go.mod. */
export const kubernetesVersion = 'v1.36.3'

/** The version of a module that a folder of programs requires. */
export function requiredVersion(folder: string, module: string): string {
  const text = readFileSync(join(clusterFolder, folder, 'go.mod'), 'utf8')
  const line = text.split('\n').find((each) =>
    each
      .trim()
      .replace(/^require /, '')
      .startsWith(`${module} v`),
  )
  const version = line
    ?.trim()
    .replace(/^require /, '')
    .split(' ')[1]
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${module}`)
  return version
}

/** Other API servers, on demand: the oldest version that initlint supports, and the newest one. */
export const otherVersions: readonly string[] = ['programs-1.30', 'programs-1.37'].map((folder) =>
  requiredVersion(folder, 'k8s.io/kubernetes'),
)

/** v1.30.14 is 1.30. */
const shortVersion = (version: string): string => version.split('.').slice(0, 2).join('.').slice(1)

/** The name of another API server in `onDemand`. */
export const apiServerOf = (version: string): string => `kube-apiserver-${shortVersion(version)}`

/** The versions whose nodes can be recorded besides `kubernetesVersion`; the module of a version names what it can build. */
export const otherNodes: readonly string[] = [requiredVersion('programs-1.37', 'k8s.io/kubernetes')]

/** The name of another kubelet in `onDemand`. */
export const kubeletOf = (version: string): string => `kubelet-${shortVersion(version)}`

/** Without the version, the API server reports v0.0.0. */
function linkerFlagsOf(version: string): string {
  const versionPackage = 'k8s.io/component-base/version'
  const [major, minor] = shortVersion(version).split('.')
  return `-s -w -X ${versionPackage}.gitVersion=${version} -X ${versionPackage}.gitMajor=${major} -X ${versionPackage}.gitMinor=${minor}`
}

const linkerFlags = linkerFlagsOf(kubernetesVersion)

/** What a program is built from. */
interface Build {
  /** The folder of the result. */
  readonly folder: string
  readonly module: string
  /** As `go build` takes it. */
  readonly package: string
  readonly linkerFlags: string
  /** Files that determine the result. */
  readonly files: readonly string[]
}

const moduleFiles = ['go.mod', 'go.sum']

const builds: ReadonlyMap<string, Build> = new Map([
  // The folders that hold a main.go.
  ...readdirSync(sources, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }): [string, Build] => [
      name,
      { folder: binaries, module: sources, package: `./${name}`, linkerFlags, files: [...moduleFiles, join(name, 'main.go')] },
    ]),
  ['helm', { folder: binaries, module: helmSources, package: 'helm.sh/helm/v4/cmd/helm', linkerFlags: '-s -w', files: moduleFiles }],
  // Checks the workflows of GitHub, in test/package.
  [
    'actionlint',
    {
      folder: onDemand,
      module: join(clusterFolder, '../package/programs-actionlint'),
      package: 'github.com/rhysd/actionlint/cmd/actionlint',
      linkerFlags: '-s -w',
      files: moduleFiles,
    },
  ],
  ...otherVersions.map((version): [string, Build] => [
    apiServerOf(version),
    {
      folder: onDemand,
      module: join(clusterFolder, `programs-${shortVersion(version)}`),
      package: 'k8s.io/kubernetes/cmd/kube-apiserver',
      linkerFlags: linkerFlagsOf(version),
      files: moduleFiles,
    },
  ]),
  ...otherNodes.map((version): [string, Build] => [
    kubeletOf(version),
    {
      folder: onDemand,
      module: join(clusterFolder, `programs-${shortVersion(version)}`),
      package: 'k8s.io/kubernetes/cmd/kubelet',
      linkerFlags: linkerFlagsOf(version),
      files: moduleFiles,
    },
  ]),
  // Only the recorder has pods that are not assigned to a node.
  [
    'kube-scheduler',
    { folder: onDemand, module: sources, package: 'k8s.io/kubernetes/cmd/kube-scheduler', linkerFlags, files: moduleFiles },
  ],
  [
    'cert-manager',
    {
      folder: onDemand,
      module: join(clusterFolder, 'programs-cert-manager'),
      package: './cert-manager',
      linkerFlags: '-s -w',
      files: [...moduleFiles, 'cert-manager/main.go'],
    },
  ],
])

/** The programs that all tests share. */
export const programNames: readonly string[] = [...builds].filter(([, { folder }]) => folder === binaries).map(([name]) => name)

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

/** The path of a built program. */
export const pathOf = (program: string): string => join(buildOf(program).folder, program)

const stamp = (program: string): string => `${pathOf(program)}.built-from`

function isBuilt(program: string): boolean {
  try {
    return existsSync(pathOf(program)) && readFileSync(stamp(program), 'utf8') === fingerprint(program)
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
 * @param programs names from `programNames`, or on demand
 * @param say prints one line of progress
 * @returns why the build failed, as a sentence; undefined if all programs exist
 */
export function buildPrograms(programs: readonly string[], say: (line: string) => void): string | undefined {
  const missing = programs.filter((program) => !isBuilt(program))
  if (missing.length === 0) return undefined
  const problem = goProblem()
  if (problem !== undefined) return problem
  say(
    `Building ${missing.join(', ')}; the first build takes several minutes for each program of Kubernetes on two cores, later ones take seconds.`,
  )
  for (const program of missing) {
    const started = Date.now()
    const output = pathOf(program)
    const build = buildOf(program)
    mkdirSync(build.folder, { recursive: true })
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
