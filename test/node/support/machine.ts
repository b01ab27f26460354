/**
 * The machine that the tests run on: its requirements, and the namespaces that isolate the node from it. The node has its own process,
 * network, IPC and mount namespaces, and ends with its first process: the kernel then kills every process and unmounts every mount in
 * them, including everything that the kubelet and containerd left behind.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** Required programs other than those that the tests build, and the Debian packages that contain them. */
const neededPrograms = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  'docker-registry': 'docker-registry',
  busybox: 'busybox-static',
  unshare: 'util-linux',
  mount: 'mount',
  tar: 'tar',
}

/** Folders to which kubelet, containerd and its shims write regardless of their configuration: empty folders replace them in the cell. */
export const coveredFolders = ['/run', '/var/lib', '/var/log']

/** Why no node can run on this machine, and how to change that; undefined if one can. */
export function machineProblem(): string | undefined {
  if (process.platform !== 'linux') return `A node requires Linux, but this is ${process.platform}.`
  if (process.getuid?.() !== 0) return 'A node requires root: run the tests as root, for example in a container with --privileged.'
  const covered = coveredFolders.find((folder) => realpathSync(import.meta.dirname).startsWith(`${folder}/`))
  if (covered !== undefined)
    return `The project is below ${covered}, which the node replaces with a folder of its own: check it out elsewhere.`
  const missing = Object.entries(neededPrograms).filter(([program]) => !isProgram(program))
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, debianPackage]) => debianPackage))].join(' ')
    return `Not installed: ${missing.map(([program]) => program).join(', ')}. On Debian: apt-get install ${packages}`
  }
  const busybox = spawnSync('sh', ['-c', 'ldd "$(command -v busybox)"'], { encoding: 'utf8' })
  if (busybox.status === 0)
    return 'busybox is linked dynamically, so it cannot run in an image without libraries. On Debian: apt-get install busybox-static'
  const namespaces = spawnSync('unshare', [...namespaceFlags, 'busybox', 'ip', 'link', 'set', 'lo', 'up'], { encoding: 'utf8' })
  if (namespaces.status !== 0) {
    return `This machine does not allow creating namespaces: ${namespaces.stderr.trim()}. In a container, run it with --privileged.`
  }
  return undefined
}

function isProgram(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}

const namespaceFlags = ['--mount', '--propagation', 'private', '--pid', '--net', '--ipc', '--fork', '--kill-child=SIGKILL', '--mount-proc']

/** A program in namespaces of its own, with a folder and cgroup of its own. */
interface Cell {
  /** The process of unshare; the program is its child and inherits stdout and stderr of this process. */
  readonly child: ChildProcess
  /** What the program wrote to file descriptor 3, available after it has ended. */
  readonly answer: Promise<string>
  /** Ends everything in the cell and removes its folder and cgroups. Calling it again is harmless. */
  end(): Promise<void>
}

/** Environment variables for the program in a cell. */
export const cellVariables = { folder: 'INITLINT_NODE_FOLDER', cgroup: 'INITLINT_NODE_CGROUP' }

/**
 * Starts a program in namespaces of its own. Its stdin ends when this process ends, even if this process is killed.
 * @param command program and arguments
 */
function startCell(command: readonly string[]): Cell {
  const folder = mkdtempSync(join(tmpdir(), 'initlint-node-'))
  const cgroup = `initlint-node-${process.pid}`
  const child = spawn('unshare', [...namespaceFlags, ...command], {
    stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, [cellVariables.folder]: folder, [cellVariables.cgroup]: cgroup },
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()))
  const [, , , answer] = child.stdio
  return {
    child,
    answer: answer instanceof Readable ? text(answer) : Promise.resolve(''),
    end: async () => {
      // The kernel kills the first process of the namespace with unshare, and all others with the first.
      child.kill('SIGKILL')
      await closed
      await removeCgroups(cgroup)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs a program in a cell to its end. @returns what it answered, undefined if it failed or this process received a signal */
export async function answerFromCell<T>(command: readonly string[]): Promise<T | undefined> {
  const cell = startCell(command)
  try {
    // A signal only ends the wait: the cleanup runs in any case.
    const code = await new Promise<number>((resolve, reject) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(1))
      cell.child.once('error', reject).once('close', (ended) => resolve(ended ?? 1))
    })
    return code === 0 ? JSON.parse(await cell.answer) : undefined
  } finally {
    await cell.end()
  }
}

const cgroupRoot = '/sys/fs/cgroup'

/** The roots of all cgroup hierarchies: one for version 2, or one per controller. */
export function cgroupHierarchies(): readonly string[] {
  if (existsSync(join(cgroupRoot, 'cgroup.procs'))) return [cgroupRoot]
  return folders(cgroupRoot).filter((folder) => existsSync(join(folder, 'cgroup.procs')))
}

/** Removes a cgroup from all hierarchies. Waits for the last processes to be gone. */
async function removeCgroups(name: string): Promise<void> {
  const found = cgroupHierarchies()
    .map((hierarchy) => join(hierarchy, name))
    .filter(isFolder)
  for (const folder of found) {
    for (let attempt = 0; !removeTree(folder) && attempt < 100; attempt++) await sleep(100)
    if (isFolder(folder)) throw new Error(`The cgroup ${folder} cannot be removed: it still contains a process.`)
  }
}

function folders(parent: string): readonly string[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(parent, entry.name))
}

function isFolder(path: string): boolean {
  try {
    return readdirSync(path).length >= 0
  } catch {
    return false
  }
}

/** Removes a cgroup and its descendants. @returns whether it is gone */
function removeTree(folder: string): boolean {
  try {
    for (const child of folders(folder)) removeTree(child)
    rmdirSync(folder)
    return true
  } catch {
    return !isFolder(folder)
  }
}
