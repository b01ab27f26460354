/** The command line against `node -e 0`, and kube-score if it was built: one file, 1,000 and 5,000, in interleaved rounds. */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { quantile } from '../test/support/numbers.ts'
import { memoryMiB } from '../test/support/proc.ts'
import { childrenCpuMs } from './children.ts'
import { manifest } from './manifests.ts'
import { kubeScore } from './peers.ts'
import { figure, type Section } from './report.ts'

/** What is checked: the file that is the argument, and how often. */
interface Input {
  readonly name: string
  readonly rounds: number
  /** Creates the files. @returns the paths that are the arguments */
  create(folder: string): readonly string[]
}

interface Command {
  readonly name: string
  argv(paths: readonly string[]): readonly string[]
}

interface Run {
  /** ms. */
  readonly wall: number
  readonly cpu: number
  /** MiB; NaN for a process that ended before it was measured. */
  readonly peak: number
}

const single = (name: string, text: string): Input['create'] => {
  return (folder) => {
    const path = join(folder, `${name}.yaml`)
    writeFileSync(path, text)
    return [path]
  }
}

function many(count: number): Input['create'] {
  return (folder) => {
    const directory = join(folder, String(count))
    mkdirSync(directory)
    for (let number = 0; number < count; number++) writeFileSync(join(directory, `${number}.yaml`), manifest(number))
    return [directory]
  }
}

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: nginx}\n'

const inputs = (isQuick: boolean): readonly Input[] => [
  { name: 'no workload', rounds: isQuick ? 5 : 21, create: single('list', 'apiVersion: v1\nkind: List\nitems: []\n') },
  { name: '1 Pod', rounds: isQuick ? 5 : 21, create: single('pod', pod) },
  { name: '1 Deployment, script', rounds: isQuick ? 5 : 21, create: single('deployment', manifest(1)) },
  { name: '1,000 files', rounds: isQuick ? 1 : 5, create: many(1000) },
  { name: '5,000 files', rounds: isQuick ? 1 : 3, create: many(5000) },
]

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const floor: Command = { name: 'node -e 0', argv: () => [process.execPath, '-e', '0'] }
const own: Command = { name: 'initlint', argv: (paths) => [process.execPath, main, 'lint', ...paths] }

/** Measures them. @param folder for the files */
export async function cliSection(folder: string, isQuick: boolean): Promise<Section> {
  const scorer = kubeScore()
  const others: readonly Command[] = scorer === undefined ? [] : [{ name: 'kube-score', argv: (paths) => [scorer, 'score', ...paths] }]
  const rows: string[][] = []
  const ratios = new Map<string, number>()
  const walls = new Map<string, number>()
  for (const { name, rounds, create } of inputs(isQuick)) {
    const paths = create(folder)
    const commands = [floor, own, ...others.map((other) => (name.endsWith('files') ? withFiles(other, paths) : other))]
    // The first run of each compiles, or fills the cache of files.
    for (const command of commands) await run(command.argv(paths), folder)
    const runs = new Map<string, Run[]>(commands.map((command) => [command.name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const command of round % 2 === 0 ? commands : commands.toReversed())
        runs.get(command.name)?.push(await run(command.argv(paths), folder))
    }
    const floors = runs.get(floor.name) ?? []
    for (const [command, measured] of runs) {
      const median = (key: keyof Run): number => quantile(each(measured, key), 0.5)
      const ratio = quantile(
        measured.map(({ wall }, index) => wall / (floors[index]?.wall ?? Number.NaN)),
        0.5,
      )
      ratios.set(`${command}, ${name}`, ratio)
      walls.set(`${command}, ${name}`, median('wall'))
      const mean = each(measured, 'cpu').reduce((sum, cpu) => sum + cpu, 0) / rounds
      rows.push([name, command, figure(median('wall')), figure(ratio), figure(mean), figure(median('peak'))])
    }
  }
  const limit = walls.get('kube-score, 5,000 files')
  return {
    title: 'Command line',
    about:
      'Wall time (median), its ratio to `node -e 0` in the same round, CPU time (mean) and largest resident memory. The code is compiled already, as from the second run on. "No workload" shows what the start takes without a check. Four of five files are Deployments, with one to three containers and up to two init containers with one of 200 scripts.',
    head: ['input', 'command', 'wall ms', 'ratio', 'CPU ms', 'MiB'],
    rows,
    aims: [
      { what: 'CLI, 1 Pod, times `node -e 0`', measured: ratios.get('initlint, 1 Pod') ?? Number.NaN, atMost: 3.2 },
      {
        what: 'CLI, 1 Deployment with an init script, times `node -e 0`',
        measured: ratios.get('initlint, 1 Deployment, script') ?? Number.NaN,
        atMost: 3.2,
      },
      ...(limit === undefined
        ? []
        : [
            {
              what: 'CLI, 5,000 files, times kube-score',
              measured: (walls.get('initlint, 5,000 files') ?? Number.NaN) / limit,
              atMost: 1,
            },
          ]),
    ],
  }
}

/** kube-score takes no directories. */
function withFiles(command: Command, [directory = '']: readonly string[]): Command {
  const count = Number(directory.slice(directory.lastIndexOf('/') + 1))
  const files = Array.from({ length: count }, (_, number) => join(directory, `${number}.yaml`))
  return { name: command.name, argv: () => command.argv(files) }
}

function each(runs: readonly Run[], key: keyof Run): readonly number[] {
  return runs.map((run) => run[key])
}

function run([program = '', ...args]: readonly string[], home: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const cpu = childrenCpuMs()
    const start = performance.now()
    // The home is the cache of compiled code.
    const child = spawn(program, args, { stdio: 'ignore', env: { PATH: process.env.PATH, HOME: home } })
    let peak = Number.NaN
    const sampler = setInterval(() => {
      try {
        peak = memoryMiB(child.pid, 'VmHWM') || peak
      } catch {
        // The process has ended.
      }
    }, 10)
    child.once('error', reject)
    child.once('exit', () => {
      clearInterval(sampler)
      resolve({ wall: performance.now() - start, cpu: childrenCpuMs() - cpu, peak })
    })
  })
}
