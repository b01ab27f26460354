/**
 * `npm run test:node`: a real node on this machine, and the startup model beside it; every scenario must come out the same on both.
 * Arguments: parts of the names of scenarios (default all).
 */
import { join } from 'node:path'
import { buildPrograms } from '../cluster/support/programs.ts'
import { machineProblem, startCell } from './support/machine.ts'

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubelet']

async function main(argv: readonly string[]): Promise<number> {
  const problem = machineProblem() ?? buildPrograms(programs, (line) => process.stdout.write(`${line}\n`))
  if (problem !== undefined) {
    process.stderr.write(`The tests of test/node did not run. ${problem}\n`)
    return 2
  }
  const cell = startCell([process.execPath, join(import.meta.dirname, 'inside.ts'), ...argv])
  try {
    return await new Promise<number>((resolve, reject) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(1))
      cell.child.once('error', reject).once('close', (code) => resolve(code ?? 1))
    })
  } finally {
    await cell.end()
  }
}

process.exitCode = await main(process.argv.slice(2))
