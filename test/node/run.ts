/**
 * `npm run test:node`: a real node on this machine, and the startup model beside it; every scenario must come out the same on both.
 * Arguments: parts of the names of scenarios (default all); `--write-evidence` writes docs/evidence.md, which is compared otherwise;
 * `--logs FOLDER` copies the logs of the node there. Exit code: 0 all agree, 1 not all, 2 no node can run here.
 */
import { join } from 'node:path'
import { buildPrograms } from '../cluster/support/programs.ts'
import { readArguments } from './support/arguments.ts'
import { machineProblem, startCell } from './support/machine.ts'

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubelet']

async function main(argv: readonly string[]): Promise<number> {
  const { names, writeEvidence } = readArguments(argv)
  if (writeEvidence && names.length > 0) throw new Error('docs/evidence.md is about all scenarios: leave out the names.')
  const problem = machineProblem() ?? buildPrograms(programs, (line) => process.stdout.write(`${line}\n`))
  if (problem !== undefined) {
    process.stderr.write(`The tests of test/node did not run. ${problem}\n`)
    return 2
  }
  const cell = startCell([process.execPath, join(import.meta.dirname, 'inside.ts'), ...argv])
  try {
    // Signals end the wait only: what has to be cleaned up is cleaned up in any case.
    return await new Promise<number>((resolve, reject) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(1))
      cell.child.once('error', reject).once('close', (code) => resolve(code ?? 1))
    })
  } finally {
    await cell.end()
  }
}

process.exitCode = await main(process.argv.slice(2))
