/**
 * `npm run test:node`: runs every scenario on a real node on this machine and in the startup model, and compares the results.
 * Arguments: parts of scenario names (default: all scenarios); `--write-evidence` writes docs/evidence.md, which is otherwise compared;
 * `--logs FOLDER` copies the logs of the node there. Exit code: 0 if all agree, 1 if not, 2 if no node can run on this machine.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPrograms } from '../cluster/support/programs.ts'
import { scenarios } from './scenarios/index.ts'
import type { Result } from './support/batch.ts'
import { Checks } from './support/checks.ts'
import { evidenceProblem, writeEvidence } from './support/evidence.ts'
import { answerFromCell, machineProblem } from './support/machine.ts'

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubelet']

/**
 * At most this many differing scenarios are run once more, on a fresh node, where they must agree: a busy kubelet sometimes skips a
 * status that lasts for a fraction of a second. More differences than this are not a coincidence.
 */
const maximumSecondRuns = 6

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Runs scenarios on a node of their own. Undefined if the run did not complete or this process received a signal. */
function runOnNode(names: readonly string[], logs: string): Promise<readonly Result[] | undefined> {
  return answerFromCell([process.execPath, join(import.meta.dirname, 'inside.ts'), logs, ...names])
}

function isAgreed({ differences }: Result): boolean {
  return differences.length === 0
}

function details({ differences, predicted }: Result): readonly string[] {
  return [
    ...differences.flatMap((each) => [
      `${each.point}:`,
      `  model ${JSON.stringify(each.predicted)}`,
      `  node  ${JSON.stringify(each.observed)}`,
    ]),
    `all statuses of the model: ${JSON.stringify(predicted)}`,
  ]
}

/** The results by name, from the second run if there was one. Undefined as in `runOnNode`. */
async function runTwice(names: readonly string[], logs: string): Promise<ReadonlyMap<string, Result> | undefined> {
  const first = await runOnNode(names, logs)
  if (first === undefined) return undefined
  const results = new Map(first.map((result) => [result.name, result]))
  const differing = first.filter((result) => !isAgreed(result))
  if (differing.length === 0 || differing.length > maximumSecondRuns) return results
  for (const result of differing) for (const line of [`${result.name} differs and runs once more:`, ...details(result)]) print(`# ${line}`)
  const second = await runOnNode(
    differing.map(({ name }) => name),
    logs,
  )
  for (const result of second ?? []) results.set(result.name, result)
  return second === undefined ? undefined : results
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'write-evidence': { type: 'boolean', default: false }, logs: { type: 'string', default: '' } },
  })
  const chosen = scenarios.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
  const isComplete = chosen.length === scenarios.length
  if (chosen.length === 0) throw new Error(`No scenario has ${positionals.join(' or ')} in its name.`)
  if (values['write-evidence'] && !isComplete) throw new Error('docs/evidence.md covers all scenarios: omit the names.')
  const problem = machineProblem() ?? buildPrograms(programs, print)
  if (problem !== undefined) {
    process.stderr.write(`The tests of test/node did not run. ${problem}\n`)
    return 2
  }
  const results = await runTwice(
    chosen.map(({ name }) => name),
    values.logs,
  )
  if (results === undefined) return 1
  const checks = new Checks()
  const evidence = chosen.flatMap((scenario) => {
    const result = results.get(scenario.name)
    checks.check(
      scenario.name,
      result !== undefined && isAgreed(result),
      result === undefined ? ['The scenario did not run.'] : details(result),
    )
    return result === undefined ? [] : [{ scenario, outcome: result.outcome }]
  })
  const blind = [...results.values()].filter(({ isBlind }) => isBlind).map(({ name }) => name)
  checks.check('the comparison distinguishes each start from the happy one', blind.length === 0, blind)
  if (values['write-evidence']) writeEvidence(evidence)
  else if (isComplete) {
    const difference = evidenceProblem(evidence)
    checks.check('docs/evidence.md matches this run', difference === undefined, difference === undefined ? [] : [difference])
  }
  return checks.end()
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 2
})
