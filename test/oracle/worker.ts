/** Checks the scripts that the parent process sends. */
import type { Rehearsal } from '../../src/script/rehearsal/rehearse.ts'
import { type Failure, Sandbox } from './reality.ts'
import { notTried, type RepairVerdict, tryRepair } from './repairs.ts'
import type { Common, ShellKind } from './shells.ts'
import { compare, isSettled, minimized, rehearsalOf, type Verdict } from './verdict.ts'

export interface Judged {
  readonly script: string
  readonly shell: string
  readonly verdict: Verdict
  readonly predicted: Rehearsal['verdict']
  readonly hazards: Rehearsal['hazards']
  readonly unknown: readonly string[]
  readonly failures: readonly Failure[]
  readonly fault: string | null
  readonly runs: number
  readonly repair: RepairVerdict
}

/** The only argument, passed by the parent process. */
export interface Task {
  readonly common: Common
  readonly name: string
  readonly shells: readonly string[]
  /** Whether inexact findings are minimized too. */
  readonly detailed: boolean
}

const { common, name, shells, detailed } = JSON.parse(process.argv[2] ?? '') as Task
const sandbox = new Sandbox(common, name)
const kinds = common.shells.filter((shell) => shells.includes(shell.name))

process.on('message', (scripts) => {
  process.send?.((scripts as readonly string[]).flatMap((script) => kinds.map((shell) => shortest(script, shell))))
})

function judge(script: string, shell: ShellKind): Judged {
  const rehearsal = rehearsalOf(script, shell)
  const reality = sandbox.real(script, shell, (failures) => isSettled(rehearsal, failures))
  const verdict = compare(rehearsal, reality)
  const repair = verdict === 'agrees' || verdict === 'inexact' ? tryRepair(script, rehearsal, reality, shell, sandbox) : notTried
  return {
    script,
    shell: shell.name,
    verdict,
    predicted: rehearsal.verdict,
    hazards: rehearsal.hazards,
    unknown: rehearsal.unknown.map(({ why }) => why),
    failures: reality.failures,
    fault: reality.fault,
    runs: reality.runs + repair.runs,
    repair,
  }
}

/** Checks a script, and reduces a disagreement to its shortest form. */
function shortest(script: string, shell: ShellKind): Judged {
  const judged = judge(script, shell)
  if (!judged.verdict.startsWith('wrong') && !(detailed && judged.verdict === 'inexact')) return judged
  return judge(
    minimized(script, (shorter) => judge(shorter, shell).verdict === judged.verdict),
    shell,
  )
}
