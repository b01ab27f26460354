/** The inside of the cell: mounts that hide the machine's files, and a network with only loopback. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from '../../cluster/support/processes.ts'
import { cellVariables, cgroupHierarchies, coveredFolders } from './machine.ts'

/** The node's address. A kubelet accepts no loopback address, so this is an additional address of the loopback interface. */
export const nodeAddress = '10.250.0.1'

/** Kernel settings that a kubelet writes: in the cell, ordinary files are mounted over them. */
const kernelSettings = {
  '/proc/sys/vm/overcommit_memory': '1',
  '/proc/sys/vm/panic_on_oom': '0',
  '/proc/sys/kernel/panic': '10',
  '/proc/sys/kernel/panic_on_oops': '1',
  '/proc/sys/kernel/keys/root_maxkeys': '1000000',
  '/proc/sys/kernel/keys/root_maxbytes': '25000000',
}

/** The folder for all files, and the cgroup of all containers. */
export interface CellPlace {
  readonly folder: string
  readonly cgroup: string
}

/** Prepares the namespaces in which `startCell` started this process. */
export async function enterCell(): Promise<CellPlace> {
  const [folder, cgroup] = [process.env[cellVariables.folder], process.env[cellVariables.cgroup]]
  if (folder === undefined || cgroup === undefined || process.pid !== 1) {
    throw new Error('This program runs only in namespaces of its own: start it with `node test/node/run.ts`.')
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

/** Creates a cgroup in every hierarchy: one for version 2, or one per controller. The kubelet requires that it exists. */
function makeCgroup(name: string): void {
  for (const hierarchy of cgroupHierarchies()) {
    mkdirSync(join(hierarchy, name))
    // In version 1 a new cgroup has no CPUs and no memory nodes assigned.
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
