/** `initlint scan` of a simulated cluster: the memory must grow with workloads, and not with Pods. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { quantile } from '../test/support/numbers.ts'
import { figure, type Section } from './report.ts'
import { type Size, startSimulatedCluster } from './simulated-cluster.ts'

/** MiB. */
const aim = 200

interface ScanRun {
  readonly seconds: number
  readonly cpuSeconds: number
  /** Peak of the resident memory, MiB. */
  readonly peak: number
  readonly sentMiB: number
}

/** Prints the peak memory and the CPU time of the process, when it ends. maxRSS of getrusage(2) would begin with that of the parent. */
const usage = `process.on('exit', () => {
  const used = process.resourceUsage()
  const peak = /VmHWM:\\s*(\\d+)/.exec(process.getBuiltinModule('node:fs').readFileSync('/proc/self/status', 'utf8'))[1]
  process.stderr.write('\\nusage ' + peak + ' ' + (used.userCPUTime + used.systemCPUTime))
})`

/** @param folder for files that are created */
export async function scanSection(folder: string, isQuick: boolean): Promise<Section> {
  const sizes: readonly Size[] = [
    { namespaces: 50, deployments: 2000, pods: 5000 },
    { namespaces: 50, deployments: 2000, pods: 50_000 },
  ]
  const rows: { readonly size: Size; readonly runs: readonly ScanRun[] }[] = []
  for (const size of sizes) {
    const runs: ScanRun[] = []
    for (let round = 0; round < (isQuick ? 1 : 3); round++) runs.push(await scanOf(size, folder))
    rows.push({ size, runs })
  }
  const peakOf = (runs: readonly ScanRun[]): number => Math.max(...runs.map(({ peak }) => peak))
  return {
    title: 'Scan of a cluster',
    about:
      'A simulated API server with 2,000 Deployments with three ReplicaSets each, in 50 namespaces; `initlint scan` reads all of it. The peak of the resident memory is the largest of all runs, the times are medians.',
    head: ['Pods', 'MiB read', 'seconds', 'CPU seconds', 'peak MiB'],
    rows: rows.map(({ size, runs }) => {
      const median = (of: (run: ScanRun) => number): string => figure(quantile(runs.map(of), 0.5))
      return [
        String(size.pods),
        median((run) => run.sentMiB),
        median((run) => run.seconds),
        median((run) => run.cpuSeconds),
        figure(peakOf(runs)),
      ]
    }),
    aims: rows.map(({ size, runs }) => ({
      what: `peak memory of a scan of ${size.pods} Pods`,
      measured: Math.round(peakOf(runs)),
      atMost: aim,
      unit: ' MiB',
    })),
  }
}

async function scanOf(size: Size, folder: string): Promise<ScanRun> {
  const cluster = await startSimulatedCluster(size, folder)
  try {
    const start = performance.now()
    const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))
    const args = ['--import', `data:text/javascript,${encodeURIComponent(usage)}`, program, 'scan', '--kubeconfig', cluster.kubeconfig]
    const { code, stdout, stderr } = await ended(args)
    const [, peak, cpu] = /usage (\d+) (\d+)$/.exec(stderr) ?? []
    if (code !== 0 || peak === undefined) throw new Error(`scan: exit ${code}: ${stderr}`)
    if (!stdout.includes(`${size.pods} pods`)) throw new Error(`scan did not read all Pods: ${stdout.slice(0, 200)}`)
    const seconds = (performance.now() - start) / 1000
    return { seconds, cpuSeconds: Number(cpu) / 1e6, peak: Number(peak) / 1024, sentMiB: cluster.sent() / 1024 / 1024 }
  } finally {
    await cluster.close()
  }
}

function ended(args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err]: [string[], string[]] = [[], []]
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout: out.join(''), stderr: err.join('') }))
  })
}
