/** Builds the Dockerfile without a container engine, from base images with this machine's programs, and runs the image. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { asArray, asString, at } from '../../../src/model/json.ts'
import { type Cleanup, root } from './control-plane.ts'
import { type Daemon, type Finished, run, startDaemon } from './processes.ts'

/** Why no image can be built here, as a sentence; undefined if one can. */
export function imageProblem(): string | undefined {
  if (process.platform !== 'linux') return 'NOT RUN: the image is built and run by buildah, chroot and unshare, on Linux only.'
  if (process.getuid?.() !== 0) return 'NOT RUN: only root may build and run an image without a container engine.'
  try {
    execFileSync('buildah', ['--version'])
    return undefined
  } catch {
    return 'NOT RUN: buildah was not found (Debian and Ubuntu: apt-get install buildah).'
  }
}

/** An image and its mounted root file system. */
export interface BuiltImage {
  /** The folder of the root file system. */
  readonly rootFolder: string
  readonly user: string
  /** Entrypoint and command. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingFolder: string
  /** The image for each platform: its architecture and the folder of its root file system. */
  readonly platforms: ReadonlyMap<string, { readonly architecture: string; readonly rootFolder: string }>
  /** The platforms of the manifest list. */
  readonly listed: readonly string[]
}

/** The architectures of a release, as Go names them: the release builds linux/amd64 and linux/arm64. */
const architectures = ['amd64', 'arm64'] as const

/** This machine's architecture. */
const ownArchitecture = process.arch === 'x64' ? 'amd64' : process.arch

/** Paths of the programs in the two base images, as in node:24-bookworm-slim and in distroless. */
const builderNode = '/usr/local/bin/node'
const runtimeNode = '/nodejs/bin/node'
const certificates = '/etc/ssl/certs/ca-certificates.crt'

/** The file of a base image that names its architecture. */
export const baseMark = 'base'

/**
 * Builds the image for both platforms. Needs the npm registry, or the packages in npm's cache. The base image for another platform has no
 * programs: a stage for it that ran one would fail.
 */
export async function buildImage(t: Cleanup): Promise<BuiltImage> {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-image-'))
  t.teardown(async () => rmSync(folder, { recursive: true, force: true }))
  const storage = ['--storage-driver', 'vfs', '--root', join(folder, 'storage'), '--runroot', join(folder, 'run')]
  const buildah = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run('buildah', [...storage, ...args], { cwd: root })
    if (code !== 0) throw new Error(`buildah ${args[0]}: exit ${code}: ${(stdout + stderr).slice(-4000)}`)
    return stdout.trim()
  }
  const commit = async (name: string, files: string, env: Readonly<Record<string, string>>, architecture: string): Promise<string> => {
    const container = await buildah('from', 'scratch')
    await buildah('add', '--quiet', container, files, '/')
    const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`])
    await buildah('config', '--os', 'linux', '--arch', architecture, ...variables, container)
    await buildah('commit', '--quiet', container, name)
    await buildah('rm', container)
    rmSync(files, { recursive: true })
    return `localhost/${name}`
  }
  const builder = await commit('builder', await builderFiles(join(folder, 'builder')), await builderEnvironment(), ownArchitecture)
  const runtime = await buildah('manifest', 'create', 'runtime').then(() => 'localhost/runtime')
  for (const architecture of architectures) {
    const files = join(folder, `runtime-${architecture}`)
    if (architecture === ownArchitecture) await runtimeFiles(files)
    else commonFiles(files)
    writeFileSync(join(files, baseMark), architecture)
    await buildah('manifest', 'add', 'runtime', await commit(`runtime-${architecture}`, files, { PATH: '/nodejs/bin' }, architecture))
  }
  const cache = (await run('npm', ['config', 'get', 'cache'])).stdout.trim()
  const build = ['build', '--quiet', '--isolation', 'chroot', '--pull-never', '--volume', `${cache}:/npm-cache`]
  // Docker sets BUILDPLATFORM itself; buildah 1.28 does not in FROM.
  const values = { BUILDPLATFORM: `linux/${ownArchitecture}`, BUILDER: builder, RUNTIME: runtime }
  const args = Object.entries(values).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
  // One at a time, because both run npm.
  for (const architecture of architectures) {
    await buildah(...build, '--platform', `linux/${architecture}`, '--manifest', 'initlint', ...args, '.')
  }
  const list: unknown = JSON.parse(await buildah('manifest', 'inspect', 'initlint'))
  const images = new Map<string, { container: string; architecture: string; rootFolder: string }>()
  for (const name of architectures) {
    const container = await buildah('from', '--pull-never', '--arch', name, 'localhost/initlint')
    const architecture = await buildah('inspect', '--type', 'container', '--format', '{{.OCIv1.Architecture}}', container)
    images.set(name, { container, architecture, rootFolder: await buildah('mount', container) })
  }
  const own = images.get(ownArchitecture)
  if (own === undefined) throw new Error(`The release has no image for ${ownArchitecture}.`)
  const { OCIv1 } = JSON.parse(await buildah('inspect', '--type', 'container', own.container)) as { OCIv1: unknown }
  const config = at(OCIv1, 'config')
  const texts = (key: string): string[] => asArray(at(config, key)).flatMap((text) => asString(text) ?? [])
  return {
    rootFolder: own.rootFolder,
    platforms: images,
    listed: asArray(at(list, 'manifests')).map((entry) => `${at(entry, 'platform', 'os')}/${at(entry, 'platform', 'architecture')}`),
    user: asString(at(config, 'User')) ?? '',
    command: [...texts('Entrypoint'), ...texts('Cmd')],
    env: Object.fromEntries(texts('Env').map((entry) => [entry.split('=')[0] ?? '', entry.split('=').slice(1).join('=')])),
    workingFolder: asString(at(config, 'WorkingDir')) ?? '/',
  }
}

/** Node 24, npm, a shell and the three commands that the scripts of package.json use. */
async function builderFiles(folder: string): Promise<string> {
  const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())))
  cpSync(npm, join(folder, 'usr/local/lib/node_modules/npm'), { recursive: true })
  installProgram(folder, process.execPath, builderNode)
  for (const [program, place] of [
    ['sh', '/bin/sh'],
    ['rm', '/bin/rm'],
    ['env', '/usr/bin/env'],
  ] as const) {
    installProgram(folder, execFileSync('which', [program], { encoding: 'utf8' }).trim(), place)
  }
  // The native modules of Vite load more than Node does; node:24-bookworm-slim has all of the C library.
  for (const module of globSync('node_modules/{@rolldown/binding,lightningcss}-*/*.node', { cwd: root }))
    installLibraries(folder, join(root, module))
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'))
  commonFiles(folder)
  return folder
}

/** Only Node 24: no npm and no shell. */
async function runtimeFiles(folder: string): Promise<string> {
  installProgram(folder, process.execPath, runtimeNode)
  commonFiles(folder)
  return folder
}

function commonFiles(folder: string): void {
  for (const name of ['etc/ssl/certs', 'proc', 'tmp', 'dev', 'root']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n')
  if (existsSync(certificates)) cpSync(realpathSync(certificates), join(folder, certificates))
}

/** Where this machine gets packages from: its registry, and its CA certificates if it has any. */
async function builderEnvironment(): Promise<Readonly<Record<string, string>>> {
  const registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim()
  const environment = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/root',
    npm_config_registry: registry,
    npm_config_cache: '/npm-cache',
  }
  return existsSync(certificates) ? { ...environment, NODE_EXTRA_CA_CERTS: certificates, npm_config_cafile: certificates } : environment
}

/** Copies a program to `place`, and the libraries that it loads to the same paths as on this machine. */
function installProgram(folder: string, program: string, place: string): void {
  copyFile(realpathSync(program), join(folder, place))
  installLibraries(folder, program)
}

/** Copies the libraries that a program or a native module loads. */
function installLibraries(folder: string, program: string): void {
  const libraries = execFileSync('ldd', [realpathSync(program)], { encoding: 'utf8' })
  for (const [library] of libraries.matchAll(/\/\S+\.so\S*/g)) copyFile(realpathSync(library), join(folder, library))
}

function copyFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  if (!existsSync(to)) cpSync(from, to)
}

/** As the manifests run it: a read-only root, /proc, one mounted folder, no permissions except those of its user. */
const container = `
mkdir -p "$IMAGE/etc/initlint/tls"
mount --bind "$IMAGE" "$IMAGE"
mount --bind "$TLS" "$IMAGE/etc/initlint/tls"
mount -t proc proc "$IMAGE/proc"
mount -o remount,bind,ro "$IMAGE"
exec env -i "$@"
`

export interface RunSettings {
  /** Folder that is mounted at /etc/initlint/tls. */
  readonly tls: string
  readonly env: Readonly<Record<string, string>>
  /** Replaces the image's command; the entrypoint stays. */
  readonly args?: readonly string[]
}

/** The program and arguments that run the image in mounts of its own. */
function containerCommand(
  image: BuiltImage,
  { tls, env, args }: RunSettings,
): { program: string; args: string[]; env: Record<string, string> } {
  const [user = '', group = user] = image.user.split(':')
  const variables = Object.entries({ ...image.env, ...env }).map(([name, value]) => `${name}=${value}`)
  const command = args === undefined ? image.command : [...image.command.slice(0, 2), ...args]
  // An absolute path, because PATH is that of the image by then.
  const unshare = ['/usr/bin/unshare', `--root=${image.rootFolder}`, `--wd=${image.workingFolder}`, `--setgid=${group}`, `--setuid=${user}`]
  return {
    program: 'unshare',
    args: ['--mount', 'sh', '-ec', container, 'sh', ...variables, ...unshare, ...command],
    env: { IMAGE: image.rootFolder, TLS: tls },
  }
}

/** Runs the image to its end. */
export function runImage(image: BuiltImage, settings: RunSettings): Promise<Finished> {
  const { program, args, env } = containerCommand(image, settings)
  return run(program, args, { env })
}

/** Runs the image as a server. Its process is that of the image, without a wrapper. */
export function startImage(image: BuiltImage, settings: RunSettings): Daemon {
  const { program, args, env } = containerCommand(image, settings)
  return startDaemon(program, args, { env })
}

/** What the kernel reports about a process: its user ids, its capabilities, and the mount options of its root. */
export function processFacts(pid: number): { user: string; capabilities: string; root: string } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
  return {
    user: /^Uid:\s+(.*)$/m.exec(status)?.[1]?.replaceAll('\t', ' ') ?? '',
    capabilities: /^CapEff:\s+(.*)$/m.exec(status)?.[1] ?? '',
    root: mounts.find((fields) => fields[4] === '/')?.[5] ?? '',
  }
}
