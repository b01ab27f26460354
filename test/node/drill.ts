/**
 * `npm run test:drill`: the outage drill on a real node. Compares each cell that `initlint scan --if` fills in with what happens when the
 * registries are stopped. `--logs DIRECTORY` copies the logs of the node there. Exit code: 0 if all agree, 1 if not, 2 if no node can run here.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPrograms } from '../cluster/support/programs.ts'
import type { ComparedCell } from './drill/inside.ts'
import { Checks } from './support/checks.ts'
import { answerFromCell, machineProblem } from './support/machine.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Numbers of cells of each kind below which the test would show too little. */
const atLeast = { starts: 8, fails: 8, unknown: 4 } as const

function report(cells: readonly ComparedCell[]): number {
  const checks = new Checks()
  for (const { pod, cell, tight, expected, said, happened } of cells) {
    const agrees = said === expected && (said === 'unknown' || said === happened)
    checks.check(`${pod}, ${cell}${tight ? ', with a full list' : ''}: the drill says ${said}, the node ${happened}`, agrees)
  }
  for (const [result, least] of Object.entries(atLeast)) {
    const count = cells.filter(({ said }) => said === result).length
    checks.check(`${count} cells are ${result}, at least ${least}`, count >= least)
  }
  return checks.end()
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { logs: { type: 'string', default: '' } } })
  const problem = machineProblem() ?? buildPrograms(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubelet'], print)
  if (problem !== undefined) {
    process.stderr.write(`The drill on a real node did not run. ${problem}\n`)
    return 2
  }
  const command = [process.execPath, join(import.meta.dirname, 'drill/inside.ts'), values.logs]
  const cells = await answerFromCell<readonly ComparedCell[]>(command)
  return cells === undefined ? 1 : report(cells)
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 2
})
