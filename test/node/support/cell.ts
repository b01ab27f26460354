/** The inside of the cell: mounts that keep the machine's files out of reach, and a network that is loopback only. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from '../../cluster/support/processes.ts'
import { cellVariables, cgroupHierarchies, coveredFolders } from './machine.ts'

/** The node's address. A kubelet takes no loopback address, so it is one more address of the loopback interface. */
export const nodeAddress = '10.250.0.1'

/** Kernel settings that a kubelet writes: it gets files of its own in their place. */
const kernelSettings = {
  '/proc/sys/vm/overcommit_memory': '1',
  '/proc/sys/vm/panic_on_oom': '0',
  '/proc/sys/kernel/panic': '10',
  '/proc/sys/kernel/panic_on_oops': '1',
  '/proc/sys/kernel/keys/root_maxkeys': '1000000',
  '/proc/sys/kernel/keys/root_maxbytes': '25000000',
}

/** The folder that everything is below, and the cgroup of all containers. */
export interface CellPlace {
  readonly folder: string
  readonly cgroup: string
}

/** Prepares the namespaces that this process was started in by `startCell`. */
export async function enterCell(): Promise<CellPlace> {
  const [folder, cgroup] = [process.env[cellVariables.folder], process.env[cellVariables.cgroup]]
  if (folder === undefined || cgroup === undefined || process.pid !== 1) {
    throw new Error('This program runs in namespaces of its own only: start it by `node test/node/run.ts`.')
  }
  for (const covered of [...coveredFolders, folder]) {
    mkdirSync(covered, { recursive: true })
    await must('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'initlint-node', covered])
  }
  mkdirSync(join(folder, 'tmp'))
  process.env.TMPDIR = join(folder, 'tmp')
  makeCgroup(cgroup)
  mkdirSync(join(folder, 'sys'))
  for (const [path, value] of Object.entries(kernelSettings)) {
    const own = join(folder, 'sys', basename(path))
    writeFileSync(own, `${value}\n`)
    await must('mount', ['-o', 'bind', own, path])
  }
  await must('busybox', ['ip', 'link', 'set', 'lo', 'up'])
  await must('busybox', ['ip', 'address', 'add', `${nodeAddress}/32`, 'dev', 'lo'])
  return { folder, cgroup }
}

/** Makes a cgroup in every hierarchy: one of version 2, or one per controller. The kubelet wants to find it. */
function makeCgroup(name: string): void {
  for (const hierarchy of cgroupHierarchies()) {
    mkdirSync(join(hierarchy, name))
    // In version 1 a cgroup has no processors and no memory until somebody gives it some.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (hierarchy.endsWith('/cpuset')) writeFileSync(join(hierarchy, name, file), readFileSync(join(hierarchy, file)))
    }
  }
}

/** Runs a program that must succeed. @returns its stdout */
export async function must(program: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, { input })
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${code}: ${stderr.trim()}`)
  return stdout
}
