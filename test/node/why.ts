/**
 * `npm run test:why`: `initlint why` on a real node with the default back-off. Lets pods get stuck, asks why, carries out what the answer
 * proposes, and checks that the pods then start. Arguments: parts of scenario names; without any, the quick third of them, with `--all`
 * all of them (about 6 minutes). Up to three scenarios that fail are played once more, on another node; their first failure is printed.
 * `--logs DIRECTORY` copies the logs of the node there.
 * Exit code: 0 if all is as it should be, 1 if not, 2 if no node can run here.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPrograms } from '../cluster/support/programs.ts'
import { Checks } from './support/checks.ts'
import { answerFromCell, machineProblem } from './support/machine.ts'
import type { Check } from './why/play.ts'
import { stuckScenarios } from './why/scenarios/index.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** @returns the exit code */
function report(checks: readonly Check[]): number {
  const all = new Checks()
  for (const { name, isOk, details } of checks) all.check(name, isOk, details)
  return all.end()
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false }, logs: { type: 'string', default: '' } },
  })
  const chosen = stuckScenarios.filter(({ name, isQuick }) =>
    positionals.length > 0 ? positionals.some((part) => name.includes(part)) : values.all || isQuick,
  )
  if (chosen.length === 0) throw new Error(`No scenario has ${positionals.join(' or ')} in its name.`)
  const problem = machineProblem() ?? buildPrograms(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubelet', 'kubectl'], print)
  if (problem !== undefined) {
    process.stderr.write(`The tests of why on a real node did not run. ${problem}\n`)
    return 2
  }
  const first = await played(
    chosen.map(({ name }) => name),
    values.logs,
  )
  if (first === undefined) return 1
  // On a busy machine, a kubelet is late now and then. What fails because of initlint fails twice.
  const failed = new Set(first.filter(({ isOk }) => !isOk).map(({ scenario }) => scenario))
  if (failed.size === 0 || failed.size > mostAgain) return report(first)
  for (const { name, details } of first.filter(({ isOk }) => !isOk)) {
    print(`# it is played again because this failed: ${name}`)
    for (const line of details) print(`#   ${line}`)
  }
  const second = await played([...failed], values.logs)
  return second === undefined ? 1 : report([...first.filter(({ scenario }) => !failed.has(scenario)), ...second])
}

/** So many scenarios are played again at most if they fail. */
const mostAgain = 3

/** Plays scenarios on a node of their own. @returns undefined if the node failed */
async function played(names: readonly string[], logs: string): Promise<readonly Check[] | undefined> {
  return await answerFromCell<readonly Check[]>([process.execPath, join(import.meta.dirname, 'why/inside.ts'), logs, ...names])
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 2
})
